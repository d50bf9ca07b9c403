"""Samples of rows, by which the usual size of numbers is judged: large enough for every site and month, and cheap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis

from attrition.data.consistency.facts import Facts
from attrition.data.rows.agent_months import agent_months, has_agent_months
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

MANY_ROWS = 30_000
"""Tables of more rows are sampled."""
ENOUGH_ROWS = 10_000
"""About as many rows are read of a table that is sampled."""
SAMPLED_DAYS = (10, 12)
"""Days of the month whose rows are read of a large table; at least one of them is no Saturday or Sunday."""
FEW_ROWS = 2_000
"""A sample of fewer rows is none, since the rows are not dated on every day; rows of some agents are read instead."""


def sample(facts: Facts, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns of the newest rows of a table, of all rows unless there are many, with ``month`` and ``site``.

    ``month`` is the number of the row's month, year * 12 + month - 1, null for a table without days; ``site`` is that
    of the row or of its agent, null where it is unknown.
    """
    rows = facts.newest(table)
    if facts.rows.get(table, 0) <= MANY_ROWS:
        return _read(facts, table, rows, columns)
    day = TABLES[table].happened
    days = len(SAMPLED_DAYS) / 30
    if day and facts.rows[table] * days >= ENOUGH_ROWS:
        on_days = rows.filter(_is_sampled(facts, table, rows[day]))
        few = _read(facts, table, _of_some_agents(on_days, facts.rows[table] * days), columns)
        if len(few) >= FEW_ROWS:
            return few
    return _read(facts, table, _of_some_agents(rows, facts.rows[table]), columns)


def _is_sampled(facts: Facts, table: str, day: ir.Value) -> ir.BooleanValue:
    """Return whether a day is one of `SAMPLED_DAYS`: one of a list of dates, where the months of the table are known.

    DuckDB looks a date up in a list before it gives rows their pseudonyms, and takes its day of the month only after.
    """
    if not has_agent_months(TABLES[table], facts.tables[table].columns):
        return day.day().isin(SAMPLED_DAYS)
    months = agent_months(facts.con, TABLES[table], table).month_end
    ends = months.as_table().distinct().to_pyarrow()[0].to_pylist()
    days = [end.replace(day=number) for end in ends if end is not None for number in SAMPLED_DAYS]
    return ibis.literal(days, type="array<date>").contains(day)


def _of_some_agents(rows: ir.Table, count: float) -> ir.Table:
    """Return the rows of so many agents that about `ENOUGH_ROWS` of the rows are left."""
    one_in = int(count // ENOUGH_ROWS)
    return rows.filter(rows.agent_id.hash() % one_in == 0) if one_in > 1 and "agent_id" in rows.columns else rows


def _read(facts: Facts, table: str, rows: ir.Table, columns: Sequence[str]) -> pd.DataFrame:
    """Read the columns of these rows, with their month and site."""
    day = TABLES[table].happened
    whose = [name for name in ("site", "agent_id") if name in rows.columns][:1]
    month = rows[day].year() * 12 + rows[day].month() - 1 if day else ibis.null("int64")
    frame = rows.select(*whose, *columns, month=month).to_pyarrow().to_pandas()
    return frame if "site" in frame else frame.assign(site=frame["agent_id"].map(facts.sites) if whose else None)
