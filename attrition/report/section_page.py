"""A declared section as part of a page: its tables as headings and cells that a template can lay out."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from attrition.report.figures.tables import rows_of
from attrition.report.render import render
from attrition.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.section import Section, Table


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its kind, how many columns it spans, and what it is sorted by where that is not its text."""

    text: str
    kind: str
    is_number: bool = False
    span: int = 1
    order: str = ""
    lever: str = ""
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A table of a section with what stands around it, as a template lays it out; `rows` are styles and cells."""

    heading: str
    lead: str
    chart: Markup | str
    chart_title: str
    chart_note: str
    note: str
    empty: str
    is_folded: bool
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[tuple[str, Sequence[Cell]]]


def section_body(
    section: Section[Any], month: MonthFigures, formatter: Formatter, context: Mapping[str, Any]
) -> Markup:
    """Return a section of a page in one language; `context` holds the variables of every template."""
    view = section.view(month, formatter)
    if view is None:
        nothing = View(None, month.inputs, formatter).phrase(section.nothing)
        return render("section.html", **context, nothing=nothing)
    variables = {
        "nothing": "",
        "number": view.phrase(section.number),
        "sentence": view.phrase(section.sentence),
        "more": [] if section.more is None else [line for line in section.more(view) if line],
        "note": view.phrase(section.note),
        "names": [table.name for table in section.tables if table.is_on_page],
        "table": lambda name: next(block_of(table, view) for table in section.tables if table.name == name),
    }
    own = {} if section.variables is None else section.variables(view)
    return render(section.template, **{**context, **variables, **own})


def block_of(table: Table[Any], view: View[Any]) -> Block | None:
    """Return a table as a template lays it out; None where it is left out."""
    rows = table.rows(view.figures)
    if rows is None or (not len(rows) and not table.empty):
        return None
    columns = [column for column in table.columns_of(view.figures) if column.is_on_page]
    chart = "" if table.chart is None or not len(rows) else table.chart.draw(view)
    cells = [(str(getattr(row, table.style, "")), _cells(row, columns, table.hidden, view)) for row in rows_of(rows)]
    if table.total is not None:
        cells.append(("centre", _cells(SimpleNamespace(**table.total(view.figures)), columns, "", view)))
    return Block(
        heading=view.phrase(table.heading),
        lead=view.phrase(table.lead),
        chart=chart,
        chart_title="" if table.chart is None else view.text(f"chart.{table.chart.name}"),
        chart_note="" if table.chart is None else view.phrase(table.chart.note or f"chart.{table.chart.name}.note"),
        note=view.phrase(table.note),
        empty=view.phrase(table.empty) if not len(rows) else "",
        is_folded=bool(chart) and table.is_folded,
        columns=[(view.heading(column.heading), column.is_number) for column in columns],
        rows=cells,
    )


def _cells(row: Any, columns: Sequence[Column], hidden: str, view: View[Any]) -> list[Cell]:
    """Return the cells of a row; the numbers of one that is not shown make way for a word."""
    if not (hidden and getattr(row, hidden)):
        return [_cell(row, column, view) for column in columns]
    first = next(number for number, column in enumerate(columns) if column.is_number)
    span = sum(column.is_number for column in columns)
    names = [_cell(row, column, view) for column in columns[:first]]
    rest = [Cell("", "text") for column in columns[first:] if not column.is_number]
    return [*names, Cell(view.text("expected.not_shown"), "quiet", is_number=True, span=span), *rest]


def _cell(row: Any, column: Column, view: View[Any]) -> Cell:
    return Cell(
        text=column.cell(row, view),
        kind=column.kind,
        is_number=column.is_number,
        order=column.order(row),
        lever=str(row.lever) if column.kind == "lever" else "",
        link="" if column.link is None else column.link(row, view),
    )
