"""Cases of files: encodings, titles and totals, headings that stand twice, Excel's date systems, monthly extracts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from attrition.data.centre import Centre, open_centre
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


def site_known_in(centre: Centre, agent: str, month_end: str) -> list[str]:
    """Return the sites of an agent that are visible at the end of a month."""
    rows = centre.tables["agents"].execute()
    day = pd.Timestamp(month_end)
    is_visible = (rows["known_on"] <= day) & (rows["superseded_on"].isna() | (rows["superseded_on"] > day))
    return rows.loc[is_visible & (rows["agent_id"] == agent), "site"].tolist()


def test_each_month_knows_the_site_of_its_own_extract(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "30", agents='recorded_at_from = "file name"')
    months = ["2023-05-31", "2026-03-31", "2026-04-30", "2026-06-30"]
    assert [site_known_in(centre, "E00001", month) for month in months] == [["South"], ["South"], ["West"], ["West"]]
    rows = quality_rows(centre, "agents")
    assert (rows["rows read"], rows["rows used"]) == (240, 47)
    assert rows["set aside: unchanged since the extract before"] == 193
    assert "agents: rows of the first extract (2026-01-31) are taken to be known 0 days after they happened" in [
        note["en"] for note in centre.assumptions
    ]


def test_extracts_that_differ_are_refused_with_the_key_that_makes_them_versions(tmp_path: Path) -> None:
    fault = case_faults(tmp_path, "30")["agents.agent_id, hire_date duplicate key"]
    assert 'declare recorded_at_from = "file name"' in fault.advice
