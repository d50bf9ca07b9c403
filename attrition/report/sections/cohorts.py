"""The share of new hires still employed, by half-year of hire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import time_charts
from attrition.report.cohorts import TABLE_DAYS, survival_by_day
from attrition.report.tables import rows_of

if TYPE_CHECKING:
    from attrition.report.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the survival of new hires, with its chart and sentence."""
    curves = figures.cohorts
    if curves.empty:
        return {"table": None}
    table = survival_by_day(curves)
    known = table.dropna(subset="survival_90")
    names = [cohort_name(row, formatter) for row in rows_of(known)]
    shares = [formatter.share(value, 0) for value in known["survival_90"]]
    cohorts = "; ".join(f"{name} {share}" for name, share in zip(names, shares, strict=True))
    alternative = formatter.text("chart.cohorts.alt", cohorts=cohorts)
    result = {
        "table": table,
        "days": TABLE_DAYS,
        "lead": "",
        "since": int(curves["since"].max()),
        "cohort_name": lambda row: cohort_name(row, formatter),
        "chart": time_charts.cohorts_chart(curves, formatter, alternative),
    }
    if known.empty:
        return result
    last = rows_of(known)[-1]
    lead = formatter.text(
        "cohorts.lead",
        cohort=names[-1],
        share=formatter.share(last.survival_90, 0),
        interval=formatter.share_interval(last.low_90, last.high_90),
        least=formatter.share(known["survival_90"].min(), 0),
        most=formatter.share(known["survival_90"].max(), 0),
    )
    return result | {"lead": lead}


def cohort_name(row: Any, formatter: Formatter) -> str:
    """Return the name of a half-year."""
    return formatter.text("cohort", year=row.cohort.year, half=formatter.text(f"half.{row.half}"))
