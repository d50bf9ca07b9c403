"""An edition as an Excel workbook: real tables with filters, frozen headings, number formats and data bars."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from attrition.report.edition_names import CENTRE, TEAM
from attrition.report.editions import EDITIONS
from attrition.report.formatter import Formatter
from attrition.report.sections.account import assumption_text, gap_sentences, verdict_sentence
from attrition.report.sections.glance import key_sentences
from attrition.report.sheets import Sheet, SheetColumn, in_all_languages, section_sheets
from attrition.report.svg import text_width
from attrition.report.translations import translations
from attrition.report.workbook_look import DARK_BLUE, PALE_BLUE, PALE_GREY, TEXT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.inputs import ReportInputs

HEADER_ROW = 3
"""Row of the headings of a table, counted from zero; title and purpose stand above it."""

MAX_WIDTHS = {"text": 44.0, "wrapped_text": 62.0}
"""Largest width of a column in characters, by cell format; 14 for the others."""


def write_workbook(figures: MonthFigures, langs: Sequence[str], edition: str, path: Path) -> None:
    """Write an edition's workbook; the same figures give the same bytes.

    Parameters
    ----------
    figures : MonthFigures
        The figures of the month.
    langs : sequence of {"en", "zh"}
        Languages of headings and sentences, side by side.
    edition : {"centre", "partner", "team"}
        Its name in `attrition.report.editions.EDITIONS`.
    path : Path
        Where to write.
    """
    inputs = figures.inputs
    formatters = [Formatter(translations(lang), inputs.currency) for lang in langs]
    with xlsxwriter.Workbook(str(path), {**TEXT_OPTIONS, "in_memory": True}) as workbook:
        workbook.set_properties(
            {
                "title": " ".join(_titles(inputs, formatters, edition)),
                "comments": in_all_languages(formatters, "purpose"),
                "created": datetime(inputs.as_of.year, inputs.as_of.month, inputs.as_of.day),
            }
        )
        styles = _styles(workbook, inputs.currency)
        sheets = edition_sheets(figures, formatters, edition)
        _write_first_sheet(workbook, figures, formatters, edition, sheets, styles)
        for sheet in sheets:
            caveat = " ".join(line for formatter in formatters for line in _caveat(inputs, formatter))
            _write_table_sheet(workbook, sheet, formatters, caveat, styles)


def edition_sheets(figures: MonthFigures, formatters: Sequence[Formatter], edition: str) -> list[Sheet]:
    """Return the sheets of an edition's workbook that have rows."""
    sections = EDITIONS[edition].sections
    return [sheet for section in sections for sheet in section_sheets(section, figures, formatters)]


def _titles(inputs: ReportInputs, formatters: Sequence[Formatter], edition: str) -> list[str]:
    own = f"title.{edition}"
    return [
        formatter.text(
            own if own in formatter.text else "title.month", site=inputs.site, month=formatter.month(inputs.as_of)
        )
        for formatter in formatters
    ]


def _styles(workbook: Any, currency: str) -> dict[str, Any]:
    top = {"valign": "top"}
    numbers = {
        "count": "#,##0",
        "decimal": "#,##0.0##",
        "share": "0%",
        "money": f'#,##0 "{currency}"',
        "month": "yyyy-mm",
    }
    return {
        "text": workbook.add_format(top),
        "wrapped_text": workbook.add_format({**top, "text_wrap": True}),
        **{kind: workbook.add_format({**top, "num_format": code}) for kind, code in numbers.items()},
        "head": workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": DARK_BLUE, "font_color": "white",
             "border": 1, "border_color": PALE_GREY}
        ),
        "title": workbook.add_format({"bold": True, "font_size": 15, "font_color": DARK_BLUE}),
        "heading": workbook.add_format({"bold": True, "font_color": DARK_BLUE, "valign": "top"}),
        "purpose": workbook.add_format({"italic": True, "font_color": "#9C2F10"}),
        "link": workbook.add_format({"font_color": "#0B5C8F", "underline": 1}),
    }  # fmt: skip


def _write_first_sheet(
    workbook: Any,
    figures: MonthFigures,
    formatters: Sequence[Formatter],
    edition: str,
    sheets: Sequence[Sheet],
    styles: dict[str, Any],
) -> None:
    """Write the sheet that opens first: purpose, verdict on earlier reports, missing data, and links to the sheets."""
    worksheet = workbook.add_worksheet(in_all_languages(formatters, "section.start.sheet"))
    worksheet.hide_gridlines(2)
    worksheet.set_column(0, 0, 26)
    worksheet.set_column(1, 1, 110)
    row, purposes = 0, {formatter.text("purpose") for formatter in formatters}
    for title in _titles(figures.inputs, formatters, edition):
        worksheet.write_string(row, 0, title, styles["title"])
        row += 1
    blocks = [_facts(figures, formatter, edition) for formatter in formatters]
    if edition == CENTRE:
        blocks += [_key_points(figures, formatter) for formatter in formatters]
    for block in blocks:
        row += 1
        for heading, lines in block:
            worksheet.write_string(row, 0, heading, styles["heading"])
            for line in lines:
                worksheet.write_string(row, 1, line, styles["purpose" if line in purposes else "wrapped_text"])
                row += 1
    row += 1
    worksheet.write_string(row, 0, in_all_languages(formatters, "contents"), styles["heading"])
    for sheet in sheets:
        worksheet.write_url(row, 1, f"internal:'{sheet.title}'!A1", styles["link"], sheet.title)
        row += 1
    _set_up_printing(worksheet, formatters, landscape=False)


