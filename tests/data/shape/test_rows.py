"""Blocks are filled, rows are chosen, and of rows of one key the one with the highest number counts."""

from __future__ import annotations

from pathlib import Path

from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows


def test_cells_of_a_block_are_filled_from_its_first_row(tmp_path: Path) -> None:
    assignments = "team,agent_id,effective_date\nT1,001,2025-01-06\n,002,2025-02-03\n,,\nT2,1E5,2025-03-01\n"
    declared = 'fill_down = ["team"]\ncolumns = { team = "team_id" }'
    centre = open_site(tmp_path, {"assignments": assignments}, assignments=declared)
    assert sorted_rows(centre, "assignments")["team_id"].tolist() == ["T1", "T1", "T2"]
    counts = quality_rows(centre, "assignments")
    assert (counts["repaired: empty cell filled from the row above"], counts["set aside: empty row"]) == (1, 1)


def test_a_block_ends_with_its_file(tmp_path: Path) -> None:
    files = {
        "assignments/a1.csv": "team,agent_id,effective_date\nT1,001,2025-01-06\n",
        "assignments/a2.csv": "team,agent_id,effective_date\n,002,2025-02-03\n",
    }
    declared = 'path = "exports/a?.csv"\nfill_down = ["team"]\ncolumns = { team = "team_id" }'
    faults = faults_of(tmp_path, files, assignments=declared)
    assert [(fault.file, fault.column, fault.rows) for fault in faults] == [("exports/a2.csv", "team_id", 1)]


def test_rows_are_chosen_by_the_values_under_a_heading(tmp_path: Path) -> None:
    agents = (
        "agent_id,hire_date,状态\n001,2025-01-06,在职\n002,2025-02-03, 离职\n1E5,2025-03-01,在职\n9,2025-03-01,外包\n"
    )
    centre = open_site(tmp_path, {"agents": agents}, agents='only_where = { "状态" = ["在职", "离职"] }')
    assert sorted_rows(centre, "agents")["agent_id"].tolist() == ["001", "002", "1E5"]
    assert quality_rows(centre, "agents")['set aside: other values of "状态"'] == 1


def test_rows_are_left_out_by_the_values_under_a_heading_or_by_an_empty_cell(tmp_path: Path) -> None:
    exits = "agent_id,exit_date,exit_type,state\n002,2025-09-30,voluntary,final\n"
    exits += "001,2025-09-30,other,draft\n1E5,2025-09-30,other,\n"
    centre = open_site(tmp_path, {"exits": exits}, exits='except_where = { state = ["draft", "", "void"] }')
    assert sorted_rows(centre, "exits")["agent_id"].tolist() == ["002"]
    assert quality_rows(centre, "exits")['set aside: declared values of "state"'] == 2
    assert 'exits: no row has "void" under "state"' in [note["en"] for note in centre.assumptions]


def test_a_heading_of_a_filter_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {}, exits='only_where = { exit_typ = ["voluntary"] }')
    assert [(fault.rule, fault.advice) for fault in faults] == [
        ('no header "exit_typ", which only_where names', 'did you mean "exit_type"?')
    ]


def test_the_highest_number_of_one_key_counts(tmp_path: Path) -> None:
    rows = "001,2025-01-06,T1,1\n001,2025-01-06,T2,10\n001,2025-01-06,T3,9\n002,2025-02-03,T1,\n1E5,2025-03-01,T1,0\n"
    centre = open_site(
        tmp_path, {"assignments": "agent_id,effective_date,team_id,EFFSEQ\n" + rows}, assignments='sequence = "EFFSEQ"'
    )
    assert sorted_rows(centre, "assignments")["team_id"].tolist() == ["T2", "T1", "T1"]
    assert quality_rows(centre, "assignments")['set aside: a lower "EFFSEQ" of the same key'] == 2


def test_two_rows_with_the_highest_number_are_refused(tmp_path: Path) -> None:
    rows = "agent_id,effective_date,team_id,EFFSEQ\n001,2025-01-06,T1,1\n001,2025-01-06,T2,1\n"
    faults = faults_of(tmp_path, {"assignments": rows}, assignments='sequence = "EFFSEQ"')
    assert any("key" in fault.rule for fault in faults)


def test_text_in_a_sequence_is_refused(tmp_path: Path) -> None:
    rows = "agent_id,effective_date,team_id,EFFSEQ\n001,2025-01-06,T1,one\n"
    faults = faults_of(tmp_path, {"assignments": rows}, assignments='sequence = "EFFSEQ"')
    assert [(fault.rule, fault.rows) for fault in faults] == [('text in the numbers of "EFFSEQ"', 1)]
