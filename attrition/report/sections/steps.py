"""What was recommended, given, learned and planned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_steps
from attrition.report.sentences import capital

if TYPE_CHECKING:
    from attrition.pilot.lessons import EffectEstimate
    from attrition.report.centre import Centre
    from attrition.report.form import Form
    from attrition.report.steps import Plan


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell what was recommended, given, learned and planned."""
    table, minimum = centre.steps, centre.products.min_group
    sums = table.levers[["recommended", "given"]].sum()
    said = form.words("steps.lead", recommended=form.number(sums["recommended"]), given=form.number(sums["given"]))
    offers = {offered.id: offered for offered in centre.products.interventions}
    alternative = chart = ""
    if len(table.levers):
        first = table.levers.iloc[0]
        lever = form.words.name("lever", first["lever"])
        alternative = form.words("chart.steps.alt", lever=lever, count=form.number(first["recommended"]))
        chart = charts_of_steps.steps_chart(table, form, alternative)
    return {
        "t": table,
        "said": said if sums.any() else form.words("steps.lead.nothing", minimum=minimum),
        "plan_said": plan_said(table.plan, form),
        "offer_name": lambda name: capital(str(getattr(offers[name], form.words.lang))) if name in offers else name,
        "effect": lambda told: effect_told(told, form),
        "alternative": alternative,
        "chart": chart,
    }


def plan_said(plan: Plan | None, form: Form) -> str:
    """Say what the plan costs and what it is expected to save; nothing where none was made."""
    if plan is None:
        return ""
    said = form.words(
        "plan.lead",
        offers=form.number(plan.offers),
        loss=form.share(plan.loss, 1),
        **{name: form.money(getattr(plan, name)) for name in ("budget", "cost", "saving", "low", "high")},
    )
    if math.isnan(plan.riskiest):
        return said
    return said + " " * (form.words.lang == "en") + form.words("plan.riskiest", saving=form.money(plan.riskiest))


def effect_told(told: EffectEstimate, form: Form) -> str:
    """Write a hazard ratio with its interval."""
    ends = form.words("interval", low=form.number(told.low, 2), high=form.number(told.high, 2))
    return f"{form.number(told.hazard_ratio, 2)} ({ends})"
