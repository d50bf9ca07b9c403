"""A list of people is told from a history, and facts of the day of export are not dated at hire."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data.centre import inspect
from attrition.data.faults import LIFE_TABLE
from attrition.data.people.person_file import exit_kinds, one_row_per_person, person_tables_toml
from attrition.data.people.person_headings import REASONS, fact_of, roles_of
from tests.data.sites import AGENTS, EXITS, faults_of, write_site

PEOPLE = "agent_id,hire_date,exit_date,team_id,base_pay\n1,2025-01-06,2025-09-30,T1,5000\n2,2025-02-03,,T1,5200\n"


def test_a_file_with_a_row_per_month_is_no_list_of_people():
    months = {"Driver_ID": ["1", "1"], "Dateofjoining": ["x", "x"], "LastWorkingDate": ["", "y"], "MMM-YY": ["1", "2"]}
    assert one_row_per_person(months) is None
    repeated = {"工号": ["1", "1"], "入职日期": ["2025-01-01"] * 2, "离职日期": ["", ""]}
    assert one_row_per_person(repeated) is None


def test_without_dates_the_refusal_says_in_both_languages_what_to_ask_for():
    person_file = one_row_per_person({"EmployeeNumber": ["1", "2"], "Attrition": ["Yes", "No"]})
    assert person_file is not None
    assert person_file.refusal is not None
    assert "staff number, hire date, and exit date" in person_file.refusal
    assert "没有 hire_date、exit_date 列" in person_file.refusal.zh
    assert "工号、入职日期、离职日期" in person_file.refusal.zh


def test_the_layout_of_dates_is_declared_only_where_the_file_shows_it():
    def toml(*days: str) -> str:
        people = {"工号": ["1", "2"], "入职日期": list(days), "离职日期": ["", ""]}
        person_file = one_row_per_person(people)
        assert person_file is not None
        return person_tables_toml("p.csv", people, person_file)

    assert 'dates = ["%d/%m/%Y"]' in toml("30/3/2015", "1/2/2016")
    assert "dates" not in toml("3/3/2015", "1/2/2016")
    assert "dates" not in toml("30/3/2015", "2/28/2016")


def test_an_unknown_word_for_the_kind_of_exit_leaves_all_kinds_open():
    assert exit_kinds(["主动离职", "辞退"], ["2025-01-01", "2025-02-01"]) == {
        "主动离职": "voluntary",
        "辞退": "involuntary",
    }
    assert exit_kinds(["主动离职", "?"], ["2025-01-01", "2025-02-01"]) == {}


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("当前薪资", "pay"), ("直属上级", "supervisor"), ("婚姻状况", "protected"), ("DaysLateLast30", "record")],
)
def test_each_column_has_its_reason(heading: str, kind: str):
    assert fact_of(heading) == kind
    assert REASONS[fact_of(heading)].zh


def test_of_two_headings_for_one_role_the_first_counts():
    assert roles_of(["department", "dept"]) == {"team_id": "department"}


def test_facts_in_the_row_of_a_hire_are_not_dated_at_hire(tmp_path: Path):
    exits = 'only_with = ["exit_date"]\nconstants = { exit_type = "other" }\n'
    dated = 'columns = { hire_date = "effective_date" }\n'
    tables = [f"{table}/people.csv" for table in ("agents", "exits", "assignments", "pay")]
    workspace = write_site(tmp_path, dict.fromkeys(tables, PEOPLE), exits=exits, assignments=dated, pay=dated)
    _, faults = inspect(workspace)
    assert {fault.table for fault in faults if fault.check == LIFE_TABLE} == {"assignments", "pay"}


def test_a_history_in_a_file_of_its_own_is_none_of_this(tmp_path: Path):
    assert not [fault for fault in faults_of(tmp_path, {}) if fault.check == LIFE_TABLE]


def test_hires_and_exits_without_a_history_say_so(tmp_path: Path):
    _, [fault] = inspect(write_site(tmp_path, {"agents": AGENTS, "exits": EXITS}))
    assert (fault.table, fault.check) == ("assignments", LIFE_TABLE)
    assert "attrition life-table" in fault.advice
