"""After an erasure nothing a workspace holds names the person: neither number nor pseudonym, unpacked and searched."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from attrition import pipeline
from attrition.data.people.people_file import open_people
from attrition.data.people.protection import PEOPLE
from attrition.data.progress import silent
from attrition.errors import UserError
from attrition.ledger.audit_log import read_entries
from attrition.ledger.persons import Person, find_person, unseal
from attrition.pilot.draw import DesignRequest
from attrition.pilot.preregistration import read_preregistered
from attrition.steps import erasure as erasures
from attrition.steps.erasure import Erasure, erasure_lines
from attrition.steps.person_request import PersonRequest
from tests.fixtures.make_workspace import KEPT
from tests.people_search import find_people

OCTOBER, JULY = date(2026, 10, 31), date(2026, 7, 31)
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
OUTSIDE = ("exports", "people/key")
"""The site's own exports, which no erasure reaches, and the random key."""


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """The kept workspace, with pseudonyms, after panel, backtest, two months, a plan and a pilot."""
    workspace = Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("erasure") / "workspace"))
    (workspace / PEOPLE).write_text("pseudonyms = true\n", encoding="utf-8")
    for path in [*(workspace / "runs").glob("*"), workspace / "pilots"]:
        if path.name != "retrain":  # what is said of the champion names nobody
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    pipeline.panel(workspace, progress=silent)
    pipeline.check(workspace, progress=silent)
    pipeline.backtest(workspace, progress=silent)
    pipeline.monthly(workspace, OCTOBER, langs=["en"], progress=silent)
    pipeline.replay(workspace, JULY, JULY, langs=["en"], progress=silent)
    pipeline.plan(workspace, OCTOBER, budget=3000, progress=silent)
    pilot = DesignRequest("drawn", OCTOBER, 6)
    pipeline.design_pilot(workspace, pilot, intervention="fixed_pattern", progress=silent)
    return workspace


@pytest.fixture(scope="module")
def person(lived_in: Path) -> Person:
    """A member of the pilot who is on the watch list, was explained and got a copy."""
    members = pd.read_csv(lived_in / "pilots" / "drawn" / "assignment.csv", dtype=str, encoding="utf-8-sig")
    scores = pd.read_parquet(lived_in / "runs" / f"{OCTOBER}" / "scores.parquet").sort_values("rank")
    agent = str(scores[scores["agent_id"].isin(members["agent_id"])]["agent_id"].iloc[0])
    pipeline.explain(lived_in, agent, OCTOBER, langs=["en"], progress=silent)
    pipeline.export_person(lived_in, PersonRequest(agent, NOW), progress=silent)
    pipeline.object_to_scoring(lived_in, PersonRequest(agent, NOW, "Li Na", "their letter"))
    return find_person(lived_in, agent)


@pytest.fixture(scope="module")
def found_before(lived_in: Path, person: Person) -> set[str]:
    """The files that named the person before the erasure."""
    return set(find_people(lived_in, person.names, but=OUTSIDE))


@pytest.fixture(scope="module")
def erased(lived_in: Path, person: Person, found_before: set[str]) -> Erasure:
    return pipeline.erase_person(lived_in, PersonRequest(person.number, NOW, "Li Na", "letter"), progress=silent)


def test_the_search_finds_them_before_wherever_people_stand(found_before: set[str]) -> None:
    assert {
        *("runs/panel.parquet", "runs/outcomes.parquet", "runs/spells.parquet", "runs/audit.parquet"),
        *("runs/backtest/scores.parquet", "runs/2026-10-31/scores.parquet", "runs/2026-10-31/drivers.parquet"),
        *("runs/2026-07-31/scores.parquet", "pilots/drawn/assignment.csv", "pilots/drawn/baseline.parquet"),
        *("reports/2026-10/partner.en.html", "reports/2026-10/partner.xlsx", "people/people.sqlite"),
    } <= found_before


def test_nothing_names_them_afterwards(lived_in: Path, person: Person, erased: Erasure) -> None:
    assert find_people(lived_in, person.names, but=OUTSIDE) == {}


def test_everybody_else_stays(lived_in: Path, erased: Erasure) -> None:
    assert pd.read_parquet(lived_in / "runs" / "panel.parquet")["agent_id"].nunique() > 50
    assert (lived_in / "reports" / "2026-10" / "partner.en.html").exists()
    members = pd.read_csv(lived_in / "pilots" / "drawn" / "assignment.csv", dtype=str, encoding="utf-8-sig")
    assert len(members) > 1


