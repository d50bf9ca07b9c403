"""The section "funnel": sites and teams with more or fewer resignations than chance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import group_charts
from attrition.report.figures.funnel import MIN_EXPECTED
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.figures.funnel import Funnel
    from attrition.report.formatter import Formatter

MAX_NAMES = 5
"""Largest number of units named in the leading sentence; the table names all."""


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``funnel``, None where it was not computed; else also the plot, its sentence, and counts for the note."""
    funnel = figures.funnel
    if funnel is None:
        return {"funnel": None}
    results = funnel.parts["result"].value_counts()
    outside = int(results.get("higher", 0) + results.get("lower", 0))
    whole = funnel.units.iloc[0]
    alternative = formatter.text(
        "chart.funnel.alt",
        compared=funnel.compared_count,
        higher=int(results.get("higher", 0) + results.get("far_higher", 0)),
        lower=int(results.get("lower", 0) + results.get("far_lower", 0)),
        resigned=formatter.number(whole["resigned"]),
        expected=formatter.number(whole["expected"]),
    )
    return {
        "funnel": funnel,
        "lead": _lead(funnel, outside, formatter),
        "windows": formatter.comma_list(formatter.month(end) for end in funnel.windows),
        "few": int(results.get("few", 0)),
        "hidden": int(funnel.units["is_hidden"].sum()),
        "least": formatter.number(MIN_EXPECTED),
        "chart": group_charts.funnel_chart(funnel, formatter, alternative) if funnel.compared_count else "",
    }


def _lead(funnel: Funnel, outside: int, formatter: Formatter) -> str:
    """Return a sentence that names the units beyond the outer limits, those furthest from expectation first."""
    if not funnel.compared_count:
        return formatter.text("funnel.few", least=formatter.number(MIN_EXPECTED))
    far = funnel.parts[funnel.parts["result"].isin(["far_higher", "far_lower"])]
    key = "funnel.lead" if len(far) else "funnel.outside" if outside else "funnel.nothing"
    by_chance = formatter.number(funnel.outside_by_chance, 1)
    values = {"compared": funnel.compared_count, "outside": outside, "by_chance": by_chance}
    return formatter.text(key, **values, names=_names(far, formatter))


def _names(far: pd.DataFrame, formatter: Formatter) -> str:
    distance = (far["resigned"] - far["expected"]).abs()
    ordered = far.loc[distance.sort_values(ascending=False, kind="stable").index]
    named = [formatter.text(f"funnel.name.{row.result}", unit=row.unit) for row in rows_of(ordered.head(MAX_NAMES))]
    names = formatter.comma_list(named)
    others = len(far) - len(named)
    return formatter.text("funnel.names.more", names=names, count=others) if others else names
