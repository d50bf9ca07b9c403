"""The section "drivers": by how much levers, features and warning signs raise the risk of the flagged over peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import charts
from attrition.report.sentences import by_name, capital, indistinct_sentence, phrase, typical_text

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the chart of levers, ``over_peers``, ``indistinct``, and functions that word features and their values."""
    levers = figures.levers
    alternative = ""
    if len(levers):
        first = levers.iloc[0]
        lever = formatter.text.name("lever", first["lever"])
        alternative = formatter.text("chart.levers.alt", lever=lever, points=formatter.points(first["points"]))
    declared = by_name(figures.inputs.features)
    return {
        "lever_units": lever_units(figures),
        "has_previous": bool(levers["points_before"].notna().any()),
        "over_peers": formatter.text("points", n=formatter.number(levers["points"].sum(), 1)),
        "indistinct": indistinct_sentence(figures.inputs.indistinct_families, formatter),
        "levers_chart": charts.levers_chart(levers, formatter, alternative) if len(levers) else "",
        "phrase": lambda name: capital(phrase(name, declared, formatter.text.lang)),
        "value_text": lambda name, value, category: typical_text(declared.get(name), value, category, formatter),
    }


def lever_units(figures: MonthFigures) -> pd.DataFrame:
    """Return for how many people a lever matters: units as rows, in the order of the expected numbers, and levers.

    Units and levers without a count that may be shown are left out.
    """
    counts = figures.lever_units.dropna(subset="raised")
    table = counts.pivot(index=["level", "unit"], columns="lever", values="raised")
    order = [unit for unit in zip(figures.units["level"], figures.units["unit"], strict=True) if unit in table.index]
    return table.loc[order].reset_index() if order else pd.DataFrame()
