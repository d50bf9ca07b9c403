"""Headings by position, in two rows, and in files that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows


def test_two_headings_of_one_column_may_stand_in_different_files(tmp_path: Path) -> None:
    files = {
        "pay/pay_1.csv": "工号,effective_date,base_pay\n001,2025-01-06,4000\n",
        "pay/pay_2.csv": "员工编号,effective_date,base_pay,new\n002,2025-02-03,4100,x\n",
    }
    declared = 'path = "exports/pay_*.csv"\ncolumns = { "工号" = "agent_id", "员工编号" = "agent_id" }'
    centre = open_site(tmp_path, files, pay=declared)
    assert sorted_rows(centre, "pay")["agent_id"].tolist() == ["001", "002"]


@pytest.mark.parametrize("heading", ["agent_id", "Agent ID"])
def test_a_declared_heading_may_be_the_contracts_name_in_another_file(tmp_path: Path, heading: str) -> None:
    files = {
        "pay/pay_1.csv": "工号,effective_date,base_pay\n001,2025-01-06,4000\n",
        "pay/pay_2.csv": f"{heading},effective_date,base_pay\n002,2025-02-03,4100\n",
    }
    declared = 'path = "exports/pay_*.csv"\ncolumns = { "工号" = "agent_id" }'
    assert sorted_rows(open_site(tmp_path, files, pay=declared), "pay")["agent_id"].tolist() == ["001", "002"]


def test_two_headings_of_one_column_in_one_file_are_refused(tmp_path: Path) -> None:
    pay = "工号,员工编号,effective_date,base_pay\n001,001,2025-01-06,4000\n"
    declared = 'columns = { "工号" = "agent_id", "员工编号" = "agent_id" }'
    faults = faults_of(tmp_path, {"pay": pay}, pay=declared)
    assert [fault.rule for fault in faults] == ["two headers for one column: 工号, 员工编号"]


def test_an_optional_column_that_a_file_lacks_is_empty_there_and_named_once(tmp_path: Path) -> None:
    files = {
        f"pay/pay_{n}.csv": f"agent_id,effective_date,base_pay{extra}\n"
        for n, extra in ((1, ",currency"), (2, ""), (3, ""))
    }
    files["pay/pay_2.csv"] += "001,2025-01-06,4000\n"
    centre = open_site(tmp_path, files, pay='path = "exports/pay_*.csv"')
    lines = centre.quality[centre.quality["rule"] == "noticed: columns that 2 of 3 files lack, empty there"]
    assert lines["example_columns"].tolist() == ["currency"]


def test_a_file_without_a_needed_column_or_with_a_misspelt_one_is_refused(tmp_path: Path) -> None:
    files = {
        "pay/pay_1.csv": "agent_id,effective_date,base_pay,currency\n",
        "pay/pay_2.csv": "agent_id,effective_date,currency\n",
        "pay/pay_3.csv": "agent_id,effective_date,base_pay,curency\n",
    }
    faults = faults_of(tmp_path, files, pay='path = "exports/pay_*.csv"')
    assert [(fault.file, fault.column) for fault in faults] == [
        ("exports/pay_2.csv", "base_pay"),
        ("exports/pay_3.csv", "currency"),
    ]


def test_columns_may_be_named_by_position(tmp_path: Path) -> None:
    agents = "编号,编号,入职\nx,001,2025-01-06\ny,002,2025-02-03\nz,1E5,2025-03-01\n"
    centre = open_site(tmp_path, {"agents": agents}, agents='columns = { "#2" = "agent_id", "#3" = "hire_date" }')
    assert sorted_rows(centre, "agents")["agent_id"].tolist() == ["001", "002", "1E5"]


def test_columns_by_position_stand_below_a_title_with_empty_cells(tmp_path: Path) -> None:
    agents = (
        "花名册,,,\n,,,\nx,no,since,hire_date\nA,001,2025-01-06,2025-01-06\nB,002,2025-02-03,2025-02-03\n合计,,2,\n"
    )
    centre = open_site(tmp_path, {"agents": agents}, agents='columns = { "#2" = "agent_id" }')
    assert sorted_rows(centre, "agents")["agent_id"].tolist() == ["001", "002"]
    assert quality_rows(centre, "agents")["set aside: above the heading"] == 2


def test_headings_of_two_rows_are_joined_under_their_groups(tmp_path: Path) -> None:
    shifts = "工号,考勤,,,备注\n,日期,应出勤,实出勤,\n001,2025-05-01,480,470,x\n"
    declared = 'heading_rows = 2\n[tables.shifts.columns]\n"工号" = "agent_id"\n"考勤 日期" = "shift_date"\n'
    declared += '"考勤 应出勤" = "scheduled_minutes"\n"考勤 实出勤" = "worked_minutes"'
    for number, lines in enumerate((declared, declared.removeprefix("heading_rows = 2\n"))):
        centre = open_site(tmp_path / str(number), {"shifts": shifts}, shifts=lines)
        assert sorted_rows(centre, "shifts")["worked_minutes"].tolist() == [470]


def test_one_file_may_serve_several_tables_without_noise(tmp_path: Path) -> None:
    roster = "agent_id,hire_date,team_id,effective_date,other\n"
    roster += "001,2025-01-06,T1,2025-01-06,x\n002,2025-02-03,T1,2025-02-03,x\n"
    path = 'path = "exports/roster.csv"'
    centre = open_site(
        tmp_path, {"agents/roster.csv": roster, "assignments/roster.csv": roster}, agents=path, assignments=path
    )
    unused = centre.quality[centre.quality["rule"].str.contains("columns not used")]
    assert unused["example_columns"].tolist() == ["other", "other"]


def test_a_month_later_what_changed_in_the_files_is_read_or_refused(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes,late_minutes\n001,2025-05-01,480,3\n"
    later = {
        "a column more": "agent_id,shift_date,scheduled_minutes,late_minutes,新列\n001,2025-06-01,480,3,x\n",
        "a column less": "agent_id,shift_date,scheduled_minutes\n001,2025-06-01,480\n",
        "in another order": "late_minutes,shift_date,scheduled_minutes,agent_id\n3,2025-06-01,480,001\n",
        "a needed column less": "agent_id,shift_date,late_minutes\n001,2025-06-01,3\n",
        "a column renamed": "agent_id,shift_date,scheduled_minutes,late_min\n001,2025-06-01,480,3\n",
    }
    outcomes = {}
    for name, content in later.items():
        files = {"shifts/shifts_05.csv": shifts, "shifts/shifts_06.csv": content}
        faults = faults_of(tmp_path / name, files, shifts='path = "exports/shifts_*.csv"')
        outcomes[name] = [fault.column for fault in faults if fault.stops]
    assert outcomes == {
        "a column more": [],
        "a column less": [],
        "in another order": [],
        "a needed column less": ["scheduled_minutes"],
        "a column renamed": ["late_minutes"],
    }
