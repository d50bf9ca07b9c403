"""SQL that adds to each row the day it became known (`known_on`) and the day a later version replaced it.

The latter (`superseded_on`) is null for rows that were never replaced. At month-end `t` a row is visible when
``known_on <= t`` and ``superseded_on`` is null or later than `t`.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.rows.keys import KeyCheck, same_key
from attrition.data.schema import Table

EARLIEST_DAY = "DATE '1900-01-01'"
"""The day on which rows of a table without dates are taken to have happened, so that they are always known."""


def newest(rows: ir.Table) -> ir.Table:
    """Return the rows of a table that no later version replaces: what is known today."""
    return rows.filter(rows.superseded_on.isnull())


def happened_on_sql(table: Table, columns: Sequence[str]) -> str:
    """Return the SQL of the day on which a row happened; for an exit the day of the notice, where that is earlier.

    In this and the next function the SQL refers to the table by the alias `rows`.
    """
    if table.happened is None:
        return EARLIEST_DAY
    if table.name == "exits" and "notice_date" in columns:
        return "least(rows.exit_date, coalesce(rows.notice_date, rows.exit_date))"
    day = f"rows.{quote_name(table.happened)}"
    return day if table[table.happened].kind == "date" else f"CAST({day} AS DATE)"


def known_on_sql(table: Table, columns: Sequence[str], delay_days: int) -> str:
    """Return the SQL of the day a row became known: when it was recorded, or else `delay_days` after it happened."""
    day = happened_on_sql(table, columns)
    delayed = f"({day} + {delay_days})" if delay_days else day
    return f"coalesce(CAST(rows.recorded_at AS DATE), {delayed})" if "recorded_at" in columns else delayed


def versions_query(
    con: Connection, table: Table, relation: str, columns: Sequence[str], key_check: KeyCheck, *, delay_days: int
) -> str:
    """Return the query of a table's rows with `known_on` and `superseded_on`; `is_retracted` is left out.

    Rows with the same key are versions of one fact, in the order in which they were recorded. Few facts have several,
    so only their rows are sorted and joined, and a large table is still read in one pass. A withdrawal (`is_retracted`)
    replaces the version before it, and is left out of the result.
    """
    selected = [f"rows.{quote_name(column)}" for column in columns if column != "is_retracted"]
    known_sql = known_on_sql(table, columns, delay_days)
    source = quote_name(relation)
    where = " WHERE NOT coalesce(rows.is_retracted, false)" if "is_retracted" in columns else ""
    select = f"SELECT {', '.join(selected)}, {known_sql} AS known_on"
    if not key_check.has_versions:
        return f"{select}, CAST(NULL AS DATE) AS superseded_on FROM {source} AS rows{where}"
    versions = _create_versions(con, table, known_sql, key_check)
    return (
        f"{select}, versions.superseded_on FROM {source} AS rows LEFT JOIN {quote_name(versions)} AS versions "
        f"ON {same_key(key_check.key, 'rows', 'versions')} AND {_recorded_at_sql(known_sql)} = versions.moment{where}"
    )


def _recorded_at_sql(known_sql: str) -> str:
    """Return the SQL of the moment a row was recorded or, unrecorded, of the midnight of the day it became known."""
    return f"coalesce(rows.recorded_at, CAST({known_sql} AS TIMESTAMP))"


def _create_versions(con: Connection, table: Table, known_sql: str, key_check: KeyCheck) -> str:
    """Create a table of the versions of facts that have several, with the day each was replaced; return its name."""
    key = ", ".join(quote_name(column) for column in key_check.key)
    relation = f"versions_{table.name}"
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(relation)} AS WITH versions AS (SELECT DISTINCT {key}, {known_sql} AS known_on, "
        f"{_recorded_at_sql(known_sql)} AS moment FROM {quote_name(key_check.shared_relation)} AS rows) "
        f"SELECT *, lead(known_on) OVER (PARTITION BY {key} ORDER BY moment) AS superseded_on FROM versions",
    )
    return relation
