"""Measure which tables and columns of the data contract a site supplies, and until when its data are complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.months import last_day
from attrition.data.sources import Site
from attrition.data.tables import MONTHLY_TABLES, TABLES

if TYPE_CHECKING:
    import pandas as pd


def measure_coverage(con: Connection, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the coverage of the contract: one row per table, whether or not the site supplies it.

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

    content = engine.run_in_parallel(con, [partial(_coverage_row, con, table, columns.get(table)) for table in TABLES])
    header = ["table", "is_supplied", "rows", "agents", "first", "last", "columns", "not_supplied"]
    return pd.DataFrame(content, columns=header)


def data_ends(site: Site, coverage: pd.DataFrame) -> tuple[date, Mapping[str, str] | None]:
    """Return the month-end up to which the data are complete, and the assumption made if the site does not declare it.

    Undeclared, it is the last month-end that all of the supplied `MONTHLY_TABLES` reach. Without any of these it is the
    last month-end that the exits reach or, without an exit, any table. A month of which only Saturdays and Sundays are
    missing at the end counts as reached. The assumption is a sentence by language, or None if the end is declared.
    """
    if site.data_ends is not None:
        return last_day(site.data_ends), None
    last_or_none = dict(zip(coverage["table"], coverage["last"], strict=True))
    last_rows = {table: day for table, day in last_or_none.items() if isinstance(day, date)}
    monthly = {table: last_rows[table] for table in MONTHLY_TABLES if table in last_rows}
    others = {"exits": last_rows["exits"]} if "exits" in last_rows else last_rows
    table = min(monthly, key=monthly.__getitem__) if monthly else max(others, key=others.__getitem__)
    end = _last_complete_month_end(last_rows[table])
    return end, {
        "en": f"data_ends is not declared; the data are taken to be complete to {end}, as far as {table} go",
        "zh": f"未声明 data_ends；以 {table} 为准，假定数据完整至 {end}",
    }


def _last_complete_month_end(day: date) -> date:
    """Return the end of the month of the last day with rows, or of the month before if a weekday is missing."""
    end = last_day(day)
    missing_days = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    return end if all(missing.weekday() >= 5 for missing in missing_days) else day.replace(day=1) - timedelta(days=1)


def _coverage_row(con: Connection, table: str, supplied: Sequence[str] | None) -> tuple[Any, ...]:
    """Return the coverage of one table; `supplied` is None for a table that the site does not supply."""
    expected = TABLES[table].names
    if supplied is None:
        return table, False, 0, 0, None, None, "", ", ".join(expected)
    day = TABLES[table].happened
    days = f"min({quote_name(day)}), max({quote_name(day)})" if day else "NULL, NULL"
    agents = "count(DISTINCT agent_id)" if "agent_id" in supplied else "0"
    rows, agent_count, first, last = engine.fetch_rows(
        con, f"SELECT count(*), {agents}, {days} FROM {quote_name(table)}"
    )[0]
    absent_columns = [column for column in expected if column not in supplied]
    return table, True, rows, agent_count, first, last, ", ".join(supplied), ", ".join(absent_columns)
