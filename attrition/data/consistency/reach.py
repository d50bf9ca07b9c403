"""From which day to which day the tables of a centre reach, whatever single rows are dated ahead or years before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.exit_day import left_on
from attrition.data.months import last_day
from attrition.data.rows.silence import SURPRISE
from attrition.data.rows.versions import newest
from attrition.data.tables import MONTHLY_TABLES, TABLES
from attrition.errors import DataError

MIN_SHARE_OF_MEDIAN = 0.05
"""A month with a smaller share of the rows of a usual month holds stray rows."""
STRAY_AGENTS = 0.05
"""The last day of a month is the one after which at most this share of its agents still has rows."""
PERSONNEL_TABLES = ("agents", "assignments", "pay", "bonuses", "career_events", "leave_requests")
"""Tables whose events show together, where no table has rows every month, up to when the data were kept."""
PLANNED_DAYS = 45
"""How far ahead of the end of the data hires, moves and exits are usually dated."""


def monthly_reach(activity: ir.Table) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of each of `MONTHLY_TABLES` that has rows, stray rows left out."""
    of_interest = activity.filter(activity.table.isin(MONTHLY_TABLES))
    days = of_interest.group_by("table", "month_start", "last").aggregate(
        agents=of_interest.count(), rows=of_interest.rows.sum(), first=of_interest["first"].min()
    )
    rows = days.to_pandas()
    rows = rows.assign(**{name: pd.to_datetime(rows[name]) for name in ("month_start", "first", "last")})
    return {str(table): _reach(of_table) for table, of_table in rows.groupby("table")}


def personnel_reach(tables: Mapping[str, ir.Table]) -> date:
    """Return the last day that exits and the other `PERSONNEL_TABLES` reach.

    An exit counts on the day of its notice. A row of a table with `recorded_at` counts up to the newest day on which
    any row of the table was recorded. Few events after a long silence are dated ahead, and are left out. Of exits and
    other events the later reach counts, unless the earlier ones are so frequent that their silence since then would be
    a surprise: then the later ones are planned, unless exits say when they were recorded.

    Raises
    ------
    DataError
        No row counts; every hire was withdrawn, for example.
    """
    counts = {
        "exits": _events_by_day({name: tables[name] for name in ("exits",) if name in tables}),
        "others": _events_by_day({name: tables[name] for name in PERSONNEL_TABLES if name in tables}),
    }
    kept = [_without_stray_events(events) for events in counts.values() if len(events)]
    if not kept:
        raise DataError("no row of the tables has a day, so that nothing says when the data end; export them again")
    earlier, later = sorted([kept[0], kept[-1]], key=lambda events: events.index.max())
    reach, last = earlier.index.max(), later.index.max()
    days = (last - reach).days
    year = earlier[earlier.index > reach - pd.DateOffset(years=1)].sum()
    is_recorded = "exits" in tables and "recorded_at" in tables["exits"].columns
    is_planned = not is_recorded and 0 < days <= PLANNED_DAYS and days * year / 365 > -math.log(SURPRISE)
    return (reach if is_planned else last).date()


def last_complete_month_end(day: date) -> date:
    """Return the end of the month of the last day with rows, or of the month before if a weekday is missing.

    Examples
    --------
    >>> last_complete_month_end(date(2026, 10, 30)), last_complete_month_end(date(2026, 10, 28))
    (datetime.date(2026, 10, 31), datetime.date(2026, 9, 30))
    """
    end = last_day(day)
    missing_days = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    return end if all(missing.weekday() >= 5 for missing in missing_days) else day.replace(day=1) - timedelta(days=1)


def _reach(days: pd.DataFrame) -> tuple[date, date]:
    """Return the first and the last day of one table, from the rows and agents by month and last day of an agent."""
    months = days.groupby("month_start")["rows"].sum()
    usual = months[months >= MIN_SHARE_OF_MEDIAN * months.median()].index
    last = days[days["month_start"] == usual.max()].sort_values("last")
    still_active = last["agents"][::-1].cumsum()[::-1]
    last_day_of_most = last["last"][still_active > STRAY_AGENTS * last["agents"].sum()].max()
    return days["first"][days["month_start"] == usual.min()].min().date(), last_day_of_most.date()


def _without_stray_events(events: pd.Series) -> pd.Series:
    """Return the events by day without the few at the end that follow a surprisingly long silence."""
    gaps = pd.Series(events.index[1:] - events.index[:-1], index=events.index[1:]).dt.days
    for day in reversed(gaps[gaps > PLANNED_DAYS].index):
        before, after = events[events.index < day], events[events.index >= day]
        year = before[before.index > before.index.max() - pd.DateOffset(years=1)].sum()
        is_surprise = gaps[day] * year / 365 > -math.log(SURPRISE)
        if after.sum() <= max(2, MIN_SHARE_OF_MEDIAN * before.sum()) and is_surprise:
            events = before
    return events


def _events_by_day(tables: Mapping[str, ir.Table]) -> pd.Series:
    """Return the number of events by day, in time order."""
    days = [_days(name, table) for name, table in tables.items()]
    if not days:
        return pd.Series(dtype=float)
    both = ibis.union(*days) if len(days) > 1 else days[0]
    counted = both.filter(both.day.notnull()).group_by("day").aggregate(events=lambda t: t.count()).to_pandas()
    return counted.set_index(pd.to_datetime(counted["day"]))["events"].sort_index()


def _days(name: str, table: ir.Table) -> ir.Table:
    rows = newest(table)
    days = rows.select(day=left_on(rows) if name == "exits" else rows[TABLES[name].happened or ""])
    if "recorded_at" in table.columns:
        last_record = table.aggregate(last=table.recorded_at.max())["last"].as_scalar()
        days = days.filter(days.day <= last_record.cast("date"))
    return days
