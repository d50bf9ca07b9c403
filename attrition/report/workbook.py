"""The month as an Excel workbook: real tables with filters, frozen headings, number formats and data bars."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from attrition.report.columns import Column, Sheet, both
from attrition.report.form import Form
from attrition.report.sections.account import assumption, gap_sentences, verdict_sentence
from attrition.report.sections.glance import sentences
from attrition.report.sheets import sheets
from attrition.report.svg import text_width
from attrition.report.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from attrition.report.editions import Edition
    from attrition.report.month import Month
    from attrition.report.products import Products

HEADER_ROW = 3
WIDEST = {"text": 44.0, "lines": 62.0}
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A staff number stays text, and a cell that begins like a formula is no formula."""

DEEP, PALE, LINE = "#12344D", "#C9E0EF", "#DDE3E8"


def workbook(month: Month, langs: Sequence[str], edition: Edition, path: Path) -> None:
    """Write an edition's workbook; the same figures give the same bytes.

    Parameters
    ----------
    month : Month
        The figures.
    langs : sequence of {"en", "zh"}
        Languages of headings and sentences, side by side.
    edition : {"centre", "partner", "team"}
        Whose workbook it is.
    path : Path
        Where to write.
    """
    products = month.products
    forms = [Form(words(lang), products.currency) for lang in langs]
    with xlsxwriter.Workbook(str(path), {**PLAIN, "in_memory": True}) as book:
        book.set_properties(
            {
                "title": " ".join(_titles(products, forms)),
                "comments": both(forms, "purpose"),
                "created": datetime(products.as_of.year, products.as_of.month, products.as_of.day),
            }
        )
        styles = _styles(book, products.currency)
        made = sheets(month, forms, edition)
        _first_sheet(book, month, forms, edition, made, styles)
        for sheet in made:
            _table_sheet(book, sheet, forms, styles)


def _titles(products: Products, forms: Sequence[Form]) -> list[str]:
    return [form.words("title.month", site=products.site, month=form.month(products.as_of)) for form in forms]


def _styles(book: Any, currency: str) -> dict[str, Any]:
    top = {"valign": "top"}
    numbers = {
        "count": "#,##0",
        "figure": "#,##0.0##",
        "share": "0%",
        "money": f'#,##0 "{currency}"',
        "month": "yyyy-mm",
    }
    return {
        "text": book.add_format(top),
        "lines": book.add_format({**top, "text_wrap": True}),
        **{kind: book.add_format({**top, "num_format": code}) for kind, code in numbers.items()},
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": DEEP, "font_color": "white", "border": 1,
             "border_color": LINE}
        ),
        "title": book.add_format({"bold": True, "font_size": 15, "font_color": DEEP}),
        "heading": book.add_format({"bold": True, "font_color": DEEP, "valign": "top"}),
        "purpose": book.add_format({"italic": True, "font_color": "#9C2F10"}),
        "link": book.add_format({"font_color": "#0B5C8F", "underline": 1}),
    }  # fmt: skip


def _first_sheet(
    book: Any, month: Month, forms: Sequence[Form], edition: Edition, made: Sequence[Sheet], styles: dict[str, Any]
) -> None:
    """Say what this is, what it is not for, how earlier reports did, and where to find what."""
    page = book.add_worksheet(both(forms, "section.start.sheet"))
    page.hide_gridlines(2)
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 110)
    row, purposes = 0, {form.words("purpose") for form in forms}
    for title in _titles(month.products, forms):
        page.write_string(row, 0, title, styles["title"])
        row += 1
    blocks = [_facts(month, form, edition) for form in forms]
    blocks += [[(title, [said]) for _, title, said in sentences(month, form)] for form in forms if edition == "centre"]
    for block in blocks:
        row += 1
        for heading, lines in block:
            page.write_string(row, 0, heading, styles["heading"])
            for line in lines:
                page.write_string(row, 1, line, styles["purpose" if line in purposes else "lines"])
                row += 1
    row += 1
    page.write_string(row, 0, both(forms, "contents"), styles["heading"])
    for sheet in made:
        page.write_url(row, 1, f"internal:'{sheet.title}'!A1", styles["link"], sheet.title)
        row += 1
    _printed(page, forms, landscape=False)


def _facts(month: Month, form: Form, edition: Edition) -> list[tuple[str, list[str]]]:
    say, products = form.words, month.products
    model = say(
        "model.line", name=products.model_name, version=products.model_version, date=form.day(products.trained_on)
    )
    none = [say("facts.none")]
    return [
        (say("purpose.title"), [say("purpose"), f"{say(f'edition.{edition}')}: {say(f'edition.{edition}.note')}"]),
        (say("section.account"), [verdict_sentence(month, form)]),
        (say("facts.model"), [model, say("as_of", date=form.day(products.as_of))]),
        (say("facts.gaps"), gap_sentences(products, form) or none),
        (say("facts.assumptions"), [assumption(said, say.lang) for said in products.assumptions] or none),
    ]


def _table_sheet(book: Any, sheet: Sheet, forms: Sequence[Form], styles: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.title)
    page.write_string(0, 0, sheet.title, styles["title"])
    page.write_string(1, 0, both(forms, "purpose"), styles["purpose"])
    rows = len(sheet.columns[0].values)
    columns = [{"header": column.header, "header_format": styles["head"]} for column in sheet.columns]
    last = (HEADER_ROW + rows, len(columns) - 1)
    page.add_table(HEADER_ROW, 0, *last, {"name": sheet.name, "columns": columns, "style": "Table Style Light 1"})
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, _width(column))
        for number, value in enumerate(column.values, start=HEADER_ROW + 1):
            _cell(page, number, place, value, styles[column.kind])
        if column.has_bar:
            bar = {"type": "data_bar", "bar_color": PALE, "bar_solid": True, "bar_border_color": PALE}
            page.conditional_format(HEADER_ROW + 1, place, last[0], place, bar)
    page.set_row(HEADER_ROW, 48)
    page.freeze_panes(HEADER_ROW + 1, 1)
    page.repeat_rows(HEADER_ROW)
    _printed(page, forms, landscape=True)


def _cell(page: Any, row: int, place: int, value: Any, style: Any) -> None:
    if value is None or value is pd.NaT or value != value:
        page.write_blank(row, place, None, style)
    elif isinstance(value, str):
        page.write_string(row, place, value, style)
    elif hasattr(value, "year"):
        page.write_datetime(row, place, datetime(value.year, value.month, value.day), style)
    else:
        page.write_number(row, place, float(value), style)


def _width(column: Column) -> float:
    """Wide enough for the longest line up to a limit; headings may wrap to two or three lines."""
    lines = [line for value in column.values if isinstance(value, str) for line in value.split("\n")]
    longest = max((text_width(line, 2.0) for line in lines), default=9.0)
    return max(12.0, text_width(column.header, 2.0) / 2.2, min(longest + 3, WIDEST.get(column.kind, 14.0)))


def _printed(page: Any, forms: Sequence[Form], *, landscape: bool) -> None:
    """Set up paper: one page wide, with the purpose at the foot of every page."""
    if landscape:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8{both(forms, 'purpose')}&R&8&P / &N")
