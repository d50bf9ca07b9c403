"""Opening a centre: required tables, one currency, months named by their last day, and the end of the data."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect, without_checks
from attrition.data.engine import fetch_rows
from tests.data.sites import AGENTS, EXITS, faults_of, open_site, quality_rows, sorted_rows, write_site

PAY = (
    "agent_id,effective_date,base_pay,currency\n001,2025-03-01,5000,CNY\n002,2025-03-01,700,USD\n1E5,2025-03-01,5100,\n"
)
MONTHS = "agent_id,month,income\n001,2025-08-01,5000\n002,2025-08-01,5100\n001,2025-09-01,5000\n"
SNAPSHOT_DECLARATION = """
[tables.snapshots.columns]
month = "as_of"
income = "pay_income"
[tables.snapshots.features.pay_income]
family = "pay"
lever = "pay"
en = "monthly pay"
zh = "月薪"
unit = "money"
direction = -1
"""


def test_a_required_table_that_is_not_declared_is_a_fault(tmp_path: Path) -> None:
    centre, faults = inspect(write_site(tmp_path, {"agents": AGENTS}))
    assert centre is None
    assert [(fault.table, fault.rule) for fault in faults] == [
        ("assignments", "missing table"),
        ("exits", "missing table"),
    ]


def test_snapshots_and_exits_are_enough(tmp_path: Path) -> None:
    centre, faults = inspect(
        write_site(tmp_path, {"snapshots": MONTHS, "exits": EXITS}, snapshots=SNAPSHOT_DECLARATION)
    )
    assert faults == ()
    assert centre is not None
    months = sorted_rows(centre, "snapshots")
    assert months["as_of"].dt.date.tolist() == [date(2025, 8, 31), date(2025, 9, 30), date(2025, 8, 31)]
    assert months["pay_income"].tolist() == [5000, 5000, 5100]
    assert quality_rows(centre, "snapshots")["repaired: month named by another day than its last"] == 3
    assert centre.snapshot_features[0]["name"] == "pay_income"
    assert centre.data_ends == date(2025, 9, 30)


def test_what_only_checks_read_leaves_the_database_after_them(tmp_path: Path) -> None:
    versions = (
        "agent_id,effective_date,base_pay,recorded_at\n001,2025-03-01,5000,2025-03-01\n001,2025-03-01,5100,2025-04-02\n"
    )
    centre = open_site(tmp_path, {"pay": versions})
    rows = sorted_rows(centre, "pay")
    assert "months_of_pay" in _tables(centre)
    assert not {"checked_pay", "shared_pay"} & _tables(centre)
    centre = without_checks(centre)
    assert not any(name.startswith("months_of_") for name in _tables(centre))
    pd.testing.assert_frame_equal(sorted_rows(centre, "pay"), rows)


def _tables(centre: Centre) -> set[str]:
    return {name for (name,) in fetch_rows(centre.con, "SELECT table_name FROM duckdb_tables()")}


def test_two_snapshots_of_one_month_are_refused(tmp_path: Path) -> None:
    months = MONTHS + "001,2025-08-20,5050\n"
    faults = inspect(write_site(tmp_path, {"snapshots": months, "exits": EXITS}, snapshots=SNAPSHOT_DECLARATION))[1]
    assert [(fault.rule, fault.rows) for fault in faults] == [("duplicate key", 2)]


def test_mixed_currencies_without_a_rate_are_refused(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"pay": PAY})
    assert [(fault.column, fault.rule, fault.rows) for fault in faults] == [("currency", "currency without a rate", 1)]


def test_money_comes_in_the_currency_of_the_site(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {"pay": PAY}, site="[site.rates]\nUSD = 7.0\n")
    pay = sorted_rows(centre, "pay")
    assert pay["base_pay"].tolist() == [5000, 4900, 5100]
    assert set(pay["currency"]) == {"CNY"}
    assert quality_rows(centre, "pay")["repaired: money converted to CNY"] == 1


@pytest.mark.parametrize(
    ("last", "ends"),
    [("2025-10-31", date(2025, 10, 31)), ("2025-10-30", date(2025, 9, 30)), ("2025-08-29", date(2025, 8, 31))],
)
def test_the_data_end_with_the_last_month_the_shifts_reach_but_for_a_weekend(
    tmp_path: Path, last: str, ends: date
) -> None:
    centre = open_site(tmp_path, {"shifts": f"agent_id,shift_date,scheduled_minutes\n001,{last},480\n"})
    assert centre.data_ends == ends
    assert (
        centre.assumptions[-1]["en"]
        == f"no end of the data is declared; they are taken to be complete to {ends}, as far as shifts go"
    )


def test_a_declared_end_of_the_data_is_used_as_it_is(tmp_path: Path) -> None:
    centre = open_site(tmp_path, {}, site='data_ends = "2026-02"\n')
    assert centre.data_ends == date(2026, 2, 28)


def test_coverage_says_what_a_site_supplies_of_each_table(tmp_path: Path) -> None:
    covered = open_site(tmp_path, {}).coverage.set_index("table")
    assert covered.loc["agents", "rows"] == 3
    assert covered.loc["exits", "not_supplied"] == "notice_date, reason"
    assert not covered.loc["pay", "is_supplied"]


def test_an_open_end_far_in_the_future_becomes_null(tmp_path: Path) -> None:
    agents = "agent_id,hire_date,contract_end_date\n001,2025-01-06,9999-12-31\n002,2025-02-03,2025-12-31\n"
    centre = open_site(tmp_path, {"agents": agents})
    assert quality_rows(centre, "agents")["repaired: open end far in the future, now empty"] == 1
    assert sorted_rows(centre, "agents")["contract_end_date"].isna().tolist() == [True, False]


def test_every_assumption_is_written_in_both_languages(tmp_path: Path) -> None:
    assumptions = open_site(tmp_path, {"pay": "agent_id,effective_date,base_pay\n001,2025-03-30,5000\n"}).assumptions
    assert len(assumptions) >= 2
    assert all(one["en"] and re.search(r"[一-鿿]", one["zh"]) for one in assumptions)


def test_without_a_day_of_notice_the_exit_is_taken_for_it(tmp_path: Path) -> None:
    sentence = "exits: notice_date is not given"
    assumed = [one["en"] for one in open_site(tmp_path, {}).assumptions]
    assert any(line.startswith(sentence) for line in assumed)
    with_notice = "agent_id,exit_date,exit_type,notice_date\n002,2025-09-30,voluntary,2025-09-01\n"
    agents = AGENTS.replace("hire_date", "hire_date,site").replace("2025-02-03", "2025-02-03,North")
    agents = agents.replace("2025-01-06", "2025-01-06,North").replace("2025-03-01", "2025-03-01,North")
    assumed = [one["en"] for one in open_site(tmp_path, {"exits": with_notice, "agents": agents}).assumptions]
    assert not any(line.startswith(sentence) for line in assumed)