def _purposes(inputs: ReportInputs, formatter: Formatter, edition: str) -> list[str]:
    """Return purpose, mode, for whom the edition is and, without pseudonyms, that staff numbers stand in clear."""
    text = formatter.text
    readers = f"{text(f'edition.{edition}')}: {text(f'edition.{edition}.note')}"
    return [text("purpose"), inputs.mode_sentence(text.lang), readers, *(note[text.lang] for note in inputs.naming)]


def _facts(figures: MonthFigures, formatter: Formatter, edition: str) -> list[tuple[str, list[str]]]:
    text, inputs = formatter.text, figures.inputs
    model = text(
        "model.line", name=inputs.model_name, version=inputs.model_version, date=formatter.day(inputs.trained_on)
    )
    none = [text("facts.none")]
    return [
        (text("purpose.title"), _purposes(inputs, formatter, edition)),
        (text("section.account"), [verdict_sentence(figures, formatter, of_numbers=edition == TEAM)]),
        (text("facts.model"), [*_caveat(inputs, formatter), model, text("as_of", date=formatter.day(inputs.as_of))]),
        (text("facts.gaps"), gap_sentences(inputs, formatter) or none),
        (
            text("facts.assumptions"),
            [assumption_text(assumption, text.lang) for assumption in inputs.assumptions] or none,
        ),
    ]


def _caveat(inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return the sentence on what could not be shown of the model; empty where there is nothing to say."""
    return [inputs.caveat.sentence(formatter.text.lang)] if inputs.caveat.en else []


def _key_points(figures: MonthFigures, formatter: Formatter) -> list[tuple[str, list[str]]]:
    return [(title, [sentence]) for _, title, sentence in key_sentences(EDITIONS[CENTRE].sections, figures, formatter)]


def _write_table_sheet(
    workbook: Any, sheet: Sheet, formatters: Sequence[Formatter], caveat: str, styles: dict[str, Any]
) -> None:
    worksheet = workbook.add_worksheet(sheet.title)
    worksheet.write_string(0, 0, sheet.title, styles["title"])
    worksheet.write_string(1, 0, in_all_languages(formatters, "purpose"), styles["purpose"])
    if caveat:
        worksheet.write_string(2, 0, caveat, styles["purpose"])
    rows = len(sheet.columns[0].values)
    columns = [{"header": column.header, "header_format": styles["head"]} for column in sheet.columns]
    last = (HEADER_ROW + rows, len(columns) - 1)
    worksheet.add_table(HEADER_ROW, 0, *last, {"name": sheet.name, "columns": columns, "style": "Table Style Light 1"})
    for number, column in enumerate(sheet.columns):
        worksheet.set_column(number, number, _width(column))
        for row, value in enumerate(column.values, start=HEADER_ROW + 1):
            _write_cell(worksheet, row, number, value, styles[column.cell_format])
        if column.has_bar:
            bar = {"type": "data_bar", "bar_color": PALE_BLUE, "bar_solid": True, "bar_border_color": PALE_BLUE}
            worksheet.conditional_format(HEADER_ROW + 1, number, last[0], number, bar)
    worksheet.set_row(HEADER_ROW, 48)
    worksheet.freeze_panes(HEADER_ROW + 1, 1)
    worksheet.repeat_rows(HEADER_ROW)
    _set_up_printing(worksheet, formatters, landscape=True)


def _write_cell(worksheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or value is pd.NaT or value != value:
        worksheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        worksheet.write_string(row, column, value, style)
    elif hasattr(value, "year"):
        worksheet.write_datetime(row, column, datetime(value.year, value.month, value.day), style)
    else:
        worksheet.write_number(row, column, float(value), style)


def _width(column: SheetColumn) -> float:
    """Return a width for the longest line, up to a limit; headings may wrap to two or three lines."""
    lines = [line for value in column.values if isinstance(value, str) for line in value.split("\n")]
    longest = max((text_width(line, 2.0) for line in lines), default=9.0)
    return max(12.0, text_width(column.header, 2.0) / 2.2, min(longest + 3, MAX_WIDTHS.get(column.cell_format, 14.0)))


def _set_up_printing(worksheet: Any, formatters: Sequence[Formatter], *, landscape: bool) -> None:
    """Set up paper: one page wide, with the purpose at the foot of every page."""
    if landscape:
        worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_footer(f"&L&8{in_all_languages(formatters, 'purpose')}&R&8&P / &N")
