"""How good the data of the month are, and how the model did on months it had not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.health import model_order, range_written, rule_said, written
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the examination with its charts, and how rules and measures are written."""
    measures: dict[str, dict[str, Any]] = {}
    for row in each(month.metrics):
        measures.setdefault(row.metric, {})[row.model] = row
    return {
        "measures": measures,
        "rule_said": lambda rule: rule_said(rule, form),
        "models": sorted({row.model for row in each(month.metrics)}, key=model_order),
        "written": lambda row: written(row.metric, row.value, form),
        "range_written": lambda row: range_written(row.metric, row.low, row.high, form),
        **_ranking(month, form),
        **_calibration(month, form),
    }


def _ranking(month: Month, form: Form) -> dict[str, Any]:
    auc = month.metrics[month.metrics["metric"] == "auc"]
    if auc.empty:
        return {}
    first = next(iter(each(auc)))
    said = form.words(
        "chart.auc.alt",
        model=form.words.name("model", first.model),
        value=written("auc", first.value, form),
        interval=range_written("auc", first.low, first.high, form),
    )
    return {"auc_said": said, "auc_chart": charts.auc_chart(auc, form, said)}


def _calibration(month: Month, form: Form) -> dict[str, Any]:
    groups = month.calibration
    if groups.empty:
        return {}
    ends = groups.iloc[[0, -1]]
    shares = [form.share(value, 0) for value in [*ends["expected"], *ends["observed"]]]
    names = ("low_expected", "high_expected", "low_observed", "high_observed")
    said = form.words("chart.calibration.alt", **dict(zip(names, shares, strict=True)))
    return {"calibration_said": said, "calibration_chart": charts.calibration_chart(groups, form, said)}
