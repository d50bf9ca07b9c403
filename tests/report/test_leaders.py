"""Each team leader gets a file with the teams they lead, and nothing from which more could be worked out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from attrition.report.figures.leaders import figures_of_teams, leaders_files, teams_by_leader
from attrition.report.figures.month_figures import MonthFigures, month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.leader_pages import render_leader_pdfs, write_leader_pages
from attrition.report.pages import edition_page
from attrition.report.pdf import PANGO_MISSING_MESSAGE, can_render_pdf
from tests.text_tables import frame

OWN = ("FS-01", "FS-05")
"""Of one leader: a team that is shown and one that is hidden."""
FILE = "team-FS-01+FS-05"


@pytest.fixture(scope="module")
def figures(inputs: ReportInputs) -> MonthFigures:
    leader = inputs.groups["supervisor_id"].mask(inputs.groups["team_id"].isin(OWN), "S9")
    return month_figures(replace(inputs, groups=inputs.groups.assign(supervisor_id=leader)))


@pytest.fixture(scope="module")
def pages(figures: MonthFigures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month") / "teams"
    write_leader_pages(figures, ["en", "zh"], folder, earlier=folder / "nothing")
    return folder


def articles(page: str) -> dict[str, str]:
    """Return each team's part of a page by its name, without the number of its heading."""
    parts = re.findall(r'<article class="team".*?</article>', page, re.DOTALL)
    return {re.findall(r"<h3[^>]*>([^ <]+)", part)[0]: re.sub(r"team-no-\d+", "", part) for part in parts}


def test_who_supervises_most_of_a_team_leads_it_and_of_equals_each_does() -> None:
    groups = frame("""
        | team_id | supervisor_id |
        | night   | 7             |
        | night   | 7             |
        | night   | 9             |
        | day     | 9             |
        | day     | 8             |
        | day     |               |
        | alone   |               |
    """)
    assert teams_by_leader(groups) == {"7": ("night",), "8": ("day",), "9": ("day",)}
    assert set(leaders_files(groups)) == {"team-night", "team-day", "team-alone"}


def test_a_file_is_named_by_teams_whatever_signs_these_hold() -> None:
    teams = ["客服/一", "../up", ".hidden", "T1", "t1", "班" * 60, "A+B"]
    groups = pd.DataFrame({"team_id": teams})
    names = list(leaders_files(groups))
    assert len({name.casefold() for name in names}) == len(teams)
    assert all(re.fullmatch(r"team-[\w%+-]+", name, re.ASCII) and len(name) <= 100 for name in names)


def test_no_leader_s_file_is_named_after_a_person(pages: Path, inputs: ReportInputs) -> None:
    names = " ".join(path.name for path in pages.iterdir())
    people = {*inputs.groups["agent_id"], *inputs.groups["supervisor_id"], "S9"}
    assert not [person for person in people if person in names]
    assert {f"{FILE}.en.html", f"{FILE}.zh.html"} <= {path.name for path in pages.iterdir()}


def test_a_leader_reads_about_their_own_teams_what_the_overview_says_and_nothing_else(
    pages: Path, figures: MonthFigures
) -> None:
    # So leaders learn no more, alone, together, over months or with the centre's edition, than who has every edition:
    # that reader is the attacker of tests/report/test_attacker_of_the_centre.py, who solves the teams' means.
    overview = articles(edition_page(figures, "en", "team"))
    own = {path.name: articles(path.read_text(encoding="utf-8")) for path in pages.glob("*.en.html")}
    assert own.pop(f"{FILE}.en.html") == {"FS-01": overview["FS-01"]}
    assert {name: list(teams) for name, teams in own.items()} == {
        f"team-{name}.en.html": [name] for name in overview.keys() - {"FS-01"}
    }
    assert all(part == overview[name] for teams in own.values() for name, part in teams.items())


def test_a_leader_s_file_names_no_other_team_and_nobody(pages: Path, inputs: ReportInputs) -> None:
    text = (pages / f"{FILE}.zh.html").read_text(encoding="utf-8")
    others = set(inputs.groups["team_id"]) - {"FS-01"}
    assert not [name for name in (*others, *inputs.groups["supervisor_id"]) if re.search(rf"\b{name}\b", text)]
    assert not set(inputs.groups["agent_id"]) & set(re.findall(r"\d{5}", text))


def test_a_hidden_team_is_counted_for_its_own_leader_alone(figures: MonthFigures, pages: Path) -> None:
    assert "1 teams are not shown" in (pages / f"{FILE}.en.html").read_text(encoding="utf-8")
    assert "not shown" not in (pages / "team-FS-02.en.html").read_text(encoding="utf-8")
    assert not figures_of_teams(figures, ["FS-05"]).teams
    assert not (pages / "team-FS-04.en.html").exists()


def test_the_pdf_of_a_page_that_has_not_changed_is_kept(figures: MonthFigures, pages: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier"
    write_leader_pages(figures, ["en"], earlier, earlier=tmp_path)
    for page in earlier.glob("*.html"):
        page.with_suffix(".pdf").write_bytes(b"rendered")
    (earlier / "team-FS-02.en.html").write_text("another month")
    write_leader_pages(figures, ["en"], tmp_path / "now", earlier=earlier)
    kept = {path.stem for path in (tmp_path / "now").glob("*.pdf")}
    assert kept == {path.stem for path in earlier.glob("*.pdf")} - {"team-FS-02.en"}


@pytest.mark.skipif(not can_render_pdf(), reason=PANGO_MISSING_MESSAGE)
def test_who_stops_the_pdfs_keeps_those_that_are_done_and_the_next_run_renders_the_rest(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attrition.report.leader_pages.BATCH", 1)
    for name in ("a.zh.html", "b.zh.html", "c.en.html"):
        (tmp_path / name).write_bytes((pages / f"{FILE}.zh.html").read_bytes())

    def stop_at_the_second(message: str) -> None:
        if list(tmp_path.glob("*.pdf")):
            raise KeyboardInterrupt(message)

    with pytest.raises(KeyboardInterrupt):
        render_leader_pdfs(tmp_path, "zh", progress=stop_at_the_second)
    first = (tmp_path / "a.zh.pdf").stat().st_mtime_ns
    messages: list[str] = []
    render_leader_pdfs(tmp_path, "zh", progress=messages.append)
    assert messages == ["rendering the team leaders' PDFs: 0 of 1"]
    assert {path.name for path in tmp_path.glob("*.pdf")} == {"a.zh.pdf", "b.zh.pdf"}
    assert (tmp_path / "a.zh.pdf").stat().st_mtime_ns == first
