"""Write the workbook of the rows to mend: an overview, and a sheet per cause with file, row and column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from attrition.report.check_causes import shown_causes
from attrition.report.check_page import verdict_sentence
from attrition.report.formatter import Formatter
from attrition.report.translations import translations
from attrition.report.workbook_look import DARK_BLUE, PALE_GREY, TEXT_OPTIONS

if TYPE_CHECKING:
    from attrition.report.check_causes import ShownCause
    from attrition.report.check_inputs import CheckInputs

HEADER_ROW = 4
"""Row of the headings, counted from zero; title, verdict and a note stand above."""

OVERVIEW = {
    "number": 6, "severity": 22, "table": 17, "column": 22, "fault": 48, "files": 8, "rows": 28, "advice": 60,
    "effect": 48, "sheet": 30,
}  # fmt: skip
"""Width in characters of each column of the overview."""


def write_check_workbook(inputs: CheckInputs, lang: str, path: Path) -> None:
    """Write the workbook in one language."""
    formatter = Formatter(translations(lang), "")
    causes = shown_causes(inputs, formatter)
    with xlsxwriter.Workbook(str(path), TEXT_OPTIONS) as workbook:
        workbook.set_properties({"title": formatter.text("check.title", site=inputs.site)})
        styles = _styles(workbook)
        _write_overview(workbook, causes, inputs, formatter, styles)
        for cause in causes:
            if cause.places:
                _write_places(workbook, cause, formatter, styles)


def _styles(workbook: Any) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "bg_color": DARK_BLUE, "font_color": "white", "border": 1}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 15, "font_color": DARK_BLUE}),
        "head": workbook.add_format({**head, "border_color": PALE_GREY}),
        "text": workbook.add_format({"valign": "top", "text_wrap": True}),
        "link": workbook.add_format({"valign": "top", "font_color": "#0B5C8F", "underline": 1}),
    }


def _write_overview(
    workbook: Any, causes: Sequence[ShownCause], inputs: CheckInputs, formatter: Formatter, styles: dict[str, Any]
) -> None:
    text = formatter.text
    sheet = workbook.add_worksheet(text("check.sheet.overview"))
    sheet.write_string(0, 0, text("check.title", site=inputs.site), styles["title"])
    sheet.write_string(1, 0, verdict_sentence(inputs, formatter))
    sheet.write_string(2, 0, text("check.sheet.note"))
    _write_headings(sheet, [text(f"c.check.{name}") for name in OVERVIEW], list(OVERVIEW.values()), styles)
    for row, cause in enumerate(causes, start=HEADER_ROW + 1):
        cells = [
            cause.number,
            text(f"check.severity.{cause.severity}"),
            cause.table,
            cause.column,
            cause.rule,
            len(cause.files),
            cause.count,
            cause.advice,
            cause.effect,
        ]
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell, styles["text"])
        if cause.places:
            sheet.write_url(row, len(cells), f"internal:'{cause.sheet}'!A1", styles["link"], cause.sheet)
    sheet.freeze_panes(HEADER_ROW + 1, 0)


def _write_places(workbook: Any, cause: ShownCause, formatter: Formatter, styles: dict[str, Any]) -> None:
    text = formatter.text
    sheet = workbook.add_worksheet(cause.sheet)
    sheet.write_string(0, 0, f"{cause.table}{text('list.colon')}{cause.rule}", styles["title"])
    is_parquet = cause.places[0].file.endswith(".parquet")
    kind = text("check.places.parquet" if is_parquet else "check.places.excel")
    sheet.write_string(1, 0, f"{text('check.places')}{text('list.colon')}{kind}")
    sheet.write_string(2, 0, cause.advice)
    _write_headings(sheet, [text(f"c.check.{name}") for name in ("file", "row", "column")], [48, 10, 30], styles)
    for row, place in enumerate(cause.places, start=HEADER_ROW + 1):
        sheet.write_string(row, 0, place.file)
        sheet.write_number(row, 1, place.row)
        sheet.write_string(row, 2, cause.column)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(cause.places), 2)
    sheet.freeze_panes(HEADER_ROW + 1, 0)


def _write_headings(sheet: Any, headings: Sequence[str], widths: Sequence[float], styles: dict[str, Any]) -> None:
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, heading, styles["head"])
