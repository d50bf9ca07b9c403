"""Resignations of the last months and their rates by team, leader and site, as known at each month-end."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.exposure.team_names import is_history_missing, under_present_names
from attrition.features.operators import ratio

GROUPINGS = ("site", "team_id", "supervisor_id")
MAX_MONTHS = 12
"""Months of resignations that are kept, the longest window of a rate."""
CACHE_KEY = "resignations"


def resignations(past: Past) -> ir.Table:
    """Return the resignations of the last twelve months that were on record at each month-end.

    A resignation counts from the day it was handed in, for the groups to which the agent belonged at the end of the
    month before. Agents who are at risk again at the month-end, after a rehire, do not count. The table is kept in the
    cache of `past`.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``month``, ``age`` (months since the resignation, 0 in the month of
        ``as_of``) and `GROUPINGS`.
    """
    return past.cache.get_or_build(CACHE_KEY, lambda: _with_groups(past))


def _with_groups(past: Past) -> ir.Table:
    """Return the table of `resignations`."""
    resigned = _handed_in(past, MAX_MONTHS).anti_join(past.months, ["agent_id", "as_of"])
    resigned = resigned.group_by("agent_id", "as_of", "month").aggregate(age=resigned.age.min())
    resigned = resigned.mutate(month_before=resigned.month - resigned.age - 1)
    groups = past.history.select("agent_id", *GROUPINGS, month_before=past.history.month)
    return resigned.inner_join(groups, ["agent_id", "month_before"]).drop("month_before")


def resignation_rates(past: Past, grouping: str, *, windows: Sequence[int]) -> ir.Table:
    """Return resignations, agent-months at risk and resignation rates per group over the last months.

    Parameters
    ----------
    past : Past
        The past of the agent-months.
    grouping : str
        One of `GROUPINGS`.
    windows : sequence of int
        Months to look back, at most `MAX_MONTHS`.

    Returns
    -------
    ibis.Table
        `grouping`, ``as_of``, and for each window ``resigned_<w>m``, ``exposed_<w>m`` (agent-months at risk one
        month before) and ``rate_<w>m`` (resignations per agent and month; null where nobody was at risk). Teams are
        followed through reorganisations; where that is not possible, rates that reach back before one are null.
    """
    resigned = resignations(past)
    resigned = _as_named_now(past, resigned.mutate(at_risk=resigned.month - resigned.age - 1), grouping)
    headcounts = past.history.group_by(grouping, "month").aggregate(headcount=past.history.count())
    headcounts = headcounts.select(grouping, "headcount", at_risk=headcounts.month)
    age = past.calendar.month - headcounts.at_risk
    pairs = headcounts.join(past.calendar, [age >= 1, age <= max(windows)])
    pairs = _as_named_now(past, pairs, grouping)
    pairs = pairs.mutate(age=pairs.month - pairs.at_risk)
    exposed = {f"exposed_{w}m": pairs.headcount.sum(where=pairs.age <= w).fill_null(0) for w in windows}
    counts = {f"resigned_{w}m": resigned.count(where=resigned.age < w) for w in windows}
    table = pairs.group_by(grouping, "as_of", "month").aggregate(**exposed)
    table = table.left_join(resigned.group_by(grouping, "as_of").aggregate(**counts), [grouping, "as_of"])
    table = table.select(grouping, "as_of", "month", *exposed, **{name: table[name].fill_null(0) for name in counts})
    rates = {f"rate_{w}m": _rate(past, table, grouping, months=w) for w in windows}
    return table.mutate(**rates).drop("month")


def _as_named_now(past: Past, rows: ir.Table, grouping: str) -> ir.Table:
    """Return rows of groups in the month ``at_risk`` under the names that the groups have at ``as_of``."""
    return under_present_names(past, rows, then="at_risk") if grouping == "team_id" else rows


def _rate(past: Past, table: ir.Table, grouping: str, *, months: int) -> ir.NumericValue:
    """Return the resignations per agent and month; null where the group's history does not reach back so far."""
    rate = ratio(table[f"resigned_{months}m"], table[f"exposed_{months}m"])
    if grouping != "team_id":
        return rate
    return ibis.ifelse(is_history_missing(past, table, months=months), ibis.null("float64"), rate)


def _handed_in(past: Past, months: int) -> ir.Table:
    """Return resignations with their ``age``, dated by the notice or, where none is recorded, by the exit."""
    keys = ("agent_id", "as_of", "month", "age")
    exits = past.events("exits", months=months)
    exits = exits.filter(exits.exit_type == "voluntary")
    if not past.has("exits", "notice_date"):
        return exits.select(*keys)
    notices = past.events("exits", months=months, date_column="notice_date")
    notices = notices.filter(notices.exit_type == "voluntary")
    return exits.filter(exits.notice_date.isnull()).select(*keys).union(notices.select(*keys))