def test_what_was_reached_and_what_was_not_is_said(erased: Erasure) -> None:
    assert (erased.rebuilt, erased.blanked, erased.untouched) == (["2026-07", "2026-10"], [], [])
    assert "drawn" in erased.pilots
    assert [(model.version, "champion" in model.aliases) for model in erased.models] == [("1", False), ("2", True)]
    said = "\n".join(erasure_lines(erased))
    assert "version 2 (champion) learnt from" in said
    assert "backups of this workspace" in said


def test_a_sealed_pilot_goes_on_without_them(lived_in: Path, person: Person, erased: Erasure) -> None:
    _, members = read_preregistered(lived_in, "drawn")
    assert person.agent_id not in set(members["agent_id"])
    recorded = [entry.facts for entry in read_entries(lived_in) if entry.action == "erased from pilot" and not entry.of]
    assert {"assignment.csv", "baseline.parquet"} <= {facts["file"] for facts in recorded if facts["pilot"] == "drawn"}


def test_the_record_stays_whole_and_can_be_read_by_nobody(lived_in: Path, person: Person, erased: Erasure) -> None:
    assert pipeline.verify_audit_log(lived_in).head.number > 10
    sealed = [text for entry in read_entries(lived_in) for text in entry.about]
    assert len(sealed) >= 4
    assert unseal(lived_in, person, sealed) == []


def test_the_next_panel_does_not_bring_them_back(lived_in: Path, person: Person, erased: Erasure) -> None:
    pipeline.panel(lived_in, progress=silent)
    pipeline.check(lived_in, progress=silent)
    pipeline.monthly(lived_in, OCTOBER, langs=["en"], progress=silent)
    assert find_people(lived_in, person.names, but=OUTSIDE) == {}


def test_it_may_be_run_again(lived_in: Path, person: Person, erased: Erasure) -> None:
    again = pipeline.erase_person(lived_in, PersonRequest(person.number, NOW), progress=silent)
    assert (again.rows, again.rebuilt) == (0, [])


def test_a_number_of_nobody_is_refused_and_barred_by_no_mark(lived_in: Path) -> None:
    with pytest.raises(UserError, match="nothing is held about a person of that number, and nothing was done"):
        pipeline.erase_person(lived_in, PersonRequest("99999999", NOW), progress=silent)
    with pytest.raises(UserError, match="nothing is held"):
        pipeline.export_person(lived_in, PersonRequest("99999999", NOW), progress=silent)


@pytest.mark.exhaustive
@pytest.mark.parametrize("step", ["erase_from_table", "erase_from_report"])
def test_an_interrupted_erasure_is_finished_by_running_it_again(
    lived_in: Path, erased: Erasure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    workspace = Path(shutil.copytree(lived_in, tmp_path / "workspace"))
    members = pd.read_csv(workspace / "pilots" / "drawn" / "assignment.csv", dtype=str, encoding="utf-8-sig")
    other = find_person(workspace, str(members["agent_id"].iloc[0]))

    def stopped(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasures, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            pipeline.erase_person(workspace, PersonRequest(other.number, NOW), progress=silent)
    pipeline.erase_person(workspace, PersonRequest(other.number, NOW), progress=silent)
    assert find_people(workspace, other.names, but=OUTSIDE) == {}
    assert other.agent_id not in set(read_preregistered(workspace, "drawn")[1]["agent_id"])


def test_a_report_that_cannot_be_written_again_is_blanked_with_a_note(
    lived_in: Path, erased: Erasure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Path(shutil.copytree(lived_in, tmp_path / "workspace"))
    listed = pd.read_parquet(workspace / "runs" / f"{OCTOBER}" / "recommendations.parquet")["agent_id"].iloc[0]
    other = find_person(workspace, str(listed))
    (workspace / "runs" / f"{OCTOBER}" / "expected_leavers.parquet").unlink()
    result = pipeline.erase_person(workspace, PersonRequest(other.number, NOW), progress=silent)
    assert result.blanked == ["2026-10"]
    assert "removed when the data of a person were erased" in (
        workspace / "reports" / "2026-10" / "partner.en.html"
    ).read_text(encoding="utf-8")
    assert (workspace / "reports" / "2026-10" / "centre.en.html").exists()
    assert (workspace / "reports" / "2026-10" / "planning" / "leavers_by_month.csv").exists()
    assert find_people(workspace, other.names, but=OUTSIDE) == {}


def test_deleted_rows_lie_in_no_free_page_of_the_way_back(lived_in: Path, person: Person, erased: Erasure) -> None:
    with open_people(lived_in) as people:
        assert people.execute("PRAGMA freelist_count").fetchone() == (0,)
    content = (lived_in / "people" / "people.sqlite").read_bytes()
    assert not any(name.encode() in content for name in person.names)
