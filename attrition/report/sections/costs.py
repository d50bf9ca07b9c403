"""The section "costs": the cost of resignations, past and expected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import action_charts
from attrition.report.columns import money, named
from attrition.report.figures.costs import costs
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.costs import Costs
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs
    from attrition.report.view import View


def _sentence(view: View[Costs]) -> str:
    costs, formatter = view.figures, view.formatter
    names = ("past", "expected", "low", "high")
    amounts = {name: formatter.money(action_charts.three_digits(getattr(costs, name))) for name in names}
    key = "costs.lead.ahead" if math.isnan(costs.past) else "costs.lead"
    lead = view.text(key, resigned=formatter.number(costs.resigned), **amounts)
    return formatter.sentences(lead, *assumed_prices(view.inputs, formatter))


def assumed_prices(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return that the prices behind costs and savings are assumptions, where the site declared none of its own."""
    return [formatter.text("costs.assumed")] if inputs.has_starter_prices else []


def _chart(view: View[Costs]) -> Markup:
    costs = view.figures
    largest = costs.parts.sort_values("expected", kind="stable").iloc[-1]
    per_resignation = largest["expected_each"] if pd.isna(largest["past_each"]) else largest["past_each"]
    part, amount = view.text(f"cost.{largest['part']}"), view.formatter.money(per_resignation)
    return action_charts.costs_chart(costs, view.formatter, view.text("chart.costs.alt", part=part, past_each=amount))


def _total(costs: Costs) -> dict[str, Any]:
    each = {name: costs.parts[name].sum(skipna=False) for name in ("past_each", "expected_each")}
    return {"part": "total", "past": costs.past, "expected": costs.expected, **each}


SECTION = Section(
    "costs",
    figures=lambda month: costs(month.inputs, month.units),
    nothing="expected.few",
    sentence=_sentence,
    tables=(
        Table(
            "parts",
            rows=lambda costs: costs.parts,
            columns=(
                named("part", "cost"),
                money("past"),
                money("past_each", under="past"),
                money("expected", "expected_cost"),
                money("expected_each", under="expected_cost"),
            ),
            total=_total,
            chart=Chart("costs", _chart),
            note="costs.note",
        ),
    ),
)
