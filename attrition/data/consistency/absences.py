"""Stretches of months in which an agent shows no sign of activity: leave if it ends again, else perhaps an exit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.rows.versions import newest
from attrition.data.tables import MONTHLY_TABLES

LEAST_MONTHS = 2
"""An absence up to this long is usual everywhere."""
MOST_MONTHS = 12
"""A longer absence is usual nowhere."""


def absent_months(tables: Mapping[str, ir.Table], activity: ir.Table, spells: ir.Table, *, end: date) -> ir.Table:
    """Return the months in which employed agents show no sign of activity between two others, or up to the end.

    A month counts only where a table in which the agent appears has rows for their site: a feed that stops is no
    absence. Absences that an exit explains are left out.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked tables.
    activity, spells : ibis.Table
        From `attrition.data.consistency.facts`.
    end : date
        The last month-end of the data.

    Returns
    -------
    ibis.Table
        One row per absence and month: ``agent_id``, ``site`` ("" where unknown), ``hired``, ``next_hire``;
        ``last_seen``, the last day of activity; ``back_in``, the first day of the month in which activity begins again
        (null where it does not); ``is_rehired``, whether that is in another spell; the absent month's ``month_start``;
        and its ``number`` in the absence, from 1.
    """
    seen = activity.group_by("agent_id", "month_start").aggregate(last_seen=activity["last"].max())
    order = ibis.window(group_by="agent_id", order_by="month_start")
    seen = seen.mutate(back_in=seen.month_start.lead().over(order))
    next_month = (seen.month_start + ibis.interval(months=1)).cast("date")
    is_open = seen.back_in.isnull() & (next_month <= ibis.literal(end))
    absences = _unexplained(seen.filter(is_open | (seen.back_in > next_month)), tables, spells)
    months = _fed_months(absences.join(site_of_agents(tables), "agent_id"), tables, activity)
    number = ibis.row_number().over(group_by=["agent_id", "last_seen"], order_by="month_start") + 1
    return months.mutate(number=number).cache()


def site_of_agents(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Return ``agent_id`` and ``site`` of everybody on the roster, as last recorded; "" where it is unknown."""
    name, day = ("agents", "hire_date") if "agents" in tables else ("snapshots", "as_of")
    rows = newest(tables[name])
    if "site" not in rows.columns:
        return rows.select("agent_id", site=ibis.literal("")).distinct()
    return rows.group_by("agent_id").aggregate(site=rows.site.argmax(rows[day]).fill_null(""))


def gone_without_exit(months: ir.Table, *, listed_to: date) -> ir.Table:
    """Return the spells without an exit whose absence is longer than is usual and does not end.

    After the list of exits ends, any absence that does not end counts, since nobody who left then is on file.

    Parameters
    ----------
    months : ibis.Table
        From `absent_months`.
    listed_to : date
        The last month-end up to which the list of exits is complete.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``site`` (null where unknown), ``hired``, ``next_hire`` (null where there is none), ``last_seen``,
        and ``known_on``, the month-end at which the absence shows.
    """
    unended = months.filter(months.back_in.isnull() | months.is_rehired)
    is_listed = unended.last_seen <= ibis.literal(listed_to)
    gone = unended.filter(unended.number == ibis.ifelse(is_listed, usual_absence(months) + 1, 1))
    return gone.select(
        "agent_id", "hired", "next_hire", "last_seen", site=gone.site.nullif(""), known_on=month_end(gone.month_start)
    )


def month_end(first_day: ir.DateValue) -> ir.DateValue:
    """Return the last day of the month that begins on a day."""
    return (first_day + ibis.interval(months=1) - ibis.interval(days=1)).cast("date")


def open_absences(months: ir.Table) -> pd.DataFrame:
    """Return the absences that have not ended by the end of the data: ``agent_id``, ``last_seen``."""
    unended = months.filter(months.back_in.isnull() & (months.number == 1))
    return unended.select("agent_id", "last_seen").to_pandas()


def usual_absence(months: ir.Table) -> int:
    """Return how many months an absence may last without being unusual, from `LEAST_MONTHS` to `MOST_MONTHS`.

    It is the smallest number such that of the absences that were longer, most never ended.
    """
    lengths = months.group_by("agent_id", "last_seen").aggregate(
        months=months.number.max(), has_ended=(months.back_in.notnull() & ~months.is_rehired).max()
    )
    counts = lengths.group_by("months", "has_ended").aggregate(absences=lengths.count()).to_pandas()
    for limit in range(LEAST_MONTHS, MOST_MONTHS):
        longer = counts[counts["months"] > limit]
        if 2 * longer.loc[longer["has_ended"].astype(bool), "absences"].sum() <= longer["absences"].sum():
            return limit
    return MOST_MONTHS


def _unexplained(absences: ir.Table, tables: Mapping[str, ir.Table], spells: ir.Table) -> ir.Table:
    """Return the absences of employed agents that no exit explains, with ``hired`` and ``is_rehired``."""
    is_in_spell = (spells.hired <= absences.last_seen) & (
        spells.next_hire.isnull() | (spells.next_hire > absences.last_seen)
    )
    rows = absences.join(spells, [absences.agent_id == spells.agent_id, is_in_spell])
    is_rehired = (rows.next_hire < rows.back_in + ibis.interval(months=1)).fill_null(False)
    rows = rows.select(
        "agent_id", "hired", "next_hire", "last_seen", "month_start", "back_in", "exit_date", is_rehired=is_rehired
    )
    rows = rows.filter(rows.exit_date.isnull() | (rows.back_in.notnull() & (rows.exit_date >= rows.back_in)))
    rows = rows.drop("exit_date")
    if "exits" not in tables:
        return rows
    exits = newest(tables["exits"]).select("agent_id", "exit_date")
    is_between = (exits.exit_date >= rows.month_start) & (exits.exit_date < rows.back_in)
    return rows.anti_join(exits, [rows.agent_id == exits.agent_id, is_between])


def _fed_months(absences: ir.Table, tables: Mapping[str, ir.Table], activity: ir.Table) -> ir.Table:
    """Return each absence's months in which a table of the agent has rows for their site."""
    monthly = activity.filter(activity.table.isin(MONTHLY_TABLES))
    feeds = monthly.join(site_of_agents(tables), "agent_id").select("site", "table", "month_start").distinct()
    of_agent = monthly.select("agent_id", "table").distinct()
    rows = absences.rename(left_month="month_start").join(of_agent, "agent_id")
    is_absent = (feeds.month_start > rows.left_month) & (rows.back_in.isnull() | (feeds.month_start < rows.back_in))
    pairs = rows.join(feeds, [rows.site == feeds.site, rows.table == feeds.table, is_absent])
    columns = ("agent_id", "site", "hired", "next_hire", "last_seen", "back_in", "is_rehired", "month_start")
    return pairs.select(*columns).distinct()
