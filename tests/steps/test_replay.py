"""Past months as they would have been known then: resumable, each whole, and independent of what came after."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.data.products import write_parquet
from attrition.data.progress import silent
from attrition.model.abstention import NEW_SITE, TOO_NEW
from attrition.model.panel import Panel
from attrition.steps.month import score_and_write, score_month
from attrition.steps.panel import load_or_build_panel
from attrition.steps.replay import model_of_its_time
from tests.centres import copy_with_panel, run

pytestmark = pytest.mark.exhaustive

SEPTEMBER = date(2026, 9, 30)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A small centre of two and a half years, with few and short trees, and its last two months replayed."""
    folder = copy_with_panel(tmp_path_factory)
    run(folder, "monthly", "--from", "2026-09", "--to", "2026-10")
    return folder


def as_written(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Read a table back as a command would have written it."""
    write_parquet(table, path)
    return pd.read_parquet(path)


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_every_month_is_scored_by_a_model_of_its_own_time(centre: Path) -> None:
    for month in ("2026-09-30", "2026-10-31"):
        scores = pd.read_parquet(centre / "runs" / month / "scores.parquet")
        assert set(scores["model_version"]) == {f"as of {month}"}
    text = (centre / "reports" / "2026-09" / "centre.en.html").read_text(encoding="utf-8")
    assert "scored afterwards" in text
    assert re.search(r"trained on data up to 30 September 2026", text)


def test_a_replay_that_was_stopped_continues_where_it_was(centre: Path) -> None:
    (centre / "runs" / "2026-10-31" / "replayed.json").unlink()
    before = files(centre / "reports" / "2026-09")
    october = {name: content for name, (_, content) in files(centre / "reports" / "2026-10").items()}
    result = CliRunner().invoke(app, ["monthly", "--from", "2026-09", "--to", "2026-10", "-w", str(centre)])
    assert "2026-09 (1 of 2): up to date" in result.output
    assert files(centre / "reports" / "2026-09") == before
    assert {name: content for name, (_, content) in files(centre / "reports" / "2026-10").items()} == october


@pytest.fixture(scope="module")
def panel(centre: Path) -> Panel:
    return load_or_build_panel(centre, progress=silent)


def test_what_came_later_changes_nothing_of_an_earlier_month(centre: Path, panel: Panel, tmp_path: Path) -> None:
    month = pd.Timestamp("2026-09-30")
    outcomes, is_earlier = panel.outcomes, panel.rows["as_of"] <= month
    is_later = outcomes["known_on"] > month
    known_outcomes = outcomes.assign(
        **{name: outcomes[name].mask(is_later) for name in ("exit_kind", "left_on", "known_on")}
    )
    known = replace(
        panel,
        rows=panel.rows[is_earlier].reset_index(drop=True),
        outcomes=known_outcomes[is_earlier].reset_index(drop=True),
    )
    tables = score_month(centre, known, SEPTEMBER, model=model_of_its_time(centre, known, SEPTEMBER))
    for name in ("scores", "drivers", "recommendations", "expected_leavers"):
        issued = pd.read_parquet(centre / "runs" / "2026-09-30" / f"{name}.parquet")
        pd.testing.assert_frame_equal(as_written(tables[name], tmp_path / "again.parquet"), issued)


def test_a_replayed_month_abstains_at_a_site_the_model_has_not_learnt(centre: Path, panel: Panel) -> None:
    is_moved = (panel.outcomes["as_of"].dt.date == SEPTEMBER) & panel.outcomes["agent_id"].str[-1].isin(list("abc"))
    moved = replace(panel, outcomes=panel.outcomes.assign(site=panel.outcomes["site"].mask(is_moved, "Atlantis")))
    scores = score_month(centre, moved, SEPTEMBER, model=model_of_its_time(centre, panel, SEPTEMBER))["scores"]
    agents = set(panel.outcomes.loc[is_moved, "agent_id"])
    reasons = scores.loc[scores["agent_id"].isin(agents), "abstain_reason"]
    assert agents
    assert set(reasons) <= {NEW_SITE, TOO_NEW}
    assert NEW_SITE in set(reasons)


@pytest.mark.parametrize(
    "words", [[], ["--from", "2026-09"], ["--as-of", "2026-10", "--from", "2026-09", "--to", "2026-10"]]
)
def test_one_month_or_several_must_be_named(centre: Path, words: list[str]) -> None:
    assert CliRunner().invoke(app, ["monthly", *words, "-w", str(centre)]).exit_code == 2


def test_a_month_of_which_a_table_fails_after_its_drivers_were_written_stays_as_it_was(centre: Path) -> None:
    panel = load_or_build_panel(centre, progress=silent)
    model = model_of_its_time(centre, panel, SEPTEMBER)
    before = files(centre / "runs")
    without_bands = replace(model, fitted=replace(model.fitted, bands={}))
    with pytest.raises(KeyError):
        score_and_write(centre, panel, SEPTEMBER, model=without_bands)
    assert files(centre / "runs") == before
