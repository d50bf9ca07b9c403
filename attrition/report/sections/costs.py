"""What resignations cost, past and expected."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import charts_of_steps

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell what resignations cost."""
    table = centre.costs
    if table is None:
        return {"t": None}
    ends = {name: form.money(charts_of_steps.about(getattr(table, name))) for name in ("expected", "low", "high")}
    values = {"horizon": centre.products.horizon, **ends}
    largest = table.parts.sort_values("expected", kind="stable").iloc[-1]
    each_one = largest["expected_each"] if pd.isna(largest["past_each"]) else largest["past_each"]
    part = form.words(f"cost.{largest['part']}")
    alternative = form.words("chart.costs.alt", part=part, past_each=form.money(each_one))
    return {
        "t": table,
        "said": form.words("costs.lead.ahead", **values)
        if math.isnan(table.past)
        else form.words(
            "costs.lead",
            resigned=form.number(table.resigned),
            past=form.money(charts_of_steps.about(table.past)),
            **values,
        ),
        "alternative": alternative,
        "chart": charts_of_steps.costs_chart(table, form, alternative),
    }
