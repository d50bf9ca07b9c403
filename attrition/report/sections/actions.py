"""The section "actions": interventions recommended and received, results of pilots, and the plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import action_charts
from attrition.report.columns import Column, lever, money, number_with_interval, people, text, words
from attrition.report.figures.actions import actions
from attrition.report.figures.tables import rows_of
from attrition.report.intervention_text import intervention_names
from attrition.report.section import Chart, Section, Table
from attrition.report.sentences import capital

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.actions import Actions
    from attrition.report.formatter import Formatter
    from attrition.report.view import View

EFFECTS = {"estimate": "pilot_result", "prior": "prior", "posterior": "posterior"}
"""The effects of a lesson, and the headings of their columns."""


def _sentence(view: View[Actions]) -> str:
    totals = view.figures.levers[["recommended", "received"]].sum()
    if not totals.any():
        return view.text("actions.lead.nothing")
    key = "actions.lead" if view.inputs.is_supplied("interventions") else "actions.lead.unknown"
    sentence = view.text(key, **{str(name): view.formatter.number(total) for name, total in totals.items()})
    cost = view.figures.table["cost"].sum()
    if not cost:
        return sentence
    return view.formatter.sentences(sentence, view.text("actions.cost", cost=view.formatter.money(cost)))


def _plan(view: View[Actions]) -> str:
    """Return a sentence on what the plan costs and is expected to save; empty where there is no plan."""
    plan, formatter = view.figures.plan, view.formatter
    if plan is None:
        return ""
    sentence = view.text(
        "plan.lead",
        offers=formatter.number(plan.offers),
        loss=formatter.share(plan.loss_probability, 1),
        **{name: formatter.money(getattr(plan, name)) for name in ("budget", "cost", "saving", "low", "high")},
    )
    if plan.unspent > 0:
        sentence = formatter.sentences(sentence, view.text("plan.unspent", unspent=formatter.money(plan.unspent)))
    if math.isnan(plan.riskiest_first_saving):
        return sentence
    riskiest = view.text("plan.riskiest", saving=formatter.money(plan.riskiest_first_saving))
    return formatter.sentences(sentence, riskiest)


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
    return formatter.sentences(*sentences)


def _plan_or_none(view: View[Actions]) -> str:
    return _plan(view) or view.text("plan.none" if view.inputs.caveat.lists_people else "plan.no_order")


def _chart(view: View[Actions]) -> Markup | str:
    actions, formatter = view.figures, view.formatter
    if actions.levers.empty:
        return ""
    first = actions.levers.iloc[0]
    name, count = formatter.text.name("lever", first["lever"]), formatter.number(first["recommended"])
    alternative = view.text("chart.actions.alt", lever=name, count=count)
    return action_charts.actions_chart(actions, formatter, alternative)


def intervention() -> Column:
    """Return the column with the names of interventions."""

    def name(row: Any, view: View[Any]) -> str:
        names = intervention_names(view.inputs.interventions, view.formatter.text.lang)
        return capital(names[row.intervention]) if row.intervention in names else str(row.intervention)

    return words("intervention", words=name)


def _lessons(actions: Actions) -> pd.DataFrame:
    """Return one row per result of a pilot: the hazard ratios of `EFFECTS`, each with the ends of its interval."""
    rows = []
    for lesson in actions.lessons:
        row: dict[str, object] = {"pilot": lesson.pilot, "intervention": lesson.intervention}
        for name in EFFECTS:
            effect = getattr(lesson, name)
            row |= {name: effect.hazard_ratio, f"{name}_low": effect.low, f"{name}_high": effect.high}
        rows.append(row)
    return pd.DataFrame(rows)


SECTION = Section(
    "actions",
    figures=lambda month: actions(month.inputs),
    sentence=_sentence,
    more=lambda view: [unoffered_sentences(view.figures, view.formatter)],
    glance=lambda view: [_sentence(view), _plan(view)],
    tables=(
        Table(
            "interventions",
            rows=lambda actions: actions.table,
            columns=(
                intervention(),
                lever(),
                people("recommended"),
                money("cost"),
                people("received"),
                people("planned"),
            ),
            chart=Chart("actions", _chart),
            is_folded=False,
            note=lambda view: view.text("actions.note", hidden=view.figures.hidden_count),
        ),
        Table(
            "lessons",
            title="lessons.sheet",
            heading="lessons.title",
            rows=_lessons,
            columns=(
                text("pilot"),
                intervention(),
                *(
                    number_with_interval(name, f"{name}_low", f"{name}_high", heading, digits=2)
                    for name, heading in EFFECTS.items()
                ),
            ),
            note=lambda view: view.text("lessons.note") if view.figures.lessons else "",
            empty="lessons.none",
        ),
        Table("plan", heading="plan.title", rows=lambda _: pd.DataFrame(), columns=(), empty=_plan_or_none),
    ),
)
