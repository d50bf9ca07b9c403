"""Features about interactions with colleagues (one-to-ones, coaching, help, recognition, messages) and team surveys."""

from __future__ import annotations

from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.exposure.calendar import month_number
from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.past import Past, RowValue
from attrition.features.operators import days_since, ratio
from attrition.features.resignations import resignations

MIN_ANSWERS = 8
"""With fewer answers from colleagues the team's survey score is null, so that no single answer can be inferred."""
INTERACTION_COUNTS = {
    "one_to_ones": (("one_to_one",), (1, 3)),
    "coaching": (("coaching",), (3,)),
    "peer_help": (("peer_help",), (3,)),
    "recognition": (("recognition",), (3, 6)),
    "messages": (("message",), (1, 3, 6)),
    "encounters": (("one_to_one", "coaching", "peer_help", "meeting"), (3, 6)),
}
"""By name of the count: the kinds of interaction, and the windows in months."""
ONLY_IN_RATIOS = ("messages_1m", "messages_6m", "encounters_3m", "encounters_6m")
"""Counts that are only used in ratios and are no features themselves."""
TIE_KIND = "peer_help"
"""The kind of interaction by which an agent is tied to a colleague."""


def interactions_per_month(past: Past) -> ir.Table:
    """Return interactions per month of employment within each window, their recent changes, and days since coaching."""
    sums: dict[str, RowValue] = {name: partial(_count_of, kinds) for name, (kinds, _) in INTERACTION_COUNTS.items()}
    windows = {name: months for name, (_, months) in INTERACTION_COUNTS.items()}
    if past.has("interactions", "minutes"):
        sums["coaching_minutes"] = lambda t: (t.kind == "coaching").ifelse(t.minutes, 0.0)
        windows["coaching_minutes"] = (3,)
    latest_dates = {"coached_on": lambda t: (t.kind == "coaching").ifelse(t.interaction_date, ibis.null("date"))}
    totals = past.totals("interactions", sums, windows=windows, latest_dates=latest_dates)
    months = past.months
    employed = months.select("agent_id", "as_of", months_employed=months.month - month_number(months.hire_date) + 1)
    rows = totals.inner_join(employed, ["agent_id", "as_of"])
    per_month = {
        f"{name}_{w}m": ratio(rows[f"{name}_{w}m"], ibis.least(rows.months_employed, w))
        for name in sums
        for w in windows[name]
    }
    return rows.select(
        "agent_id",
        "as_of",
        **{f"team_{name}": value for name, value in per_month.items() if name not in ONLY_IN_RATIOS},
        team_since_coaching_days=days_since(rows.coached_on, rows.as_of),
        team_messages_change_ratio=ratio(per_month["messages_1m"], per_month["messages_6m"]),
        team_encounters_change_ratio=ratio(per_month["encounters_3m"], per_month["encounters_6m"]),
    )


def ties_to_resigned(past: Past) -> ir.Table:
    """Return how many colleagues who gave the agent peer help in six months resigned in the last three."""
    resigned = resignations(past)
    resigned = resigned.filter(resigned.age < 3).select("as_of", other_id=resigned.agent_id)
    ties = past.events("interactions", months=6)
    ties = ties.filter(ties.kind == TIE_KIND).semi_join(resigned, ["other_id", "as_of"])
    return ties.group_by("agent_id", "as_of").aggregate(team_ties_to_resigned_3m=ties.other_id.nunique())


def team_survey(past: Past) -> ir.Table:
    """Return the mean survey score of the other members of the team, as a share of the scale where it is known."""
    has_scale = past.has("surveys", "scale_max")
    sums = {
        "score": lambda t: ratio(t.score, t.scale_max) if has_scale else t.score,
        "answers": lambda t: t.score.notnull(),
    }
    totals = past.totals("surveys", sums, windows=(6,))
    rows = past.months.select("agent_id", "as_of", "team_id").left_join(totals, ["agent_id", "as_of"])
    score, answers = to_fixed_point(rows.score_6m.fill_null(0.0)), rows.answers_6m.fill_null(0.0)
    team = ibis.window(group_by=["as_of", "team_id"])
    other_answers = answers.sum().over(team) - answers
    mean = ratio(from_fixed_point(score.sum().over(team) - score), other_answers)
    is_shown = rows.team_id.notnull() & (other_answers >= MIN_ANSWERS)
    return rows.select("agent_id", "as_of", team_survey_share_6m=ibis.ifelse(is_shown, mean, ibis.null("float64")))


def _count_of(kinds: tuple[str, ...], rows: ir.Table) -> ir.Value:
    """Return the number of interactions of some kinds in each row: its ``count``, or 1 without one."""
    counts = rows["count"].fill_null(1) if "count" in rows.columns else ibis.literal(1)
    return rows.kind.isin(kinds).ifelse(counts, 0)
