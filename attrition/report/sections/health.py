"""The section "health": the quality of the month's data, and the model's metrics on months it was not fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from attrition.report import charts
from attrition.report.columns import Column, named, people, share, share_interval, text, words
from attrition.report.figures.tables import rows_of
from attrition.report.model_metrics import format_metric, format_metric_interval, format_quality_rule, model_order
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _variables(view: View[MonthFigures]) -> dict[str, Any]:
    auc = view.figures.metrics[view.figures.metrics["metric"] == "auc"]
    return {"auc_chart": "" if auc.empty else _auc_chart(auc, view)}


def _auc_chart(auc: pd.DataFrame, view: View[MonthFigures]) -> Markup:
    first = rows_of(auc)[0]
    alternative = view.text(
        "chart.auc.alt",
        model=view.formatter.text.name("model", first.model),
        value=format_metric("auc", first.value, view.formatter),
        interval=format_metric_interval("auc", first.low, first.high, view.formatter),
    )
    return charts.auc_chart(auc, view.formatter, alternative)


def _calibration_chart(view: View[MonthFigures]) -> Markup:
    groups = view.figures.calibration
    ends = groups.iloc[[0, -1]]
    shares = [view.formatter.share(value, 0) for value in [*ends["expected"], *ends["observed"]]]
    names = ("low_expected", "high_expected", "low_observed", "high_observed")
    alternative = view.text("chart.calibration.alt", **dict(zip(names, shares, strict=True)))
    return charts.calibration_chart(groups, view.formatter, alternative)


def _calibration(figures: MonthFigures) -> pd.DataFrame:
    groups = figures.calibration
    return groups if groups.empty else groups.assign(low=groups["low"].clip(lower=0))


def _metrics(figures: MonthFigures) -> pd.DataFrame:
    """Return one row per metric, with the value of each model and its ends: ``this``, ``this_low``, ``this_high``."""
    rows: dict[str, dict[str, object]] = {}
    for row in rows_of(figures.metrics):
        values = {row.model: row.value, f"{row.model}_low": row.low, f"{row.model}_high": row.high}
        rows.setdefault(row.metric, {"metric": row.metric}).update(values)
    return pd.DataFrame(list(rows.values()))


def _columns(figures: MonthFigures) -> list[Column]:
    models = sorted(figures.metrics["model"].unique(), key=model_order)
    return [named("metric", "metric"), *(_of_model(str(model)) for model in models)]


def _of_model(model: str) -> Column:
    """Return the column of one model: a value, under it its range."""

    def written(row: Any, view: View[Any]) -> str:
        value, low, high = (getattr(row, name) for name in names)
        if value != value:
            return view.formatter.number(None)
        metric = format_metric(row.metric, value, view.formatter)
        interval = format_metric_interval(row.metric, low, high, view.formatter)
        return Markup('{}<br><span class="range">{}</span>').format(metric, interval)

    names = (model, f"{model}_low", f"{model}_high")
    return Column(names, f"model.{model}", "measure", words=written)


SECTION = Section(
    "health",
    figures=lambda month: month,
    template="sections/health.html",
    variables=_variables,
    tables=(
        Table(
            "quality",
            title="section.health.quality.sheet",
            rows=lambda figures: figures.quality,
            columns=(
                named("table", "table"),
                words("rule", words=lambda row, view: format_quality_rule(row, view.formatter)),
                people("rows"),
                share(
                    "share",
                    "rows_share",
                    digits=4,
                    has_bar=True,
                    words=lambda row, view: view.formatter.share(row.share),
                ),
                text("example_columns", "columns"),
            ),
        ),
        Table(
            "calibration",
            title="section.health.calibration.sheet",
            rows=_calibration,
            columns=(
                share("expected", digits=1),
                share("observed", digits=1),
                share_interval(),
                people("agents"),
            ),
            chart=Chart("calibration", _calibration_chart),
        ),
        Table("metrics", title="section.health.model.sheet", rows=_metrics, columns=_columns),
    ),
)
