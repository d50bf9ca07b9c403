"""The rows of each agent and month are counted once, and everything that starts from them agrees with the rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pytest

from attrition.data import engine
from attrition.data.engine import Connection
from attrition.data.rows import agent_months
from attrition.data.tables import TABLES
from tests.data.people.test_door import NUMBERS, SITE, opened, write
from tests.text_tables import tables

SHIFTS = """
agent_id | shift_date | worked_minutes
a        | 2026-01-01 | 480
a        | 2026-01-31 | 480
a        | 2026-01-15 | 0
a        | 2026-02-28 |
b        | 2026-01-31 | 480
b        | 2026-01-31 | 0
"""


def months_of(con: Connection, table: str, text: str) -> ir.Table:
    """Return the months of rows that are written as text."""
    con.create_table(table, tables(con, **{table: text})[table])
    return agent_months.agent_months(con, TABLES[table], table)


def test_rows_of_an_agent_are_counted_by_month_and_by_whether_they_worked(con: ibis.BaseBackend) -> None:
    months = months_of(con, "shifts", SHIFTS).order_by("agent_id", "month_end", "is_work")
    rows = months.select("agent_id", "is_work", "rows", "first", "last").to_pyarrow().to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("a", False, 1, date(2026, 1, 15), date(2026, 1, 15)),
        ("a", True, 2, date(2026, 1, 1), date(2026, 1, 31)),
        ("a", False, 1, date(2026, 2, 28), date(2026, 2, 28)),
        ("b", False, 1, date(2026, 1, 31), date(2026, 1, 31)),
        ("b", True, 1, date(2026, 1, 31), date(2026, 1, 31)),
    ]


@pytest.mark.parametrize(("queues", "surplus"), [(("x", "y", "x"), 1), (("x", "y", ""), 0), (("x", "", ""), 1)])
def test_rows_of_one_day_are_told_apart_by_their_queue(
    con: ibis.BaseBackend, queues: tuple[str, ...], surplus: int
) -> None:
    rows = "".join(f"a | 2026-01-31 | {queue}\n" for queue in queues)
    months_of(con, "contacts", f"agent_id | contact_date | queue\n{rows}")
    assert agent_months.surplus(con, TABLES["contacts"], "contacts", TABLES["contacts"].key) == surplus


def test_rows_of_one_day_share_a_key_whether_or_not_they_were_worked(con: ibis.BaseBackend) -> None:
    months_of(con, "shifts", SHIFTS)
    assert agent_months.surplus(con, TABLES["shifts"], "shifts", TABLES["shifts"].key) == 1


def test_versions_that_were_replaced_are_counted_apart(con: ibis.BaseBackend) -> None:
    months = months_of(
        con, "pay", "agent_id | effective_date | superseded_on\na | 2026-01-01 | 2026-03-01\na | 2026-01-01 |\n"
    )
    assert months.select("is_newest", "rows").order_by("is_newest").to_pyarrow().to_pylist() == [
        {"is_newest": False, "rows": 1},
        {"is_newest": True, "rows": 1},
    ]


def test_no_staff_number_is_left_where_rows_are_counted(tmp_path: Path) -> None:
    centre = opened(write(tmp_path, SITE))
    query = "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'months_of_')"
    names = [name for (name,) in engine.fetch_rows(centre.con, query)]
    agents = {row[0] for name in names for row in engine.fetch_rows(centre.con, f"SELECT agent_id FROM {name}")}
    assert len(names) >= 3
    assert agents
    assert not agents & set(NUMBERS)
