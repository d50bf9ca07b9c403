"""The tables of a section as sheets of the workbook, in all its languages side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from attrition.report.column_kinds import KINDS
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from attrition.report.column_kinds import CellFormat
    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.section import Section, Table
    from attrition.report.view import View

ENDS = {1: ("",), 2: ("low", "high"), 3: ("", "low", "high")}
"""What the values of a column of so many names are: the value itself, or an end of its range."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its heading, its values, their format, and whether a data bar is drawn behind them."""

    header: str
    values: Sequence[Any]
    cell_format: CellFormat = "text"
    has_bar: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds one table: the table's name in Excel (ASCII), the title on the tab, and the columns."""

    name: str
    title: str
    columns: tuple[SheetColumn, ...]


def in_all_languages(formatters: Sequence[Formatter], key: str) -> str:
    """Return a phrase in all languages with spaces between them; once where all are equal."""
    return " ".join(dict.fromkeys(formatter.text(key) for formatter in formatters))


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
    kind = KINDS[column.kind]
    headings = [heading for heading in (column.under, column.heading) if heading]
    heading = ": ".join(_joined(views, heading) for heading in headings)
    if kind.has_languages:
        for view in views:
            texts = ["" if hidden and getattr(row, hidden) else column.cell(row, view) for row in rows]
            yield SheetColumn(view.heading(column.heading), texts, kind.cell_format)
    elif kind.cell_format == "text":
        cells = [dict.fromkeys(column.cell(row, view) for view in views) for row in rows]
        yield SheetColumn(heading, [" ".join(texts) for texts in cells])
    else:
        for name, end in zip(column.names, ENDS[len(column.names)], strict=True):
            header = f"{heading}: {_joined(views, end)}" if end else heading
            values = [_value(column.values(row)[name], column.kind) for row in rows]
            yield SheetColumn(header, values, kind.cell_format, column.has_bar)


def _joined(views: Sequence[View[Any]], heading: str) -> str:
    """Return a heading in all languages with spaces between them; once where all are equal."""
    return " ".join(dict.fromkeys(view.heading(heading) for view in views))


def _value(value: Any, kind: str) -> Any:
    return date.fromisoformat(value) if kind == "month" and value is not None else value
