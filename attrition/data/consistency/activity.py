"""Signs that an agent was at work, or on the books, by table and month."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from attrition.data.rows.agent_months import agent_months
from attrition.data.rows.versions import newest
from attrition.data.tables import TABLES

ACTIVITY_TABLES = ("shifts", "contacts", "qa_evaluations", "snapshots")
"""Tables whose rows show that an agent was at work, or on the books, on their day."""
_COLUMNS = {"agent_id": "string", "month_start": "date", "rows": "int64", "first": "date", "last": "date"}


def signs_of_activity(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return the signs of activity: one row per agent, table of `ACTIVITY_TABLES` and month.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``table``, ``month_start``, ``rows``, and the ``first`` and the ``last`` day. A shift counts where
        minutes were worked: a roster is published ahead, and is no work. Where no minutes worked are supplied, every
        shift counts up to the newest day of the other tables.
    """
    names = [name for name in ACTIVITY_TABLES if name in tables]
    if not names:
        nothing = next(iter(tables.values())).limit(0)  # of the engine of the tables, which a table in memory is not
        return nothing.select(**{name: ibis.null(kind) for name, kind in (_COLUMNS | {"table": "string"}).items()})
    monthly = [_monthly(tables, name) for name in names]
    return (ibis.union(*monthly) if len(monthly) > 1 else monthly[0]).cache()


def _monthly(tables: Mapping[str, ir.Table], name: str) -> ir.Table:
    if name == "shifts" and "worked_minutes" not in tables[name].columns:
        return _monthly_roster(tables)
    months = agent_months(tables[name].get_backend(), TABLES[name], name)
    months = months.filter(months.is_newest & months.is_work)
    totals = months.group_by("agent_id", month_start=months.month_end.truncate("M").cast("date"))
    days = {"first": months["first"].min(), "last": months["last"].max()}
    counts = totals.aggregate(rows=months.rows.sum().cast("int64"), **days)
    return counts.select(*_COLUMNS, table=ibis.literal(name))


def _monthly_roster(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return the months of a roster that does not say who worked, up to the newest day of the other tables."""
    rows = _past_shifts(tables)
    months = rows.group_by("agent_id", month_start=rows.shift_date.truncate("M").cast("date"))
    totals = months.aggregate(rows=rows.count(), first=rows.shift_date.min(), last=rows.shift_date.max())
    return totals.select(*_COLUMNS, table=ibis.literal("shifts"))


def _past_shifts(tables: Mapping[str, ir.Table]) -> ir.Table:
    rows = newest(tables["shifts"])
    others = [tables[other][TABLES[other].happened or ""].max() for other in ACTIVITY_TABLES[1:] if other in tables]
    last_days = [day for day in (other.execute() for other in others) if day == day and day is not None]
    return rows.filter(rows.shift_date <= ibis.literal(max(last_days)).cast("date")) if last_days else rows
