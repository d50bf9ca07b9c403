"""Headers in any language become the contract's columns, values become the contract's values."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.sites import AGENTS, EXITS, faults_of, open_site, sorted_rows


def test_headers_and_values_in_chinese_are_mapped(tmp_path: Path) -> None:
    exits = "工号,离职日期,离职类型\n001,2025-09-30, 主动 \n002,2025-10-31,其他\n"
    declaration = '[tables.exits.columns]\n"工号" = "agent_id"\n"离职日期" = "exit_date"\n"离职类型" = "exit_type"\n'
    declaration += '[tables.exits.values.exit_type]\n"主动" = "voluntary"\n"其他" = "other"\n'
    assert sorted_rows(open_site(tmp_path, {"exits": exits}, exits=declaration), "exits")["exit_type"].tolist() == [
        "voluntary",
        "other",
    ]


@pytest.mark.parametrize("header", ["Agent_ID", "agent id", " agent-id "])
def test_capitals_and_blanks_in_a_header_do_not_matter(tmp_path: Path, header: str) -> None:
    centre = open_site(tmp_path, {"agents": AGENTS.replace("agent_id", header)})
    assert len(sorted_rows(centre, "agents")) == 3


def test_a_constant_fills_a_column_that_the_source_does_not_have(tmp_path: Path) -> None:
    exits = "agent_id,exit_date\n001,2025-09-30\n"
    centre = open_site(tmp_path, {"exits": exits}, exits='constants = { exit_type = "voluntary" }')
    assert sorted_rows(centre, "exits")["exit_type"].tolist() == ["voluntary"]


def test_a_mapped_header_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {}, agents='[tables.agents.columns]\nhire_dat = "hire_date"')
    assert [(fault.rule, fault.advice) for fault in faults] == [('no header "hire_dat"', 'did you mean "hire_date"?')]


def test_two_headers_for_one_column_are_refused(tmp_path: Path) -> None:
    agents = "agent_id,hire_date,started\n001,2025-01-06,2025-01-06\n"
    assignments = "agent_id,effective_date,team_id\n001,2025-01-06,T1\n"
    faults = faults_of(
        tmp_path,
        {"agents": agents, "assignments": assignments, "exits": EXITS.replace("002", "001")},
        agents='[tables.agents.columns]\nstarted = "hire_date"',
    )
    assert [fault.rule for fault in faults] == ["two headers for one column: hire_date, started"]


def test_a_missing_column_suggests_its_chinese_header(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"exits": EXITS.replace("exit_type", "离职类型")})
    assert faults[0].advice.endswith('then write "离职类型" = "exit_type" under [tables.exits.columns]')


def test_a_misspelt_optional_header_is_noticed(tmp_path: Path) -> None:
    exits = "agent_id,exit_date,exit_type,notice_dat\n001,2025-09-30,other,\n"
    quality = open_site(tmp_path, {"exits": exits}).quality
    line = quality[quality["rule"].str.contains("close to the contract's")]
    assert line["example_columns"].tolist() == ["notice_dat"]


def test_a_table_has_only_the_supplied_columns_in_the_types_of_the_contract(tmp_path: Path) -> None:
    shifts = "agent_id,shift_date,scheduled_minutes,is_night\n001,2025-04-01,480,是\n"
    schema = open_site(tmp_path, {"shifts": shifts}).tables["shifts"].schema()
    assert {name: str(kind) for name, kind in schema.items()} == {
        "agent_id": "string",
        "shift_date": "date",
        "scheduled_minutes": "float64",
        "is_night": "boolean",
        "known_on": "date",
        "superseded_on": "date",
    }


def test_a_table_of_queues_needs_a_site_or_a_queue(tmp_path: Path) -> None:
    levels = "starts_at,offered,answered\n2025-04-01,100,90\n"
    faults = faults_of(tmp_path, {"service_levels": levels})
    assert [(fault.column, fault.rule) for fault in faults] == [("site", "missing column")]


def test_a_day_and_an_interval_are_both_a_start(tmp_path: Path) -> None:
    levels = "queue,starts_at,offered,answered\nbilling,2025-04-01,100,90\nbilling,2025-04-02 09:30,10,9\n"
    rows = sorted_rows(open_site(tmp_path, {"service_levels": levels}), "service_levels")
    assert rows["starts_at"].astype(str).tolist() == ["2025-04-01 00:00:00", "2025-04-02 09:30:00"]
