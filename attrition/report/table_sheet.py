"""A table of a declared section as a sheet of the workbook, in all its languages side by side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.report.columns import KINDS
from attrition.report.figures.tables import rows_of
from attrition.report.sheet_columns import Sheet, SheetColumn, in_all_languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.section import Section, Table
    from attrition.report.view import View

ENDS = {1: ("",), 2: ("low", "high"), 3: ("", "low", "high")}
"""What the values of a column of so many names are: the value itself, or an end of its range."""


def section_sheets(section: Section[Any], month: MonthFigures, formatters: Sequence[Formatter]) -> list[Sheet]:
    """Return the sheets of a section, one per table that has rows."""
    views = [view for formatter in formatters if (view := section.view(month, formatter)) is not None]
    sheets = [_sheet(section, table, views) for table in section.tables] if views else []
    return [sheet for sheet in sheets if sheet is not None]


def _sheet(section: Section[Any], table: Table[Any], views: Sequence[View[Any]]) -> Sheet | None:
    figures = views[0].figures
    rows = table.rows(figures)
    if rows is None or not len(rows):
        return None
    columns = [
        written
        for column in table.columns_of(figures)
        for written in _columns(column, rows_of(rows), views, table.hidden)
    ]
    name = "".join(part.capitalize() for part in f"{section.name}_{table.name}".split("_"))
    title = in_all_languages([view.formatter for view in views], table.title or f"section.{section.name}.sheet")
    return Sheet(name, title, tuple(columns))


def _columns(column: Column, rows: Sequence[Any], views: Sequence[View[Any]], hidden: str) -> Iterator[SheetColumn]:
    """Return the columns of the sheet that show one column of a table."""
    kind, formatters = KINDS[column.kind], [view.formatter for view in views]
    headings = [heading for heading in (column.under, column.heading) if heading]
    heading = ": ".join(in_all_languages(formatters, f"c.{heading}") for heading in headings)
    if kind.has_languages:
        for view in views:
            texts = ["" if hidden and getattr(row, hidden) else column.cell(row, view) for row in rows]
            yield SheetColumn(view.text(f"c.{column.heading}"), texts, kind.cell_format)
    elif kind.cell_format == "text":
        texts = [" ".join(dict.fromkeys(column.cell(row, view) for view in views)) for row in rows]
        yield SheetColumn(heading, texts)
    else:
        for name, end in zip(column.names, ENDS[len(column.names)], strict=True):
            header = f"{heading}: {in_all_languages(formatters, f'c.{end}')}" if end else heading
            values = [_value(column.values(row)[name], column.kind) for row in rows]
            yield SheetColumn(header, values, kind.cell_format, column.has_bar)


def _value(value: Any, kind: str) -> Any:
    return date.fromisoformat(value) if kind == "month" and value is not None else value
