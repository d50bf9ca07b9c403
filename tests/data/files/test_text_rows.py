"""Titles, second headings, totals and signatures are set aside and counted; records never are."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.files.headings import Expected, Heading, find_heading
from attrition.data.files.totals import row_kind, without_totals
from tests.data.sites import AGENTS, EXITS, faults_of, open_site, quality_rows, sorted_rows

HEADING = Heading(names=("agent_id", "hire_date", "site"), row=1, rows_above=0, required=(0, 1), identity=0)


def heading_of(*lines: str) -> Heading:
    return find_heading([line.split(",") for line in lines], Expected("agents"), shown_path="agents.csv")


def test_a_title_and_a_row_of_groups_stand_above_the_heading() -> None:
    heading = heading_of("Staff,,", "", "Who,,Where", "Agent ID,Hire Date,Site", "E1,2025-01-01,X")
    assert (heading.names, heading.rows_above) == (("Agent ID", "Hire Date", "Site"), 3)


def test_headings_that_are_merged_over_two_rows_are_read_from_both() -> None:
    heading = heading_of("agent_id,Employment,,", ",hire_date,site", "E1,2025-01-01,X")
    assert (heading.names, heading.row) == (("agent_id", "hire_date", "site", "column 4"), 2)


def test_headings_in_a_second_language_are_no_record() -> None:
    assert heading_of("工号,入职日期", "agent_id,hire_date", "E1,2025-01-01").rows_above == 1
    assert heading_of("agent_id,hire_date", "工号,入职日期", "E1,2025-01-01").row == 2


@pytest.mark.parametrize(
    "first",
    [
        "Total: 40",
        "合计",
        "总 计：40",
        "小计",
        "Summe",
        "North Total",
        "制表人：王",
        "Prepared by HR",
        "(40 rows)",
        "共 40 人",
    ],
)
def test_totals_and_signatures_are_no_records(first: str) -> None:
    assert row_kind([first, "", ""], HEADING) == "total"


@pytest.mark.parametrize("cells", [["E00041", "", ""], ["", "", "E1"], ["Totality", "", ""], ["Summer 1", "", ""]])
def test_a_record_that_lacks_something_is_still_a_record(cells: list[str]) -> None:
    assert row_kind(cells, HEADING) == "record"


def test_a_complete_record_is_never_a_total() -> None:
    assert row_kind(["North Total", "2025-01-01", ""], HEADING) == "record"


def test_a_note_is_one_only_at_the_end() -> None:
    note, record = ["Source: our HR system", "", ""], ["E1", "2025-01-01", ""]
    assert without_totals([record, note, note], HEADING) == ([0], 2)
    assert without_totals([note, record], HEADING) == ([0, 1], 0)


def test_a_line_that_names_the_separator_is_understood(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"exits": "sep=;\n" + EXITS.replace(",", ";")})
    assert len(sorted_rows(centre, "exits")) == 1
    assert not [rule for rule in quality_rows(centre, "exits") if "set aside" in rule]


def test_rows_that_differ_from_the_heading_by_empty_cells_are_mended_and_counted(tmp_path: Path) -> None:
    agents = "agent_id,hire_date,site\n001,2025-01-06,X,,\n002,2025-02-03\n1E5,2025-03-01,Y\n"
    centre = open_site(tmp_path, {"agents": agents})
    rows = quality_rows(centre, "agents")
    assert (rows["rows used"], rows["repaired: row shorter or longer than the heading by empty cells"]) == (3, 2)


def test_a_last_row_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    agents = "agent_id,hire_date,site\n001,2025-01-06,X\n002,2025-02-03,X\n1E5,2025-03-01"
    assert [fault.rule for fault in faults_of(tmp_path, {"agents": agents})] == ["row shorter than the header"]


def test_a_declared_row_of_headings_is_taken(tmp_path: Path) -> None:
    agents = "agent_id,hire_date\nnote,\nagent_id,hire_date\n" + AGENTS.split("\n", 1)[1]
    centre = open_site(tmp_path, {"agents": agents}, agents="header_row = 3")
    assert quality_rows(centre, "agents")["set aside: above the heading"] == 2


def test_a_declared_row_of_headings_that_is_empty_is_refused(tmp_path: Path) -> None:
    assert [fault.rule for fault in faults_of(tmp_path, {"agents": AGENTS}, agents="header_row = 9")] == [
        "row 9 is empty"
    ]


def test_empty_rows_around_a_closing_note_are_no_records(tmp_path: Path) -> None:
    exits = EXITS + ",\nSource: our HR system,,\n,,\nTotal,,\n"
    rows = quality_rows(open_site(tmp_path, {"exits": exits}), "exits")
    counts = (rows["rows read"], rows["set aside: empty row"], rows["set aside: total or note"], rows["rows used"])
    assert counts == (5, 2, 2, 1)
