"""The section "health": the quality of the month's data, and the model's metrics on months it was not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.figures.tables import rows_of
from attrition.report.model_metrics import format_metric, format_metric_interval, format_quality_rule, model_order

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the holdout metrics by metric and model, their charts, and functions that word rules and metrics."""
    metrics: dict[str, dict[str, Any]] = {}
    for row in rows_of(figures.metrics):
        metrics.setdefault(row.metric, {})[row.model] = row
    return {
        "metrics": metrics,
        "models": sorted({row.model for row in rows_of(figures.metrics)}, key=model_order),
        "rule_text": lambda row: format_quality_rule(row, formatter),
        "metric_text": lambda row: format_metric(row.metric, row.value, formatter),
        "interval_text": lambda row: format_metric_interval(row.metric, row.low, row.high, formatter),
        **_ranking(figures, formatter),
        **_calibration(figures, formatter),
    }


def _ranking(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    auc = figures.metrics[figures.metrics["metric"] == "auc"]
    if auc.empty:
        return {}
    first = rows_of(auc)[0]
    alternative = formatter.text(
        "chart.auc.alt",
        model=formatter.text.name("model", first.model),
        value=format_metric("auc", first.value, formatter),
        interval=format_metric_interval("auc", first.low, first.high, formatter),
    )
    return {"auc_chart": charts.auc_chart(auc, formatter, alternative)}


def _calibration(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    groups = figures.calibration
    if groups.empty:
        return {}
    ends = groups.iloc[[0, -1]]
    shares = [formatter.share(value, 0) for value in [*ends["expected"], *ends["observed"]]]
    names = ("low_expected", "high_expected", "low_observed", "high_observed")
    alternative = formatter.text("chart.calibration.alt", **dict(zip(names, shares, strict=True)))
    return {"calibration_chart": charts.calibration_chart(groups, formatter, alternative)}
