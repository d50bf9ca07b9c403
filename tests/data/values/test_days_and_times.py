"""Dates that are numbers, months or instants are read as declared, refused where that is open, and always counted."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

EXITS = "agent_id,exit_date,exit_type,notice_date\n001,2025-09-30,voluntary,{}\n002,2025-09-30,voluntary,{}\n"


def notices(folder: Path, first: str, second: str, declared: str) -> list[str]:
    centre = open_site(folder, {"exits": EXITS.format(first, second)}, exits=declared)
    return [str(day)[:10] for day in sorted_rows(centre, "exits")["notice_date"]]


def refused(folder: Path, first: str, declared: str = "") -> list[tuple[str, str]]:
    faults = faults_of(folder, {"exits": EXITS.format(first, "")}, exits=declared)
    return [(fault.rule, fault.advice) for fault in faults if fault.column == "notice_date"]


def test_numbers_that_count_days_are_refused_in_a_text_until_the_year_is_declared(tmp_path: Path) -> None:
    ((rule, advice),) = refused(tmp_path / "a", "45000")
    assert rule == "ambiguous date: days counted from 1900 or 1904"
    assert 'dates = ["serial"]' in advice
    assert notices(tmp_path / "b", "45000", "2023/3/16", 'dates = ["serial"]') == ["2023-03-15", "2023-03-16"]
    assert notices(tmp_path / "c", "43538", "43539", 'dates = ["serial-1904"]') == ["2023-03-15", "2023-03-16"]


def test_numbers_that_count_days_are_counted_in_the_quality_table(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"exits": EXITS.format("45000", "2023-03-16")}, exits='dates = ["serial"]')
    assert quality_rows(centre, "exits")["repaired: counted days, now their date"] == 1


def test_a_hand_kept_workbook_writes_dates_in_five_ways_in_one_column(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    workbook = xlsxwriter.Workbook(tmp_path / "exports" / "agents.xlsx")
    sheet, days = workbook.add_worksheet(), workbook.add_format({"num_format": "yyyy/m/d"})
    sheet.write_row(0, 0, ["agent_id", "hire_date", "probation_end_date"])
    cells = [45662, "2025年1月5日", "2025/1/5", datetime(2025, 1, 5), "2025.01.05", "2025-1-5"]
    for row, cell in enumerate(cells, 1):
        sheet.write(row, 0, f"00{row}")
        sheet.write(row, 1, cell, days if isinstance(cell, datetime) else None)
        sheet.write(row, 2, "-" if row % 2 else 2958465)
    workbook.close()
    content = (tmp_path / "exports" / "agents.xlsx").read_bytes()
    roster = "".join(f"00{row},2025-01-05,T1\n" for row in range(1, 7))
    tables = {"agents/agents.xlsx": content, "assignments": f"agent_id,effective_date,team_id\n{roster}"}
    centre = open_site(tmp_path, tables, agents='path = "exports/agents.xlsx"')
    rows = sorted_rows(centre, "agents")
    assert {day.date() for day in rows["hire_date"]} == {date(2025, 1, 5)}
    assert rows["probation_end_date"].isna().all()


@pytest.mark.parametrize(("text", "layout"), [("2025-03", "%Y-%m"), ("2025年3月", "%Y年%m月"), ("202503", "%Y%m")])
def test_a_month_without_a_day_is_refused_until_its_layout_is_declared(tmp_path: Path, text: str, layout: str) -> None:
    assert [rule for rule, _ in refused(tmp_path / "a", text)] == ["month without a day"]
    centre = open_site(tmp_path / "b", {"exits": EXITS.format(text, "")}, exits=f'dates = ["{layout}"]')
    assert str(sorted_rows(centre, "exits")["notice_date"].min())[:10] == "2025-03-01"
    assert quality_rows(centre, "exits")["repaired: month without a day, now its first day"] == 1


def test_a_month_behind_a_dot_needs_two_digits_since_a_spreadsheet_drops_the_zero_of_october(tmp_path: Path) -> None:
    snapshots = "agent_id,as_of,site\n001,{},X\n"
    faults = faults_of(tmp_path / "a", {"snapshots": snapshots.format("2025.1")})
    assert [fault.rule for fault in faults if fault.table == "snapshots"] == ["month without a day"]
    centre = open_site(tmp_path / "b", {"snapshots": snapshots.format("2025.10")})
    assert str(sorted_rows(centre, "snapshots")["as_of"][0])[:10] == "2025-10-31"


@pytest.mark.parametrize(
    ("text", "dates"),
    [("2025-03-05 22:00", ""), ("2025/3/5 22:00:00", ""), ("05.03.2025 22:00", 'dates = ["%d.%m.%Y"]')],
)
def test_a_time_of_a_declared_zone_is_the_day_on_the_clock_of_the_site(tmp_path: Path, text: str, dates: str) -> None:
    assert notices(tmp_path / "a", text, "", f'time_zone = "UTC"\n{dates}')[0] == "2025-03-06"
    assert notices(tmp_path / "b", text, "", dates)[0] == "2025-03-05"


def test_an_offset_wins_over_the_declared_zone_and_a_day_alone_is_never_moved(tmp_path: Path) -> None:
    days = notices(tmp_path, "2025-03-05T12:00:00-05:00", "2025-03-05", 'time_zone = "Pacific/Auckland"')
    assert days == ["2025-03-06", "2025-03-05"]


def test_days_written_as_midnights_are_not_moved_by_a_declared_zone(tmp_path: Path) -> None:
    ((rule, advice),) = refused(tmp_path, "2025-03-05 00:00:00", 'time_zone = "Pacific/Auckland"')
    assert rule == "ambiguous date: midnight elsewhere"
    assert "leave time_zone out" in advice


def test_typed_times_of_a_declared_zone_are_converted_too(tmp_path: Path) -> None:
    import pandas as pd

    (tmp_path / "exports").mkdir()
    exits = pd.DataFrame({"agent_id": ["001"], "exit_date": [datetime(2025, 9, 29, 22)], "exit_type": ["voluntary"]})
    exits["recorded_at"] = datetime(2025, 9, 29, 22)
    exits.to_parquet(tmp_path / "exports" / "exits.parquet")
    content = (tmp_path / "exports" / "exits.parquet").read_bytes()
    declared = 'path = "exports/exits.parquet"\ntime_zone = "UTC"'
    row = sorted_rows(open_site(tmp_path, {"exits/exits.parquet": content}, exits=declared), "exits").iloc[0]
    assert str(row["exit_date"])[:10] == "2025-09-30"
    assert str(row["recorded_at"]) == "2025-09-30 06:00:00"


def test_moments_of_a_declared_zone_are_counted_in_the_quality_table(tmp_path: Path) -> None:
    exits = "agent_id,exit_date,exit_type,recorded_at\n001,2025-09-30,voluntary,2025-10-01 20:00\n"
    centre = open_site(tmp_path, {"exits": exits}, exits='time_zone = "UTC"')
    assert quality_rows(centre, "exits")["repaired: time of the declared zone, now on the site's clock"] == 1
    assert str(sorted_rows(centre, "exits")["recorded_at"][0]) == "2025-10-02 04:00:00"
