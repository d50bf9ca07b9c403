"""Who talks with whom: one-to-ones, coaching, help and recognition, and what a team says in surveys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.exposure.calendar import month_number
from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.past import Past
from attrition.features.operators import days_since, ratio
from attrition.features.resignations import resignations

Measure = Callable[[ir.Table], ir.Value]

MIN_ANSWERS = 8
"""With fewer answers than this from colleagues a team's survey score is told to nobody."""
KINDS = {
    "one_to_ones": (("one_to_one",), (1, 3)),
    "coaching": (("coaching",), (3,)),
    "peer_help": (("peer_help",), (3,)),
    "recognition": (("recognition",), (3, 6)),
    "messages": (("message",), (1, 3, 6)),
    "encounters": (("one_to_one", "coaching", "peer_help", "meeting"), (3, 6)),
}
"""What is counted: the kinds of interaction it holds, and the months it is counted over."""
ONLY_TO_COMPARE = ("messages_1m", "messages_6m", "encounters_3m", "encounters_6m")
"""Totals that are no features by themselves."""
TIE = "peer_help"
"""The kind of interaction that ties colleagues to each other."""


def interactions_per_month(past: Past) -> ir.Table:
    """Give what each agent had per month of the window in which the agent was here."""
    sums: dict[str, Measure] = {name: partial(_how_many, kinds) for name, (kinds, _) in KINDS.items()}
    windows = {name: months for name, (_, months) in KINDS.items()}
    if past.has("interactions", "minutes"):
        sums["coaching_minutes"] = lambda t: (t.kind == "coaching").ifelse(t.minutes, 0.0)
        windows["coaching_minutes"] = (3,)
    latest = {"coached_on": lambda t: (t.kind == "coaching").ifelse(t.interaction_date, ibis.null("date"))}
    totals = past.totals("interactions", sums, windows=windows, latest=latest)
    spells = past.months.select("agent_id", "as_of", here=past.months.month - month_number(past.months.hire_date) + 1)
    mine = totals.inner_join(spells, ["agent_id", "as_of"])
    per_month = {
        f"{name}_{w}m": ratio(mine[f"{name}_{w}m"], ibis.least(mine.here, w)) for name in sums for w in windows[name]
    }
    return mine.select(
        "agent_id",
        "as_of",
        **{f"team_{name}": value for name, value in per_month.items() if name not in ONLY_TO_COMPARE},
        team_since_coaching_days=days_since(mine.coached_on, mine.as_of),
        team_messages_change_ratio=ratio(per_month["messages_1m"], per_month["messages_6m"]),
        team_encounters_change_ratio=ratio(per_month["encounters_3m"], per_month["encounters_6m"]),
    )


def ties_to_resigned(past: Past) -> ir.Table:
    """Count the colleagues who helped the agent in the last six months, and who resigned in the last three."""
    lost = resignations(past)
    lost = lost.filter(lost.age < 3).select("as_of", other_id=lost.agent_id)
    shared = past.events("interactions", months=6)
    shared = shared.filter(shared.kind == TIE).semi_join(lost, ["other_id", "as_of"])
    return shared.group_by("agent_id", "as_of").aggregate(team_ties_to_resigned_3m=shared.other_id.nunique())


def team_survey(past: Past) -> ir.Table:
    """Average what the others in the team answered, as a share of the scale; never an agent's own answers."""
    has_scale = past.has("surveys", "scale_max")
    sums = {
        "score": lambda t: ratio(t.score, t.scale_max) if has_scale else t.score,
        "answers": lambda t: t.score.notnull(),
    }
    told = past.totals("surveys", sums, windows=(6,))
    mine = past.months.select("agent_id", "as_of", "team_id").left_join(told, ["agent_id", "as_of"])
    score, answers = to_fixed_point(mine.score_6m.fill_null(0.0)), mine.answers_6m.fill_null(0.0)
    team = ibis.window(group_by=["as_of", "team_id"])
    others = answers.sum().over(team) - answers
    mean = ratio(from_fixed_point(score.sum().over(team) - score), others)
    shown = ibis.ifelse(mine.team_id.notnull() & (others >= MIN_ANSWERS), mean, ibis.null("float64"))
    return mine.select("agent_id", "as_of", team_survey_share_6m=shown)


def _how_many(kinds: tuple[str, ...], rows: ir.Table) -> ir.Value:
    """Count interactions of some kinds; a row is one, or a day's count."""
    times = rows["count"].fill_null(1) if "count" in rows.columns else ibis.literal(1)
    return rows.kind.isin(kinds).ifelse(times, 0)
