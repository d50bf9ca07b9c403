"""The section "cohorts": the share of new hires still employed, by half-year of hire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import time_charts
from attrition.report.columns import people, share_with_interval, text
from attrition.report.figures.cohorts import TABLE_DAYS, cohorts, survival_by_day
from attrition.report.figures.tables import rows_of
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.view import View


def _figures(month: MonthFigures) -> pd.DataFrame | None:
    inputs = month.inputs
    curves = None if inputs.spells is None else cohorts(inputs.spells, inputs.as_of, min_group=inputs.min_group)
    return None if curves is None or curves.empty else curves


def _sentence(view: View[pd.DataFrame]) -> str:
    """Return how survival after 90 days compares between cohorts; empty where no curve reaches that day."""
    table, formatter = survival_by_day(view.figures).dropna(subset="survival_90"), view.formatter
    if table.empty:
        return ""
    last = rows_of(table)[-1]
    name, ends = cohort_name(last, formatter), last.cohort + pd.DateOffset(months=6)
    return view.text(
        "cohorts.lead",
        cohort=name if ends <= pd.Timestamp(view.inputs.as_of) else view.text("cohort.so_far", cohort=name),
        share=formatter.share(last.survival_90, 0),
        interval=formatter.share_interval(last.low_90, last.high_90),
        least=formatter.share(table["survival_90"].min(), 0),
        most=formatter.share(table["survival_90"].max(), 0),
    )


def cohort_name(row: Any, formatter: Formatter) -> str:
    """Return the name of the half-year in a row of `attrition.report.figures.cohorts.survival_by_day`."""
    return formatter.text("cohort", year=row.cohort.year, half=formatter.text(f"half.{row.half}"))


def _chart(view: View[pd.DataFrame]) -> Markup:
    rows = rows_of(survival_by_day(view.figures).dropna(subset="survival_90"))
    shares = [f"{cohort_name(row, view.formatter)} {view.formatter.share(row.survival_90, 0)}" for row in rows]
    alternative = view.text("chart.cohorts.alt", cohorts="; ".join(shares))
    return time_charts.cohorts_chart(view.figures, view.formatter, alternative)


def _note(view: View[pd.DataFrame]) -> str:
    start_day = int(view.figures["start_day"].max())
    since = [view.text("cohorts.since", days=start_day)] if start_day else []
    return view.formatter.sentences(view.text("cohorts.note"), *since)


SECTION = Section(
    "cohorts",
    figures=_figures,
    nothing="cohorts.none",
    sentence=_sentence,
    tables=(
        Table(
            "cohorts",
            rows=survival_by_day,
            columns=(
                text("cohort", words=lambda row, view: cohort_name(row, view.formatter)),
                people("hires"),
                *(
                    share_with_interval(f"survival_{day}", f"low_{day}", f"high_{day}", f"day_{day}")
                    for day in TABLE_DAYS
                ),
            ),
            chart=Chart("cohorts", _chart),
            note=_note,
        ),
    ),
)
