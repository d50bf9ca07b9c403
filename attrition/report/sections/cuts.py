"""The section "cuts": expected resignations by account, channel, employment type, work mode and role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report.columns import named, people, people_interval, text
from attrition.report.figures.cuts import cuts
from attrition.report.figures.tables import rows_of
from attrition.report.section import Section, Table

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _sentence(view: View[pd.DataFrame]) -> str:
    rows = [row for row in rows_of(view.figures) if row.standing in ("above", "below")]
    names = view.formatter.comma_list(
        view.text(f"cuts.{row.standing}", unit=view.formatter.text.name("value", row.unit)) for row in rows
    )
    cuts_shown = [view.formatter.text.name("cut", cut).lower() for cut in view.figures["cut"].unique()]
    return view.text("cuts.lead" if rows else "cuts.lead.none", names=names, cuts=view.formatter.comma_list(cuts_shown))


def _figures(month: MonthFigures) -> pd.DataFrame | None:
    return cuts(month.inputs)


def _columns(table: pd.DataFrame) -> list[Column]:
    """Return the columns; that of the month before where there is one."""
    return [
        named("cut", "cut"),
        text("unit", "group", words=lambda row, view: view.formatter.text.name("value", row.unit)),
        people("headcount"),
        people("expected"),
        people_interval(),
        *([people("expected_before")] if table["expected_before"].notna().any() else []),
        named("standing", "standing", "standing_in_centre"),
    ]


SECTION: Section[pd.DataFrame] = Section(
    "cuts",
    figures=_figures,
    nothing="cuts.none",
    sentence=_sentence,
    note="cuts.note",
    tables=(Table("groups", rows=lambda table: table, columns=_columns, hidden="is_hidden"),),
)
