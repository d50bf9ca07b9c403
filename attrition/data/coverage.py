"""Measure which tables and columns of the data contract a site supplies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.people.name_columns import without_names
from attrition.data.rows import agent_months
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd


def measure_coverage(con: Connection, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the coverage of the contract: one row per table, whether or not the site supplies it.

    `contact_log` is left out, since it is rolled up to `contacts`.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The columns of each supplied table, which is a relation of that name on `con`.

    Returns
    -------
    DataFrame
        ``table``; ``is_supplied``; numbers of ``rows`` and ``agents``; ``first`` and ``last`` day on which a row
        happened, None for a table without dates; and the names, joined by commas, of the supplied ``columns`` and of
        those ``not_supplied``.
    """
    import pandas as pd

    names = [table for table in TABLES if table != "contact_log"]
    content = engine.run_in_parallel(con, [partial(_coverage_row, con, table, columns.get(table)) for table in names])
    header = ["table", "is_supplied", "rows", "agents", "first", "last", "columns", "not_supplied"]
    return pd.DataFrame(content, columns=header)


def _coverage_row(con: Connection, table: str, supplied: Sequence[str] | None) -> tuple[Any, ...]:
    """Return the coverage of one table; `supplied` is None for a table that the site does not supply."""
    expected = TABLES[table].names
    if supplied is None:
        return table, False, 0, 0, None, None, "", ", ".join(expected)
    rows, agents, first, last = engine.fetch_rows(con, _size(con, table, supplied))[0]
    absent_columns = [column for column in without_names(expected) if column not in supplied]
    return table, True, int(rows), agents, first, last, ", ".join(supplied), ", ".join(absent_columns)


def _size(con: Connection, table: str, supplied: Sequence[str]) -> str:
    """Return the query of a table's numbers of rows and agents, and its first and last day."""
    if agent_months.has_agent_months(TABLES[table], supplied):
        months = agent_months.count(con, TABLES[table], table)
        return (
            f"SELECT coalesce(sum(rows), 0), count(DISTINCT agent_id), min(first), max(last) FROM {quote_name(months)}"
        )
    day = TABLES[table].happened
    days = f"min({quote_name(day)}), max({quote_name(day)})" if day else "NULL, NULL"
    agents = "count(DISTINCT agent_id)" if "agent_id" in supplied else "0"
    return f"SELECT count(*), {agents}, {days} FROM {quote_name(table)}"
