"""Cases of files: encodings, titles and totals, headings that stand twice, Excel's date systems, monthly extracts."""

from __future__ import annotations

from pathlib import Path

from tests.data.cases import case_faults, copy_case, open_case
from tests.data.sites import quality_rows, sorted_rows


def test_a_western_file_is_read_as_western_and_says_so(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "01")
    assert set(sorted_rows(centre, "agents")["site"]) == {"Nürnberg", "Köln"}
    notes = [note["en"] for note in centre.assumptions if "read as" in note["en"]]
    assert notes[0] == ("agents: data/agents.csv is read as windows-1252; where that is wrong, declare its encoding")


def test_the_heading_of_a_report_is_found_and_what_stands_around_the_rows_is_set_aside(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "05")
    rows = quality_rows(centre, "agents")
    assert rows["rows used"] == 40
    assert {rule: n for rule, n in rows.items() if rule.startswith("set aside")} == {
        "set aside: above the heading": 4,
        "set aside: total or note": 1,
    }
    assert rows["rows read"] == 45


def test_a_heading_that_stands_twice_is_refused_with_the_names_of_both(tmp_path: Path) -> None:
    fault = case_faults(tmp_path, "27")["agents.agent_id header used twice"]
    assert '"Employee ID#1" = "agent_id" or "Employee ID#2" = "agent_id"' in fault.advice


def test_one_of_two_equal_headings_is_named_by_its_number(tmp_path: Path) -> None:
    declaration = copy_case(tmp_path, "27") / "pipelines" / "sources.toml"
    declaration.write_text(declaration.read_text().replace('"Employee ID"', '"Employee ID#1"'))
    from attrition.data.centre import open_centre

    assert set(sorted_rows(open_centre(tmp_path), "agents")["agent_id"].str[0]) == {"E"}


def test_dates_of_a_workbook_that_counts_from_1904_are_the_same_days(tmp_path: Path) -> None:
    days = [
        sorted_rows(open_case(tmp_path / number, number), "exits")["exit_date"].astype(str).tolist()
        for number in ("20", "21a", "21b")
    ]
    assert days[0] == days[1] == days[2]


def test_check_says_that_a_workbook_counts_from_1904(tmp_path: Path) -> None:
    notes = [note["en"] for note in open_case(tmp_path, "21b").assumptions]
    assert "exits: data/exits.xlsx counts days from 1904; numbers in its date columns are read so" in notes
