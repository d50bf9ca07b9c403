"""Features about an agent's colleagues: team, leader, moves between teams, and resignations of colleagues."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from attrition.exposure.past import Past
from attrition.features.assignment_changes import assignment_changes
from attrition.features.operators import days_since, ratio
from attrition.features.resignations import resignation_rates, resignations

NEW_DAYS = 183
"""Agents with less tenure than this count as newcomers."""
PRIOR_AGENT_MONTHS = 100
"""Weight of the centre's rate in a leader's shrunken rate, in agent-months (a team of eight for a year has 96)."""


def has_group(past: Past, column: str) -> bool:
    """Return whether the site supplies this grouping of its agents, in ``assignments`` or ``snapshots``."""
    return any(past.has(table, column) for table in ("assignments", "snapshots"))


def teammates(past: Past) -> ir.Table:
    """Return team size, share of newcomers and mean tenure among the other members of the team."""
    months = past.months.filter(past.months.team_id.notnull())
    team = ibis.window(group_by=["as_of", "team_id"])
    is_new = (months.tenure_days < NEW_DAYS).fill_null(False).cast("int64")
    size = months.count().over(team)
    has_tenure = months.tenure_days.notnull().cast("int64")
    others_days = months.tenure_days.sum().over(team) - months.tenure_days.fill_null(0)
    return months.select(
        "agent_id",
        "as_of",
        team_size_count=size,
        team_newcomers_share=ratio(is_new.sum().over(team) - is_new, size - 1),
        team_tenure_days=ratio(others_days, has_tenure.sum().over(team) - has_tenure),
    )


def leader_spans(past: Past) -> ir.Table:
    """Return the number of agents of each agent's team leader."""
    months = past.months.filter(past.months.supervisor_id.notnull())
    span = ibis.window(group_by=["as_of", "supervisor_id"])
    return months.select("agent_id", "as_of", team_span_count=months.count().over(span))


def team_moves(past: Past) -> ir.Table:
    """Return numbers of recent changes of team and leader, and the days with the current leader."""
    changes = assignment_changes(past)
    features = {"team_changes_6m": changes.team_id_changes_6m}
    if past.has("assignments", "supervisor_id"):
        features["team_leader_changes_3m"] = changes.supervisor_id_changes_3m
        features["team_with_leader_days"] = days_since(changes.supervisor_id_since, changes.as_of)
    return changes.select("agent_id", "as_of", **features)


def resignations_nearby(past: Past) -> Iterator[ir.Table]:
    """Yield the resignation rates of the team and of the leader, and whether the agent's referrer resigned."""
    if has_group(past, "team_id"):
        rates = resignation_rates(past, "team_id", windows=(3, 6))
        months = past.months.inner_join(rates, ["team_id", "as_of"])
        yield months.select(
            "agent_id", "as_of", team_resignation_share_3m=months.rate_3m, team_resignation_share_6m=months.rate_6m
        )
    if has_group(past, "supervisor_id"):
        months = past.months.inner_join(_shrunken_leader_rates(past), ["supervisor_id", "as_of"])
        yield months.select("agent_id", "as_of", "team_leader_resignation_share_12m")
    if past.has("agents", "referrer_id"):
        resigned = resignations(past)
        recent = resigned.filter(resigned.age < 6).select("as_of", referrer_id=resigned.agent_id)
        months = past.months.semi_join(recent, ["referrer_id", "as_of"])
        yield months.select("agent_id", "as_of", team_referrers_resigned_6m=ibis.literal(1).cast("float64"))


def _shrunken_leader_rates(past: Past) -> ir.Table:
    """Return each leader's resignation rate, shrunk towards the centre's, since rates of small teams are mostly noise.

    Empirical Bayes with a prior of `PRIOR_AGENT_MONTHS` at the centre's mean rate of the same months.
    """
    rates = resignation_rates(past, "supervisor_id", windows=(12,))
    centre = ibis.window(group_by="as_of")
    mean = ratio(rates.resigned_12m.sum().over(centre), rates.exposed_12m.sum().over(centre))
    shrunk = (rates.resigned_12m + mean * PRIOR_AGENT_MONTHS) / (rates.exposed_12m + PRIOR_AGENT_MONTHS)
    return rates.select("supervisor_id", "as_of", team_leader_resignation_share_12m=shrunk)
