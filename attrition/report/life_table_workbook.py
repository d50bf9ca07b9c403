"""Write the figures of `attrition life-table` as a workbook: sheets for the curve, for tenure and for each grouping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from attrition.data.phrase import in_language
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.life_table_page import band_text, time_text
from attrition.report.translations import translations
from attrition.report.workbook_look import DARK_BLUE, TEXT_OPTIONS

if TYPE_CHECKING:
    from attrition.report.life_table_inputs import LifeTableInputs

Cells = Sequence[Any]


def write_life_table_workbook(inputs: LifeTableInputs, lang: str, path: Path) -> None:
    """Write the workbook in one language; what is hidden on the page is hidden here."""
    formatter = Formatter(translations(lang), "")
    text, figures = formatter.text, inputs.figures
    with xlsxwriter.Workbook(str(path), TEXT_OPTIONS) as workbook:
        head = workbook.add_format({"bold": True, "text_wrap": True, "bg_color": DARK_BLUE, "font_color": "white"})
        rows: list[Cells] = [
            (time_text(row.day, formatter), row.day, row.at_risk, row.survival, row.low, row.high)
            for row in rows_of(figures.curve)
        ]
        _write(
            workbook, head, text("life.stay"), _names(text, "time", "days", "at_risk", "staying", "low", "high"), rows
        )
        for kind, table in figures.tenure.items():
            bands: list[Cells] = [
                (band_text(row.from_day, row.to_day, formatter), row.people, row.exits, row.rate, row.low, row.high)
                for row in rows_of(table[~table["is_hidden"]])
            ]
            names = _names(text, "time", "people", "exits", "rate.share", "low", "high")
            _write(workbook, head, f"{text('life.tenure')} {text(f'life.kind.{kind}')}", names, bands)
        for name, table in figures.groups.items():
            columns = [name, "people", "exits", "rate", "expected", "ratio", "ratio_low", "ratio_high"]
            cells = table.loc[~table["is_hidden"], columns].to_numpy(dtype=object).tolist()
            names = _names(text, "group", "people", "exits", "rate.share", "expected", "ratio", "low", "high")
            _write(workbook, head, text(f"life.by.{name}"), names, cells)
        facts: list[Cells] = [(fact.heading, in_language(fact.reason, lang)) for fact in inputs.today]
        _write(workbook, head, text("life.today"), _names(text, "column", "reason"), facts)


def _names(text: Any, *columns: str) -> list[str]:
    return [text(f"c.life.{column}") for column in columns]


def _write(workbook: Any, head: Any, title: str, names: Sequence[str], rows: Sequence[Cells]) -> None:
    """Write one table on a sheet of its own; a name of a sheet has at most 31 characters."""
    sheet = workbook.add_worksheet(title[:31])
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
        sheet.set_column(column, column, 24 if column == 0 else 16)
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            is_missing = cell is None or cell != cell
            if not is_missing:
                sheet.write(number, column, cell)
    sheet.freeze_panes(1, 0)
