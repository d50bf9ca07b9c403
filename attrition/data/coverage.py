"""Which tables and columns of the contract a site supplies, and the month up to which its data are complete."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.sources import Site
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

DENSE = ("shifts", "contacts", "snapshots")
"""Tables with rows for nearly every agent in every month."""


def measure_coverage(con: Connection, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return one row per table of the contract: rows, agents, first and last day, columns supplied and not supplied.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The columns of each supplied table; the engine knows the table by the same name.
    """
    import pandas as pd

    content = engine.run_in_parallel(con, [partial(_row, con, table, columns.get(table)) for table in TABLES])
    header = ["table", "is_supplied", "rows", "agents", "first", "last", "columns", "not_supplied"]
    return pd.DataFrame(content, columns=header)


def data_ends(site: Site, coverage: pd.DataFrame) -> tuple[date, Mapping[str, str] | None]:
    """Return the month-end up to which the data are complete, and the assumption made if the site does not declare it.

    It is the last month-end that every dense table reaches; without a dense table, the last exit or else the last row
    of any table decides. A month of which only a weekend is missing counts as reached.
    """
    if site.data_ends is not None:
        year, month = (int(part) for part in site.data_ends.split("-"))
        return month_end(date(year, month, 1)), None
    last = dict(zip(coverage["table"], coverage["last"], strict=True))
    known = {table: day for table, day in last.items() if isinstance(day, date)}
    dense = {table: known[table] for table in DENSE if table in known}
    candidates = dense or {table: known[table] for table in ("exits",) if table in known} or known
    table = min(candidates, key=candidates.__getitem__) if dense else max(candidates, key=candidates.__getitem__)
    end = _last_complete(candidates[table])
    return end, {
        "en": f"data_ends is not declared; the data are taken to be complete to {end}, as far as {table} go",
        "zh": f"未声明 data_ends；以 {table} 为准，假定数据完整至 {end}",
    }


def month_end(day: date) -> date:
    """Return the last day of the month of a day.

    Examples
    --------
    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _last_complete(day: date) -> date:
    end = month_end(day)
    missing = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    return end if all(day.weekday() >= 5 for day in missing) else day.replace(day=1) - timedelta(days=1)


def _row(con: Connection, table: str, supplied: Sequence[str] | None) -> tuple[Any, ...]:
    expected = TABLES[table].names
    if supplied is None:
        return table, False, 0, 0, None, None, "", ", ".join(expected)
    day = TABLES[table].happened
    days = f"min({quote_name(day)}), max({quote_name(day)})" if day else "NULL, NULL"
    agents = "count(DISTINCT agent_id)" if "agent_id" in supplied else "0"
    rows, agent_count, first, last = engine.fetch_rows(
        con, f"SELECT count(*), {agents}, {days} FROM {quote_name(table)}"
    )[0]
    absent = [column for column in expected if column not in supplied]
    return table, True, rows, agent_count, first, last, ", ".join(supplied), ", ".join(absent)
