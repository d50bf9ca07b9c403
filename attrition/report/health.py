"""How well the model did on later months it had not seen, beside simpler ways to estimate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.form import Form
    from attrition.report.products import Products

OURS = "this"
"""Stands for the model of the report among the ways to estimate."""

MODELS = (OURS, "logistic", "tenure_only", "base_rate")
"""Ways to estimate, in the order they are shown; others follow by name."""

UNITS = {
    "auc": "share",
    "auc_mean_of_months": "share",
    "average_precision": "share",
    "brier_skill": "share",
    "recall_at_capacity": "share",
    "recall_at_5_percent": "share",
    "recall_at_talks": "share",
    "calibration_error": "share",
    "lift_at_capacity": "times",
    "lift_at_5_percent": "times",
    "lift_at_talks": "times",
}
"""How a measure is written; what is not named here is a plain number with two decimals."""


def examined(products: Products) -> pd.DataFrame:
    """Give the metrics of the headline horizon, this model first, measures in their declared order."""
    table = products.metrics
    if "horizon_months" in table:
        table = table[table["horizon_months"] == products.horizon]
    table = table.assign(model=table["model"].replace(products.model_name, OURS))
    measure = {name: number for number, name in enumerate(table["metric"].drop_duplicates())}
    order = table.assign(place=table["model"].map(model_order), measure=table["metric"].map(measure))
    return order.sort_values(["measure", "place"], kind="stable").drop(columns=["place", "measure"])


def model_order(model: str) -> tuple[int, str]:
    """Say where a way to estimate stands among the others."""
    return (MODELS.index(model) if model in MODELS else len(MODELS), model)


def written(metric: str, value: float, form: Form) -> str:
    """Write one result of a measure."""
    unit = UNITS.get(metric)
    if math.isnan(value):
        return form.number(None)
    if unit == "share":
        return form.share(value, 1)
    return form.words("times", n=form.number(value, 1)) if unit == "times" else form.number(value, 2)


def range_written(metric: str, low: float, high: float, form: Form) -> str:
    """Write the interval of a measure; nothing where there is none."""
    if math.isnan(low) or math.isnan(high) or low == high:
        return ""
    return form.words("interval", low=written(metric, low, form), high=written(metric, high, form))


def rule_said(rule: str, form: Form) -> str:
    """Say a rule of the quality table: what was done, and why; a rule without words stays as it was written."""
    done, mark, why = rule.partition(": ")
    if not mark:
        return form.words.name("rule", rule)
    why, comma, then = why.partition(", now empty")
    said = form.words("rule.done", done=form.words.name("rule", done), why=form.words.name("rule", why))
    return said + (form.words("rule.now empty") if comma else "") + then
