"""Order and format the holdout metrics of the model and its baselines; word the rules of the quality table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs

THIS_MODEL = "this"
"""Stands for the name of the model that made the report, as its translation key."""

MODELS = (THIS_MODEL, "logistic", "tenure_only", "base_rate")
"""Models in the order they are shown; others follow by name."""

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
"""Units of metrics; those not listed are plain numbers with two decimals."""


def headline_metrics(inputs: ReportInputs) -> pd.DataFrame:
    """Return the metrics of the headline horizon (3 months by default), metric by metric, the report's model first.

    In the column ``model`` the name of the report's model is replaced by `THIS_MODEL`.
    """
    table = inputs.metrics
    if "horizon_months" in table:
        table = table[table["horizon_months"] == inputs.horizon]
    table = table.assign(model=table["model"].replace(inputs.model_name, THIS_MODEL))
    metric_order = {name: number for number, name in enumerate(table["metric"].drop_duplicates())}
    ordered = table.assign(model_order=table["model"].map(model_order), metric_order=table["metric"].map(metric_order))
    names = ["metric_order", "model_order"]
    return ordered.sort_values(names, kind="stable").drop(columns=names)


def model_order(model: str) -> tuple[int, str]:
    """Return the sort key of a model: its place in `MODELS`; other models come last, by name."""
    return (MODELS.index(model) if model in MODELS else len(MODELS), model)


def format_metric(metric: str, value: float, formatter: Formatter) -> str:
    """Return a metric's value with its unit."""
    unit = UNITS.get(metric)
    if math.isnan(value):
        return formatter.number(None)
    if unit == "share":
        return formatter.share(value, 1)
    return formatter.text("times", n=formatter.number(value, 1)) if unit == "times" else formatter.number(value, 2)


def format_metric_interval(metric: str, low: float, high: float, formatter: Formatter) -> str:
    """Return a metric's interval; empty where it is null or has no width."""
    if math.isnan(low) or math.isnan(high) or low == high:
        return ""
    return formatter.text(
        "interval", low=format_metric(metric, low, formatter), high=format_metric(metric, high, formatter)
    )


def format_quality_rule(row: Any, formatter: Formatter) -> str:
    """Return the rule of a row of the quality table in the reader's language.

    A rule without a Chinese sentence of its own is put together from phrases; what has none stays English.
    """
    rule, rule_zh = row.rule, getattr(row, "rule_zh", row.rule)
    if formatter.text.lang == "zh" and rule_zh != rule:
        return rule_zh
    done, colon, why = rule.partition(": ")
    if not colon:
        return formatter.text.name("rule", rule)
    why, now_empty, rest = why.partition(", now empty")
    text = formatter.text("rule.done", done=formatter.text.name("rule", done), why=formatter.text.name("rule", why))
    return text + (formatter.text("rule.now empty") if now_empty else "") + rest
