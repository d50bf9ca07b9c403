"""Monthly extracts of a whole table are versions of its facts, dated by the month in the name of each file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre
from attrition.data.files.file_days import day_in_name
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

FROM_NAMES = 'path = "exports/assignments_*"\nrecorded_at_from = "file name"\n'


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("agents_2026-02.csv", date(2026, 2, 28)),
        ("agents_2026-02-10.csv", date(2026, 2, 10)),
        ("agents202602.csv", date(2026, 2, 28)),
        ("agents_20260210_v2.csv", date(2026, 2, 10)),
        ("花名册2026年2月.xlsx", date(2026, 2, 28)),
        ("Staff Feb 2026.csv", date(2026, 2, 28)),
        ("02-2026.csv", date(2026, 2, 28)),
        ("2026-02/agents.csv", date(2026, 2, 28)),
        ("agents_2026-01_to_2026-03.csv", None),
        ("agents_202613.csv", None),
        ("agents.csv", None),
    ],
)
def test_the_month_is_found_in_the_name(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


def extract(team: str) -> str:
    return f"agent_id,effective_date,team_id\n001,2025-01-06,{team}\n002,2025-02-03,T1\n1E5,2025-03-01,T1\n"


def opened(folder: Path, *teams: str, declared: str = "") -> Centre:
    files = {f"assignments/assignments_2025-0{month}.csv": extract(team) for month, team in enumerate(teams, start=6)}
    return open_site(folder, files, assignments=FROM_NAMES + declared)


def test_a_fact_that_changes_and_changes_back_has_three_versions(tmp_path: Path) -> None:
    rows = sorted_rows(opened(tmp_path, "T1", "T1", "T2", "T1"), "assignments")
    assert rows[["team_id", "known_on"]].astype(str).to_numpy().tolist()[:3] == [
        ["T1", "2025-06-30"],
        ["T1", "2025-09-30"],
        ["T2", "2025-08-31"],
    ]
    assert len(rows) == 5


def test_nothing_is_known_before_the_first_extract_unless_a_delay_is_declared(tmp_path: Path) -> None:
    first = [
        sorted_rows(opened(tmp_path, "T1", "T2", declared=declared), "assignments")["known_on"].min()
        for declared in ("", "recording_delay_days = 3\n")
    ]
    assert first == [pd.Timestamp("2025-06-30"), pd.Timestamp("2025-01-09")]


def test_repeats_are_counted(tmp_path: Path) -> None:
    assert (
        quality_rows(opened(tmp_path, "T1", "T1"), "assignments")["set aside: unchanged since the extract before"] == 3
    )


def test_parquet_extracts_are_versions_as_well(tmp_path: Path) -> None:
    files = {}
    for month, team in ((6, "T1"), (7, "T2")):
        lines = [line.split(",") for line in extract(team).splitlines()]
        frame = pd.DataFrame(lines[1:], columns=lines[0]).astype({"effective_date": "datetime64[us]"})
        files[f"assignments/assignments_2025-0{month}.parquet"] = frame.to_parquet()
    rows = sorted_rows(open_site(tmp_path, files, assignments=FROM_NAMES), "assignments")
    assert rows["team_id"].tolist() == ["T1", "T2", "T1", "T1"]


def test_a_file_without_a_month_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"assignments/assignments_old.csv": extract("T1")}, assignments=FROM_NAMES)
    assert [(fault.file, fault.rule) for fault in faults] == [
        ("exports/assignments_old.csv", "no single month in the file's name")
    ]


def test_a_column_recorded_at_beside_the_names_is_refused(tmp_path: Path) -> None:
    content = extract("T1").replace("team_id", "team_id,recorded_at").replace("T1\n", "T1,2025-06-30\n")
    faults = faults_of(tmp_path, {"assignments/assignments_2025-06.csv": content}, assignments=FROM_NAMES)
    assert "recorded_at is a column, and declared to come from the file's name" in [fault.rule for fault in faults]
