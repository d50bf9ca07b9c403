"""A source is brought into its declared shape before its headings are mapped, and what is left out is counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.files.evidence import find_evidence
from attrition.data.sources import read
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows, write_site

PAY = "exports/pay.csv"


def test_one_column_per_month_becomes_one_row_per_month(tmp_path: Path) -> None:
    pay = "agent_id,name,2025年5月,2025年6月\n001,a,4000,4100\n002,b,-,4200\n1E5,c,,n/a\n"
    wide = 'wide = { columns = "*年*月", name = "effective_date", value = "base_pay" }'
    centre = open_site(tmp_path, {"pay": pay}, pay=wide)
    rows = sorted_rows(centre, "pay")
    assert rows["effective_date"].astype(str).tolist() == ["2025-05-01", "2025-06-01", "2025-06-01"]
    assert rows["base_pay"].tolist() == [4000, 4100, 4200]
    counts = quality_rows(centre, "pay")
    assert (counts["rows read"], counts["set aside: empty cell of a column that is a row"]) == (6, 3)


@pytest.mark.parametrize("heading", ["2025-05", "2025.5", "202505", "May 2025", "May-25", "2025-05-01", "25年5月"])
def test_months_are_headings_in_any_usual_layout(tmp_path: Path, heading: str) -> None:
    wide = 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    centre = open_site(tmp_path, {"pay": f"agent_id,remark,{heading}\n001,x,4000\n"}, pay=wide)
    assert sorted_rows(centre, "pay")["effective_date"].astype(str).tolist() == ["2025-05-01"]


def test_a_month_without_a_year_is_in_the_year_of_the_files_name(tmp_path: Path) -> None:
    files = {f"pay/pay_{year}.csv": f"agent_id,5月\n001,{year}\n" for year in (2024, 2025)}
    wide = 'path = "exports/pay_*.csv"\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    rows = sorted_rows(open_site(tmp_path, files, pay=wide), "pay")
    assert rows["effective_date"].astype(str).tolist() == ["2024-05-01", "2025-05-01"]
    assert rows["base_pay"].tolist() == [2024, 2025]


def test_a_month_that_a_file_does_not_have_is_no_empty_cell(tmp_path: Path) -> None:
    files = {f"pay/pay_{year}.csv": f"agent_id,{year}-05,{year}-06\n001,1000,\n" for year in (2024, 2025)}
    wide = 'path = "exports/pay_*.csv"\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    counts = quality_rows(open_site(tmp_path, files, pay=wide), "pay")
    assert (counts["rows read"], counts["set aside: empty cell of a column that is a row"]) == (4, 2)


def test_what_is_dated_within_a_month_is_not_known_before_its_end(tmp_path: Path) -> None:
    wide = 'wide = { columns = "month", name = "pay_date", value = "amount" }'
    centre = open_site(tmp_path, {"bonuses": "agent_id,2025-05\n001,100\n"}, bonuses=wide)
    assert sorted_rows(centre, "bonuses")["pay_date"].astype(str).tolist() == ["2025-05-31"]


def test_columns_that_are_no_months_keep_their_heading(tmp_path: Path) -> None:
    survey = "agent_id,survey_date,Q1,Q2\n001,2025-05-01,4,5\n"
    wide = 'wide = { columns = ["Q1", "Q2"], name = "item", value = "score" }'
    assert sorted_rows(open_site(tmp_path, {"surveys": survey}, surveys=wide), "surveys")["item"].tolist() == [
        "Q1",
        "Q2",
    ]


def test_a_pattern_of_columns_that_fits_nothing_is_refused(tmp_path: Path) -> None:
    wide = 'wide = { columns = "*年*月", name = "effective_date", value = "base_pay" }'
    faults = faults_of(tmp_path, {"pay": "agent_id,2025-05\n001,4000\n"}, pay=wide)
    assert [(fault.rule, fault.advice) for fault in faults] == [
        ("no heading fits wide.columns", "the file has: agent_id, 2025-05")
    ]


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


def test_empty_cells_take_the_default_and_are_counted(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay,currency\n"
    pay += "001,2025-01-06,4000,\n002,2025-02-03,4000,CNY\n1E5,2025-03-01,4000,-\n"
    centre = open_site(tmp_path, {"pay": pay}, pay='defaults = { currency = "CNY" }')
    assert sorted_rows(centre, "pay")["currency"].tolist() == ["CNY"] * 3
    assert quality_rows(centre, "pay")["repaired: empty cells with the declared value"] == 2


def test_a_default_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-01-06,4000\n"
    faults = faults_of(tmp_path, {"pay": pay}, pay='defaults = { currency = "CNY" }')
    assert [(fault.column, fault.rule) for fault in faults] == [("currency", "default of a column that is not there")]


def test_a_date_is_put_together_of_a_year_and_a_month(tmp_path: Path) -> None:
    pay = "agent_id,年,月,base_pay\n001,2025,5,4000\n002,2025,11,4100\n"
    centre = open_site(tmp_path, {"pay": pay}, pay='derive = { effective_date = "{年}-{月}-01" }')
    assert sorted_rows(centre, "pay")["effective_date"].astype(str).tolist() == ["2025-05-01", "2025-11-01"]
    assert not [rule for rule in quality_rows(centre, "pay") if "not used" in rule]


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


def test_the_month_and_the_site_stand_in_the_name_of_the_file(tmp_path: Path) -> None:
    files = {
        f"pay/roster_{site}_202505.csv": f"agent_id,base_pay\n{who},4000\n"
        for site, who in (("A", "001"), ("B", "002"))
    }
    declared = (
        'path = "exports/roster_*.csv"\nfrom_file_name = { effective_date = "month", change_reason = "roster_(.+?)_" }'
    )
    rows = sorted_rows(open_site(tmp_path, files, pay=declared), "pay")
    assert rows[["agent_id", "change_reason"]].to_numpy().tolist() == [["001", "A"], ["002", "B"]]
    assert rows["effective_date"].astype(str).unique().tolist() == ["2025-05-01"]


def test_a_name_without_a_month_is_refused(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path, {"pay": "agent_id,base_pay\n001,4000\n"}, pay='from_file_name = { effective_date = "month" }'
    )
    assert [(fault.file, fault.rule) for fault in faults] == [(PAY, "no single month in the name pay.csv")]


def test_two_headings_of_one_column_may_stand_in_different_files(tmp_path: Path) -> None:
    files = {
        "pay/pay_1.csv": "工号,effective_date,base_pay\n001,2025-01-06,4000\n",
        "pay/pay_2.csv": "员工编号,effective_date,base_pay,new\n002,2025-02-03,4100,x\n",
    }
    declared = 'path = "exports/pay_*.csv"\ncolumns = { "工号" = "agent_id", "员工编号" = "agent_id" }'
    centre = open_site(tmp_path, files, pay=declared)
    assert sorted_rows(centre, "pay")["agent_id"].tolist() == ["001", "002"]


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


def test_two_tables_may_be_the_columns_of_one_wide_file(tmp_path: Path) -> None:
    wide = "工号,2025年5月,,2025年6月,\n,基本工资,绩效,基本工资,绩效\n001,4000,300,4100,\n"
    pay = 'path = "exports/w.csv"\nheading_rows = 2\n[tables.pay.columns]\n"工号" = "agent_id"\n[tables.pay.wide]\n'
    pay += 'columns = "*基本工资"\nname = "effective_date"\nvalue = "base_pay"\n'
    bonuses = pay.replace("基本工资", "绩效").replace("tables.pay", "tables.bonuses")
    bonuses = bonuses.replace("effective_date", "pay_date").replace("base_pay", "amount")
    centre = open_site(tmp_path, {"pay/w.csv": wide, "bonuses/w.csv": wide}, pay=pay, bonuses=bonuses)
    assert sorted_rows(centre, "pay")["base_pay"].tolist() == [4000, 4100]
    assert sorted_rows(centre, "bonuses")["amount"].tolist() == [300]
    assert not centre.quality["rule"].str.contains("columns not used").any()


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


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    pay = "title,,\nagent_id,2025-05,2025-06,state\n001,4000,4100,ok\n002,4000,4100,no\n1E5,4000,many,ok\n"
    declared = (
        'only_where = { state = "ok" }\nwide = { columns = "month", name = "effective_date", value = "base_pay" }'
    )
    faults = faults_of(tmp_path, {"pay": pay}, pay=declared)
    evidence = find_evidence(tmp_path, read(tmp_path), faults)
    assert [place for places in evidence.places.values() for place in places] == [(PAY, 5)]


def test_a_parquet_file_keeps_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"agent_id": ["001", "002"], "2025-05": [1.375, None], "2025-06": [2.5, 3.0], "state": ["a", "b"]}
    )
    write_site(tmp_path, {})
    frame.to_parquet(tmp_path / "exports" / "pay.parquet")
    content = (tmp_path / "exports" / "pay.parquet").read_bytes()
    declared = 'path = "exports/pay.parquet"\nexcept_where = { state = "b" }\n'
    declared += 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    centre = open_site(tmp_path, {"pay/pay.parquet": content}, pay=declared)
    assert sorted_rows(centre, "pay")["base_pay"].tolist() == [1.375, 2.5]


def test_rows_of_a_database_are_shaped_as_well(tmp_path: Path) -> None:
    import sqlite3

    write_site(tmp_path, {})
    with sqlite3.connect(tmp_path / "hr.db") as database:
        database.execute("create table pay (agent_id, state, m5, m6)")
        database.executemany(
            "insert into pay values (?, ?, ?, ?)", [("001", "ok", 1, None), ("", "ok", None, 2), ("002", "x", 1, 1)]
        )
    database.close()
    declared = (
        "url = \"sqlite:///hr.db\"\nquery = \"select agent_id, state, m5 as '2025-05', m6 as '2025-06' from pay\"\n"
    )
    declared += 'fill_down = ["agent_id"]\nonly_where = { state = "ok" }\n'
    declared += 'wide = { columns = "month", name = "effective_date", value = "base_pay" }'
    rows = sorted_rows(open_site(tmp_path, {"pay": ""}, pay=declared), "pay")
    assert rows["base_pay"].tolist() == [1, 2]
