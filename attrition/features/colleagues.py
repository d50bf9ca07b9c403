"""Who is around an agent: the others in the team, the leader, and who resigned from among them."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.assignment_changes import assignment_changes
from attrition.features.operators import days_since, ratio
from attrition.features.resignations import resignation_rates, resignations

NEW_DAYS = 183
"""Up to this tenure an agent is new in the team."""
PRIOR_AGENT_MONTHS = 100
"""Agent-months of the centre's own rate that a leader's rate is mixed with: a team of eight for a year counts half."""


def has_group(past: Past, column: str) -> bool:
    """Tell whether the site groups its agents by this column."""
    return any(past.has(table, column) for table in ("assignments", "snapshots"))


def teammates(past: Past) -> ir.Table:
    """Count and describe the others in the team."""
    months = past.months.filter(past.months.team_id.notnull())
    team = ibis.window(group_by=["as_of", "team_id"])
    is_new = (months.tenure_days < NEW_DAYS).cast("int64")
    size = months.count().over(team)
    return months.select(
        "agent_id",
        "as_of",
        team_size_count=size,
        team_newcomers_share=ratio(is_new.sum().over(team) - is_new, size - 1),
        team_tenure_days=ratio(months.tenure_days.sum().over(team) - months.tenure_days, size - 1),
    )


def leader_spans(past: Past) -> ir.Table:
    """Count the agents of the same team leader."""
    months = past.months.filter(past.months.supervisor_id.notnull())
    mine = ibis.window(group_by=["as_of", "supervisor_id"])
    return months.select("agent_id", "as_of", team_span_count=months.count().over(mine))


def team_moves(past: Past) -> ir.Table:
    """Date and count changes of team and leader, as far as ``assignments`` tells them."""
    changed = assignment_changes(past)
    found = {"team_changes_6m": changed.team_id_changes_6m}
    if past.has("assignments", "supervisor_id"):
        found["team_leader_changes_3m"] = changed.supervisor_id_changes_3m
        found["team_with_leader_days"] = days_since(changed.supervisor_id_since, changed.as_of)
    return changed.select("agent_id", "as_of", **found)


def resignations_nearby(past: Past) -> Iterator[ir.Table]:
    """Yield how many resigned in the team, under the leader, and whether the one who brought the agent here did."""
    if has_group(past, "team_id"):
        team = resignation_rates(past, "team_id", windows=(3, 6))
        mine = past.months.inner_join(team, ["team_id", "as_of"])
        yield mine.select(
            "agent_id", "as_of", team_resignation_share_3m=mine.rate_3m, team_resignation_share_6m=mine.rate_6m
        )
    if has_group(past, "supervisor_id"):
        mine = past.months.inner_join(_shrunk(past), ["supervisor_id", "as_of"])
        yield mine.select("agent_id", "as_of", "team_leader_resignation_share_12m")
    if past.has("agents", "referrer_id"):
        lost = resignations(past)
        lately = lost.filter(lost.age < 6).select("as_of", referrer_id=lost.agent_id)
        mine = past.months.semi_join(lately, ["referrer_id", "as_of"])
        yield mine.select("agent_id", "as_of", team_referrers_resigned_6m=ibis.literal(1).cast("float64"))


def _shrunk(past: Past) -> ir.Table:
    """Mix each leader's rate with the centre's, so that what a small team tells by chance is not told as a fact.

    Empirical Bayes with a prior of `PRIOR_AGENT_MONTHS` at the centre's mean rate of the same months.
    """
    known = resignation_rates(past, "supervisor_id", windows=(12,))
    centre = ibis.window(group_by="as_of")
    mean = ratio(known.lost_12m.sum().over(centre), known.exposed_12m.sum().over(centre))
    shrunk = (known.lost_12m + mean * PRIOR_AGENT_MONTHS) / (known.exposed_12m + PRIOR_AGENT_MONTHS)
    return known.select("supervisor_id", "as_of", team_leader_resignation_share_12m=shrunk)
