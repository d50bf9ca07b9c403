"""The section "costs": the cost of resignations, past and expected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import action_charts

if TYPE_CHECKING:
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.figures.costs import Costs
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``costs``, None where they cannot be computed; else also their chart and sentence."""
    costs = figures.costs
    if costs is None:
        return {"costs": None}
    largest = costs.parts.sort_values("expected", kind="stable").iloc[-1]
    per_resignation = largest["expected_each"] if pd.isna(largest["past_each"]) else largest["past_each"]
    alternative = formatter.text(
        "chart.costs.alt",
        part=formatter.text(f"cost.{largest['part']}"),
        past_each=formatter.money(per_resignation),
    )
    return {
        "costs": costs,
        "lead": _lead(costs, figures.inputs.horizon, formatter),
        "chart": action_charts.costs_chart(costs, formatter, alternative),
    }


def _lead(costs: Costs, horizon: int, formatter: Formatter) -> str:
    def amount(name: str) -> str:
        return formatter.money(action_charts.three_digits(getattr(costs, name)))

    values = {"horizon": horizon, **{name: amount(name) for name in ("expected", "low", "high")}}
    if math.isnan(costs.past):
        return formatter.text("costs.lead.ahead", **values)
    return formatter.text("costs.lead", resigned=formatter.number(costs.resigned), past=amount("past"), **values)
