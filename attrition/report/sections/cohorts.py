"""The section "cohorts": the share of new hires still employed, by half-year of hire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import time_charts
from attrition.report.figures.cohorts import TABLE_DAYS, survival_by_day
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``table``, None where there is no cohort; else also its chart, leading sentence and wording.

    ``lead`` compares survival after 90 days between cohorts; it is empty where no curve reaches that day.
    """
    curves = figures.cohorts
    if curves.empty:
        return {"table": None}
    table = survival_by_day(curves)
    with_90_days = table.dropna(subset="survival_90")
    names = [cohort_name(row, formatter) for row in rows_of(with_90_days)]
    shares = [formatter.share(value, 0) for value in with_90_days["survival_90"]]
    survival_of_each = "; ".join(f"{name} {share}" for name, share in zip(names, shares, strict=True))
    description = formatter.text("chart.cohorts.alt", cohorts=survival_of_each)
    result = {
        "table": table,
        "days": TABLE_DAYS,
        "lead": "",
        "start_day": int(curves["start_day"].max()),
        "cohort_name": lambda row: cohort_name(row, formatter),
        "chart": time_charts.cohorts_chart(curves, formatter, description),
    }
    if with_90_days.empty:
        return result
    last = rows_of(with_90_days)[-1]
    lead = formatter.text(
        "cohorts.lead",
        cohort=names[-1],
        share=formatter.share(last.survival_90, 0),
        interval=formatter.share_interval(last.low_90, last.high_90),
        least=formatter.share(with_90_days["survival_90"].min(), 0),
        most=formatter.share(with_90_days["survival_90"].max(), 0),
    )
    return result | {"lead": lead}


def cohort_name(row: Any, formatter: Formatter) -> str:
    """Return the name of the half-year in a row of `attrition.report.figures.cohorts.survival_by_day`."""
    return formatter.text("cohort", year=row.cohort.year, half=formatter.text(f"half.{row.half}"))
