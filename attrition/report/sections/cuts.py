"""The section "cuts": expected resignations by employment type, work mode and role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report.columns import named, people, people_interval, text
from attrition.report.figures.cuts import cuts
from attrition.report.figures.tables import rows_of
from attrition.report.section import Section, Table

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _sentence(view: View[pd.DataFrame]) -> str:
    rows = [row for row in rows_of(view.figures) if row.standing in ("above", "below")]
    names = view.formatter.comma_list(
        view.text(f"cuts.{row.standing}", unit=view.formatter.text.name("value", row.unit)) for row in rows
    )
    return view.text("cuts.lead", names=names) if rows else view.text("cuts.lead.none")


def _figures(month: MonthFigures) -> pd.DataFrame | None:
    return cuts(month.inputs)


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    return table


SECTION: Section[pd.DataFrame] = Section(
    "cuts",
    figures=_figures,
    nothing="cuts.none",
    sentence=_sentence,
    note="cuts.note",
    tables=(
        Table(
            "groups",
            rows=_rows,
            columns=(
                named("cut", "cut"),
                text("unit", "group", words=lambda row, view: view.formatter.text.name("value", row.unit)),
                people("headcount"),
                people("expected"),
                people_interval(),
                named("standing", "standing", "standing_in_centre"),
            ),
            hidden="is_hidden",
        ),
    ),
)
