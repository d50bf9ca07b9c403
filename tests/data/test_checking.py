"""A folder of broken exports: every fault of every table at once, without a row's content; repairs are row_counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import open_centre
from attrition.errors import DataError
from tests.data.sites import AGENTS, EXITS, faults_of, open_site, quality_rows, sorted_rows, write_site

SHIFTS = "agent_id,shift_date,scheduled_minutes,late_minutes\n" + "".join(
    f"001,2025-04-{day:02d},480,{day}\n" for day in range(1, 29)
)


def broken_site(folder: Path) -> Path:
    """Write a site whose exports have every kind of fault seen at real sites."""
    (folder / "exports").mkdir()
    workers = pd.DataFrame({"agent_id": [1, 2, 3], "effective_date": "2025-01-06", "team_id": "T1"})
    workers.to_excel(folder / "exports" / "assignments.xlsx", index=False)
    return write_site(
        folder,
        {
            "assignments": "",
            "contacts": "",
            "agents": "agent_id,hire_dat\n001,2025-01-06\n002,2025-02-03\n003,2025-02-03\n",
            "exits": "agent_id,exit_date,exit_type\n001,03/04/2025,voluntary\n002,13/04/2025,quit\n",
            "pay/pay_1.csv": "agent_id,effective_date,base_pay,change_reason\n001,2025-01-06,5000,入职\n".encode(),
            "pay/pay_2.csv": "agent_id,effective_date,base_pay,change_reason\n002,2025-01-06,5000,入职\n".encode(
                "gb18030"
            ),
            "bonuses": "agent_id,pay_date,amount\n1001.0,2025-01-06,300\n1002.0,2025-01-06,300\n",
            "shifts": "agent_id,shift_date,scheduled_minutes\n001,2025-04-01,480\n001,2025-04-01,240\n"
            "002,2025-04-01,eight hours\n",
        },
        assignments='path = "exports/assignments.xlsx"',
        pay='path = "exports/pay_*.csv"',
        contacts='path = "exports/contact.csv"',
    )


def test_every_fault_of_a_broken_folder_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        open_centre(broken_site(tmp_path))
    faults = {(fault.table, fault.column, fault.rule, fault.rows) for fault in error.value.faults}
    assert faults == {
        ("assignments", "agent_id", "id read as a number", 3),
        ("contacts", "", "missing table", None),
        ("agents", "hire_date", "missing column", None),
        ("exits", "exit_date", "ambiguous date", 2),
        ("exits", "exit_type", "not one of voluntary, involuntary, other", 1),
        ("pay", "", "two encodings: this file is in gb18030", None),
        ("bonuses", "agent_id", "id read as a number", 2),
        ("shifts", "agent_id, shift_date", "duplicate key", 2),
        ("shifts", "scheduled_minutes", "text in a number", 1),
    }


def test_the_error_names_file_table_column_rule_rows_and_advice(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        open_centre(broken_site(tmp_path))
    message = str(error.value)
    assert "the input breaks the contract in 9 places:" in message
    assert 'did you mean its header "hire_dat"? then write "hire_dat" = "hire_date"' in message
    assert (
        "exports/exits.csv: exits.exit_date: ambiguous date (2 rows); "
        'declare the layout under [tables.exits]: dates = ["%d/%m/%Y"] fits' in message
    )
    assert "eight hours" not in message
    assert "1001" not in message


def test_a_few_bad_values_of_an_optional_column_become_empty_and_are_counted(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"shifts": SHIFTS.replace("480,7\n", "480,seven\n")})
    assert quality_rows(centre, "shifts")["repaired: text in a number, now empty"] == 1
    assert sorted_rows(centre, "shifts")["late_minutes"].isna().sum() == 1


def test_many_bad_values_of_an_optional_column_are_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"shifts": SHIFTS.replace(",480,1", ",480,one-")})
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [("late_minutes", "text in a number", 11)]


def test_a_value_out_of_range_is_treated_like_one_that_cannot_be_read(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"shifts": SHIFTS.replace("480,7\n", "480,-7\n")})
    assert quality_rows(centre, "shifts")["repaired: not between 0 and 1440, now empty"] == 1
    assert sorted_rows(centre, "shifts")["late_minutes"].min() == 1


def test_a_single_missing_value_of_a_required_column_is_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"agents": AGENTS.replace("002,2025-02-03", "002,")})
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [("hire_date", "required value missing", 1)]


def test_rows_that_hold_nothing_are_set_aside(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"agents": AGENTS + ",\n,\n"})
    assert quality_rows(centre, "agents") == {"rows read": 5, "set aside: empty row": 2, "rows used": 3}


def test_rows_without_a_column_of_only_with_are_set_aside(tmp_path: Path) -> None:
    exports = {"exits": EXITS + "001,,voluntary\n1E5,,voluntary\n"}
    centre = open_site(tmp_path, exports, exits='only_with = ["exit_date"]')
    assert quality_rows(centre, "exits") == {"rows read": 3, "set aside: without exit_date": 2, "rows used": 1}
    in_chinese = centre.quality.loc[centre.quality["table"] == "exits", "rule_zh"]
    assert in_chinese.tolist() == ["读取的行", "已搁置：缺少 exit_date", "使用的行"]


def test_unused_headers_are_noticed(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"agents": "agent_id,hire_date,remark\n001,2025-01-06,x\n002,2025-02-03,\n"})
    line = centre.quality[centre.quality["rule"] == "noticed: columns not used"]
    assert line["example_columns"].tolist() == ["remark"]


def test_rows_read_are_rows_used_and_rows_set_aside_for_every_table(tmp_path: Path) -> None:
    many = "".join(f"001,2025-10-{day:02d},other\n" for day in range(1, 31))
    pay = "agent_id,effective_date,base_pay,recorded_at,is_retracted\n001,2025-01-06,5000,2025-01-06,\n"
    exports = {
        "agents": AGENTS + ",\n001,2025-01-06\n",
        "exits": EXITS + many + "999,2025-10-01,other\n001,,other\n",
        "pay": pay + "001,2025-01-06,5000,2025-01-06,\n001,2025-01-06,0,2025-02-01,true\n",
        "shifts": SHIFTS + "001,2025-04-01,480,1\n",
    }
    centre = open_site(tmp_path, exports, exits='only_with = ["exit_date"]')
    for table in exports:
        row_counts = quality_rows(centre, table)
        set_aside = sum(number for rule, number in row_counts.items() if rule.startswith("set aside: "))
        assert set_aside > 0
        assert row_counts["rows read"] == row_counts["rows used"] + set_aside
        assert row_counts["rows used"] == len(sorted_rows(centre, table))


def test_many_exits_of_unknown_agents_are_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"exits": EXITS + "999,2025-10-01,other\n"})
    assert [(fault.table, fault.rule, fault.rows) for fault in faults] == [("exits", "agent not in agents", 1)]


def test_ids_that_lost_their_zeros_on_one_side_are_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"exits": EXITS.replace("002", "2")})
    assert [(fault.table, fault.rule, fault.rows) for fault in faults] == [("exits", "id read as a number", 1)]


def test_events_of_unknown_agents_are_noticed_and_kept(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"shifts": SHIFTS + "999,2025-04-01,480,0\n002,2025-01-31,480,0\n"})
    row_counts = quality_rows(centre, "shifts")
    assert row_counts["noticed: agent not in agents"] == 1
    assert row_counts["noticed: before the agent's hire"] == 1
    assert row_counts["rows used"] == 30


def test_a_large_table_in_its_own_types_is_checked_like_text(tmp_path: Path) -> None:
    late = [float(number) for number in range(40)]
    shifts = pd.DataFrame(
        {"agent_id": "001", "shift_date": pd.date_range("2025-04-01", periods=40).date, "scheduled_minutes": 480.0}
    ).assign(late_minutes=[*late[:-2], -5.0, float("inf")], absence=["none"] * 39 + ["asleep"])
    (tmp_path / "exports").mkdir()
    shifts.to_parquet(tmp_path / "exports" / "shifts.parquet")
    content = (tmp_path / "exports" / "shifts.parquet").read_bytes()
    faults = faults_of(tmp_path, {"shifts/shifts.parquet": content})
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [
        ("late_minutes", "not a finite number", 1),
        ("late_minutes", "not between 0 and 1440", 1),
    ]


def test_a_fault_names_the_monthly_file_it_is_in(tmp_path: Path) -> None:
    head = "agent_id,effective_date,base_pay\n"
    parts = {f"pay/pay_{at}.csv": f"{head}00{at},2025-0{at}-01,5000\n" for at in (1, 2)}
    parts["pay/pay_3.csv"] = f"{head}001,03/04/2025,5000\n002,04/04/2025,5000\n"
    faults = faults_of(tmp_path, parts, pay='path = "exports/pay_*.csv"')
    assert [(fault.file, fault.rule, fault.rows) for fault in faults] == [("exports/pay_3.csv", "ambiguous date", 2)]
