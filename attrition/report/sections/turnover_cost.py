"""The section "turnover_cost": indicators in months after losses beside months without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.columns import Column, measure, people
from attrition.report.figures.operations import operations_of
from attrition.report.figures.tables import rows_of
from attrition.report.indicator_text import difference_text
from attrition.report.section import Section, Table
from attrition.report.sections.abnormal import indicator_column, value_of

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> pd.DataFrame | None:
    figures = month.once(operations_of)
    return None if figures is None or figures.cost.empty else figures.cost


def _sentence(view: View[pd.DataFrame]) -> str:
    """Return which indicators differ by more than chance in months after losses."""
    cost = view.figures
    beyond = cost[(cost["low"] > 0) | (cost["high"] < 0)]
    if beyond.empty:
        return view.text("turnover_cost.none")
    items = view.formatter.comma_list(
        view.text(
            "turnover_cost.item",
            indicator=view.text(f"indicator.{row.indicator}"),
            difference=difference_text(row.difference, row.indicator, view.formatter),
        )
        for row in rows_of(beyond)
    )
    return view.text("turnover_cost.lead", items=items)


def _difference(row: Any, view: View[pd.DataFrame]) -> str:
    return difference_text(row.difference, row.indicator, view.formatter)


def _range(row: Any, view: View[pd.DataFrame]) -> str:
    ends = {end: difference_text(getattr(row, end), row.indicator, view.formatter) for end in ("low", "high")}
    return view.text("interval", **ends)


SECTION: Section[pd.DataFrame] = Section(
    "turnover_cost",
    figures=_figures,
    nothing="turnover_cost.nothing",
    sentence=_sentence,
    note="turnover_cost.note",
    tables=(
        Table(
            "differences",
            rows=lambda cost: cost,
            columns=(
                indicator_column(),
                measure("without", "without_losses", words=value_of("without")),
                measure("difference", words=_difference),
                Column(("low", "high"), "range", "measure", words=_range),
                people("teams", "compared_teams"),
            ),
        ),
    ),
)
