"""The section "actions": interventions recommended and received, results of pilots, and the plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import action_charts
from attrition.report.figures.tables import rows_of
from attrition.report.intervention_text import intervention_names
from attrition.report.sentences import capital

if TYPE_CHECKING:
    from attrition.pilot.lessons import EffectEstimate
    from attrition.report.figures.actions import Actions, PlanSummary
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``actions`` with their chart and leading sentence, ``plan_sentence``, and how results are worded."""
    actions, minimum = figures.actions, figures.inputs.min_group
    totals = actions.levers[["recommended", "received"]].sum()
    lead = formatter.text(
        "actions.lead" if figures.inputs.is_supplied("interventions") else "actions.lead.unknown",
        recommended=formatter.number(totals["recommended"]),
        received=formatter.number(totals["received"]),
    )
    names = intervention_names(figures.inputs.interventions, formatter.text.lang)
    alternative = chart = ""
    if len(actions.levers):
        first = actions.levers.iloc[0]
        lever = formatter.text.name("lever", first["lever"])
        alternative = formatter.text("chart.actions.alt", lever=lever, count=formatter.number(first["recommended"]))
        chart = action_charts.actions_chart(actions, formatter, alternative)
    return {
        "actions": actions,
        "lead": lead if totals.any() else formatter.text("actions.lead.nothing", minimum=minimum),
        "plan_sentence": plan_sentence(actions.plan, formatter),
        "unoffered": unoffered_sentences(actions, formatter),
        "intervention_name": lambda name: capital(names[name]) if name in names else name,
        "effect_text": lambda effect: effect_text(effect, formatter),
        "chart": chart,
    }


def unoffered_sentences(actions: Actions, formatter: Formatter) -> str:
    """Return why no step of a lever is suggested, though some would be possible; empty where there is no such lever."""
    sentences = [
        formatter.text(
            "actions.unoffered",
            lever=formatter.text.name("lever", row.lever),
            agents=formatter.number(row.agents),
            cost=formatter.money(row.cost),
            avoided=formatter.money(row.avoided),
        )
        for row in rows_of(actions.unoffered)
    ]
    return formatter.sentences(*sentences) if sentences else ""


def plan_sentence(plan: PlanSummary | None, formatter: Formatter) -> str:
    """Return a sentence on what the plan costs and is expected to save; empty where there is no plan."""
    if plan is None:
        return ""
    lead = formatter.text(
        "plan.lead",
        offers=formatter.number(plan.offers),
        loss=formatter.share(plan.loss_probability, 1),
        **{name: formatter.money(getattr(plan, name)) for name in ("budget", "cost", "saving", "low", "high")},
    )
    if plan.unspent > 0:
        lead = formatter.sentences(lead, formatter.text("plan.unspent", unspent=formatter.money(plan.unspent)))
    if math.isnan(plan.riskiest_first_saving):
        return lead
    return formatter.sentences(
        lead, formatter.text("plan.riskiest", saving=formatter.money(plan.riskiest_first_saving))
    )


def effect_text(effect: EffectEstimate, formatter: Formatter) -> str:
    """Return the hazard ratio of an intervention with its interval, such as "0.86 (0.72 to 1.03)"."""
    interval = formatter.text("interval", low=formatter.number(effect.low, 2), high=formatter.number(effect.high, 2))
    return f"{formatter.number(effect.hazard_ratio, 2)} ({interval})"
