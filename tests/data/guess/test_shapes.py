"""Monthly files, columns of months, logins and dates that a spreadsheet turned round are declared or asked about."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.data.guess.folders import CHINESE, GERMAN, draft_of

MONTHLY = """\
MMM-YY,Driver_ID,Age,City,Income,Dateofjoining,LastWorkingDate,Grade
01-01-2019,1,28,C23,57387,24-12-2018,,1
02-01-2019,1,28,C23,57387,24-12-2018,,1
03-01-2019,1,28,C23,57387,24-12-2018,25-03-2019,1
04-01-2019,2,31,C7,67016,11-06-2018,,2
05-01-2019,2,31,C7,67016,11-06-2018,,2
"""


def tables_of(folder: Path, files: dict[str, str]) -> dict[str, Any]:
    tables: dict[str, Any] = tomllib.loads(draft_of(folder, files).text)["tables"]
    return tables


def test_a_monthly_file_gives_snapshots_and_exits(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, {"drivers.csv": MONTHLY})
    assert tables["snapshots"]["columns"]["MMM-YY"] == "as_of"
    assert tables["exits"]["only_with"] == ["exit_date"]


def test_columns_of_a_monthly_file_are_declared_as_features(tmp_path: Path) -> None:
    snapshots = tables_of(tmp_path, {"drivers.csv": MONTHLY})["snapshots"]
    assert snapshots["columns"]["Income"] == "pay_income"
    assert snapshots["features"]["pay_income"]["zh"] == "月薪"
    assert "Age" in snapshots["unused"]


def test_dates_that_stand_in_two_ways_in_one_file_are_asked_about_once(tmp_path: Path) -> None:
    questions = draft_of(tmp_path, {"drivers.csv": MONTHLY}).questions
    (question,) = (question for question in questions if question.key[2] == "dates")
    assert str(question.text) == "drivers.csv: in dates such as 03/04/2026, which number stands first?"
    assert [change.key[1] for change in question.options[0].changes] == ["exits", "snapshots"]
    assert question.options[0].changes[0].value == ["%m-%d-%Y", "%d-%m-%Y"]


def test_one_column_per_month_becomes_rows(tmp_path: Path) -> None:
    heading = "基本工资汇总（元）,,,\n工号,姓名,2025年7月,2025年8月,2025年9月\n"
    pay = f'{heading}0010016,王伟,"4,500.00","4,500.00","4,800.00"\n'
    tables = tables_of(tmp_path, CHINESE | {"工资表.csv": pay})
    assert tables["pay"]["wide"] == {"columns": "month", "name": "effective_date", "value": "base_pay"}
    assert tables["pay"]["columns"] == {"工号": "agent_id"}


def test_numbers_that_are_logins_are_looked_up(tmp_path: Path) -> None:
    logins = "acd_login,agent_id,valid_from\nagt1@acd,0010016,2025-01-01\nagt2@acd,0010033,2025-01-01\n"
    calls = "工号,日期,接听量\nagt1@acd,2025-06-03,40\nagt2@acd,2025-06-03,41\n"
    tables = tables_of(tmp_path, CHINESE | {"crosswalk.csv": logins, "话务.csv": calls})
    assert tables["contacts"]["ids"] == "acd"
    assert tables["identities"]["constants"] == {"system": "acd"}


def test_units_in_brackets_are_declared(tmp_path: Path) -> None:
    shifts = "工号,日期,应出勤(小时),考勤结果\n0010016,2025/6/3,8.0,正常\n0010033,2025/6/3,7.5,旷工\n"
    tables = tables_of(tmp_path, CHINESE | {"考勤.csv": shifts})
    assert tables["shifts"]["units"] == {"scheduled_minutes": "hours"}
    assert tables["shifts"]["values"]["absence"] == {"正常": "none", "旷工": "no_show"}


def test_of_a_list_of_actions_only_the_exits_are_exits(tmp_path: Path) -> None:
    actions = "PersNr;Maßnahme;Beginn;Maßnahmengrund\n"
    actions += "4711;Einstellung;06.01.2025;Neueinstellung\n4712;Einstellung;03.02.2025;Neueinstellung\n"
    actions += "4712;Austritt;30.09.2025;Kündigung durch AN\n"
    files = {name: content for name, content in GERMAN.items() if name != "Austritte.csv"}
    exits = tables_of(tmp_path, files | {"Massnahmen.csv": actions})["exits"]
    assert exits["only_where"] == {"Maßnahme": ["Austritt"]}
    assert exits["columns"] == {"PersNr": "agent_id", "Beginn": "exit_date", "Maßnahmengrund": "exit_type"}
    assert exits["values"]["exit_type"] == {"Kündigung durch AN": "voluntary"}
