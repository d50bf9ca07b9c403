"""How many rows of a table each agent has in each month, and on which days: what a dozen checks and facts start from.

A table of ten million rows is read once for it. It has about a twentieth of their number, and holds the days on which
they happened as a bit for each day of the month.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import ibis.expr.types as ir

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.schema import Table

TELLS_APART = "queue"
"""A column that tells rows of one day apart, and of which an agent has few values in a month."""
_PREFIX = "months_of_"
_FIRST = "CAST(date_trunc('month', month_end) AS DATE) + CAST(bit_count((days & -days) - 1) AS INTEGER)"
_LAST = "CAST(date_trunc('month', month_end) AS DATE) + CAST(floor(log2(days)) AS INTEGER)"


def has_agent_months(table: Table, columns: Collection[str]) -> bool:
    """Return whether a table with these columns says whose each row is, and on which day it happened."""
    day = table.happened
    return day is not None and table[day].kind == "date" and "agent_id" in columns and day in columns


def agent_months(con: Connection, table: Table, relation: str) -> ir.Table:
    """Return how many rows of a relation each agent has in each month; they are counted at the first call.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``queue`` (null without one), ``month_end``, ``is_work`` (whether minutes were worked; true where
        a table does not say it), ``is_newest`` (no later version replaces the rows); the number of ``rows``, the
        ``days`` of the month on which they happened as bits, and the ``first`` and the ``last`` of them.
    """
    return con.table(count(con, table, relation))


def count(con: Connection, table: Table, relation: str) -> str:
    """Count the rows of a relation, unless that was done, and return the name of the table that `agent_months` is."""
    name = name_of(relation)
    if not is_counted(con, relation):
        engine.execute(con, f"CREATE TABLE {quote_name(name)} AS {_counted(con, table, relation)}")
    return name


def name_of(relation: str) -> str:
    """Return the name of the table in which the rows of a relation are counted."""
    return f"{_PREFIX}{relation}"


def is_counted(con: Connection, relation: str) -> bool:
    """Return whether the rows of a relation were counted already."""
    query = f"SELECT 1 FROM duckdb_tables() WHERE table_name = {quote_text(name_of(relation))}"
    return bool(engine.fetch_rows(con, query))


def rename(con: Connection, old: str, new: str) -> None:
    """Let what was counted of one relation be that of another one with the same rows."""
    engine.execute(con, f"ALTER TABLE {quote_name(name_of(old))} RENAME TO {quote_name(name_of(new))}")


def forget(con: Connection, relation: str) -> None:
    """Drop what was counted of a relation, whose rows are about to change."""
    engine.execute(con, f"DROP TABLE IF EXISTS {quote_name(name_of(relation))}")


def keep_only(con: Connection, relations: Collection[str]) -> None:
    """Drop what was counted of any other relation than these."""
    tables = engine.fetch_rows(
        con, f"SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, '{_PREFIX}')"
    )
    for relation in {name.removeprefix(_PREFIX) for (name,) in tables} - set(relations):
        forget(con, relation)


def replace_agents(con: Connection, old: str, new: str, *, pairs: str) -> None:
    """Let what was counted of one relation be that of another one, in which agents have other names.

    Parameters
    ----------
    pairs : str
        The relation of each ``number`` and its ``pseudonym``, null for people whose rows are left out.
    """
    engine.execute(
        con,
        f"CREATE TABLE {quote_name(name_of(new))} AS SELECT months.* REPLACE (pairs.pseudonym AS agent_id) "
        f"FROM {quote_name(name_of(old))} AS months LEFT JOIN {quote_name(pairs)} AS pairs "
        "ON months.agent_id = pairs.number WHERE pairs.number IS NULL OR pairs.pseudonym IS NOT NULL",
    )
    forget(con, old)


def surplus(con: Connection, table: Table, relation: str, key: Sequence[str]) -> int:
    """Return the number of rows beyond one per key, which is the agent, the day and perhaps the queue."""
    months = count(con, table, relation)
    by = ", ".join([*(quote_name(name) for name in key if name != table.happened), "month_end"])
    query = (
        "SELECT coalesce(sum(n - days), 0) FROM (SELECT sum(rows) AS n, bit_count(bit_or(days)) AS days "
        f"FROM {quote_name(months)} WHERE month_end IS NOT NULL GROUP BY {by})"
    )
    return int(engine.fetch_rows(con, query)[0][0])


def _counted(con: Connection, table: Table, relation: str) -> str:
    """Return the query that counts the rows of a relation."""
    columns = con.table(relation).columns
    day = quote_name(str(table.happened))
    queue = quote_name(TELLS_APART) if TELLS_APART in columns else "CAST(NULL AS VARCHAR)"
    is_work = "coalesce(worked_minutes > 0, false)" if "worked_minutes" in columns else "true"
    is_newest = "superseded_on IS NULL" if "superseded_on" in columns else "true"
    return (
        f"WITH counted AS (SELECT agent_id, {queue} AS queue, last_day({day}) AS month_end, {is_work} AS is_work, "
        f"{is_newest} AS is_newest, count(*) AS rows, bit_or(CAST(1 AS BIGINT) << (day({day}) - 1)) AS days "
        f"FROM {quote_name(relation)} GROUP BY ALL) SELECT *, {_FIRST} AS first, {_LAST} AS last FROM counted"
    )
