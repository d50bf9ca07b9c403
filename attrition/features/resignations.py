"""Who resigned in the last months, from which team, leader and site, as it was known at each month-end."""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.operators import ratio

PLACES = ("site", "team_id", "supervisor_id")
MONTHS = 12
KEPT = "resignations"


def resignations(past: Past) -> ir.Table:
    """List the resignations of the last twelve months that were on record at each month-end, once per past.

    A resignation counts from the day it was handed in. Its place is where the agent was at risk at the end of the
    month before. Somebody who came back is not lost.

    Returns
    -------
    ibis.Table
        ``agent_id``, ``as_of``, ``month``, ``age`` (0 in the month of ``as_of``) and `PLACES`.
    """
    return past.cache.get_or_build(KEPT, lambda: _placed(past))


def _placed(past: Past) -> ir.Table:
    lost = _handed_in(past, MONTHS).anti_join(past.months, ["agent_id", "as_of"])
    lost = lost.group_by("agent_id", "as_of", "month").aggregate(age=lost.age.min())
    lost = lost.mutate(month_before=lost.month - lost.age - 1)
    before = past.months.select("agent_id", *PLACES, month_before=past.months.month)
    return lost.inner_join(before, ["agent_id", "month_before"]).drop("month_before")


def resignation_rates(past: Past, place: str, *, windows: Sequence[int]) -> ir.Table:
    """Count resignations and agent-months at risk per place over the last months.

    Parameters
    ----------
    past : Past
        The doors to the past.
    place : str
        One of `PLACES`.
    windows : sequence of int
        Months to look back, `MONTHS` at most.

    Returns
    -------
    ibis.Table
        `place`, ``as_of``, and for each window ``lost_<w>m``, ``exposed_<w>m`` (agent-months at risk one month
        before) and ``rate_<w>m`` (resignations per agent and month; null where nobody was at risk).
    """
    lost = resignations(past)
    heads = past.months.group_by(place, "month").aggregate(heads=past.months.count())
    heads = heads.select(place, "heads", at_risk=heads.month)
    age = past.calendar.month - heads.at_risk
    pairs = heads.join(past.calendar, [age >= 1, age <= max(windows)])
    pairs = pairs.mutate(age=pairs.month - pairs.at_risk)
    exposed = {f"exposed_{w}m": pairs.heads.sum(where=pairs.age <= w).fill_null(0) for w in windows}
    counted = {f"lost_{w}m": lost.count(where=lost.age < w) for w in windows}
    table = pairs.group_by(place, "as_of").aggregate(**exposed)
    table = table.left_join(lost.group_by(place, "as_of").aggregate(**counted), [place, "as_of"])
    table = table.select(place, "as_of", *exposed, **{name: table[name].fill_null(0) for name in counted})
    return table.mutate(**{f"rate_{w}m": ratio(table[f"lost_{w}m"], table[f"exposed_{w}m"]) for w in windows})


def _handed_in(past: Past, months: int) -> ir.Table:
    """Date resignations by the notice where a site records it, and by the exit where it does not."""
    keys = ("agent_id", "as_of", "month", "age")
    left = past.events("exits", months=months)
    left = left.filter(left.exit_type == "voluntary")
    if not past.has("exits", "notice_date"):
        return left.select(*keys)
    told = past.events("exits", months=months, date_column="notice_date")
    told = told.filter(told.exit_type == "voluntary")
    return left.filter(left.notice_date.isnull()).select(*keys).union(told.select(*keys))
