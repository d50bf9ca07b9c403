"""What a site supplies of the contract, table by table, and the month up to which it is complete."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from attrition.data import engine
from attrition.data.engine import Connection, name
from attrition.data.sources import Site
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

DENSE = ("shifts", "contacts", "snapshots")
"""Tables that hold something for nearly every agent in every month."""


def measure(con: Connection, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Describe every table of the contract: rows, agents, first and last day, columns supplied and left out.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The columns of each supplied table, which carries its own name in the engine.
    """
    import pandas as pd

    content = engine.run_in_parallel(con, [partial(_row, con, table, columns.get(table)) for table in TABLES])
    named = ["table", "is_supplied", "rows", "agents", "first", "last", "columns", "not_supplied"]
    return pd.DataFrame(content, columns=named)


def data_ends(site: Site, coverage: pd.DataFrame) -> tuple[date, Mapping[str, str] | None]:
    """Say up to which month-end the data are complete, and what was assumed where the site does not declare it.

    It is the last month-end that every dense table has reached (or the last exit, or any last row, where there is
    none); a month whose remaining days are a weekend counts as reached.
    """
    if site.data_ends is not None:
        year, month = (int(part) for part in site.data_ends.split("-"))
        return month_end(date(year, month, 1)), None
    last = dict(zip(coverage["table"], coverage["last"], strict=True))
    known = {table: day for table, day in last.items() if isinstance(day, date)}
    dense = {table: known[table] for table in DENSE if table in known}
    reached = dense or {table: known[table] for table in ("exits",) if table in known} or known
    table = min(reached, key=lambda name: reached[name]) if dense else max(reached, key=lambda name: reached[name])
    end = _last_complete(reached[table])
    return end, {
        "en": f"data_ends is not declared; the data are taken to be complete to {end}, as far as {table} go",
        "zh": f"未声明 data_ends；以 {table} 为准，假定数据完整至 {end}",
    }


def month_end(day: date) -> date:
    """Give the last day of a day's month.

    Examples
    --------
    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _last_complete(day: date) -> date:
    end = month_end(day)
    missing = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    return end if all(late.weekday() >= 5 for late in missing) else day.replace(day=1) - timedelta(days=1)


def _row(con: Connection, table: str, supplied: Sequence[str] | None) -> tuple[Any, ...]:
    contract = TABLES[table].names
    if supplied is None:
        return table, False, 0, 0, None, None, "", ", ".join(contract)
    day = TABLES[table].happened
    days = f"min({name(day)}), max({name(day)})" if day else "NULL, NULL"
    agents = "count(DISTINCT agent_id)" if "agent_id" in supplied else "0"
    rows, people, first, last = engine.rows(con, f"SELECT count(*), {agents}, {days} FROM {name(table)}")[0]
    absent = [column for column in contract if column not in supplied]
    return table, True, rows, people, first, last, ", ".join(supplied), ", ".join(absent)
