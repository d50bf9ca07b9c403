"""Does a workbook hold the figures of its page?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import openpyxl

from tests.agreement.numbers import decimals, numbers
from tests.agreement.pages import Page, Table

MULTIPLES = (1.0, 100.0)
"""A share stands in a workbook as 0.26 and on a page as 26%."""


def read_sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each sheet that have more than a title."""
    with catch_warnings():
        simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: list(sheet.iter_rows(min_row=4, values_only=True)) for sheet in book.worksheets[1:]}


def contradictions(english: Page, chinese: Page, sheets: dict[str, list[tuple[Any, ...]]]) -> Iterator[str]:
    """Yield the figures of a page's tables that its workbook has otherwise."""
    for name in english.sections.keys() & chinese.sections.keys():
        pairs = zip(english.sections[name].tables, chinese.sections[name].tables, strict=False)
        for table, same in pairs:
            for title, rows in sheets.items():
                yield from (f"{name}, sheet {title}: {line}" for line in _of_table(table, same, rows))


def compared(english: Page, chinese: Page, sheets: dict[str, list[tuple[Any, ...]]]) -> int:
    """Return how many cells of a page also stand in its workbook."""
    return sum(
        1
        for name in english.sections.keys() & chinese.sections.keys()
        for table, same in zip(english.sections[name].tables, chinese.sections[name].tables, strict=False)
        for rows in sheets.values()
        for _ in _pairs(table, same, rows)
    )


def _of_table(table: Table, same: Table, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    for where, shown, stored in _pairs(table, same, rows):
        if not _agrees(shown, stored):
            yield f"{where} is {shown!r} on the page and {stored!r} in the workbook"


def _pairs(table: Table, same: Table, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, str, float | None]]:
    """Yield the cells of a page and of a sheet of the same headings whose rows have the same label."""
    headings = [_joined(*pair) for pair in zip(table.headings, same.headings, strict=False)]
    if not rows or (headings[0] not in map(str, rows[0]) and table.headings[0] not in map(str, rows[0])):
        return
    stored = {_label(row, rows[0]): row for row in rows[1:]}
    for number, (row, other) in enumerate(zip(table.rows, same.rows, strict=False)):
        names = frozenset(
            _joined(*pair).rstrip("*") for pair in zip(table.label(number), same.label(number), strict=True)
        )
        names |= frozenset(name.rstrip("*") for name in table.label(number))
        matches = [cells for label, cells in stored.items() if label and label <= names]
        for column, heading in enumerate(headings[: len(row)]):
            if len(matches) == 1 and table.is_figure[column] and heading in rows[0]:
                value = matches[0][rows[0].index(heading)]
                yield f"{heading} of {row[0]}", row[column], value if isinstance(value, int | float) else None
        assert len(row) == len(other)


def _label(row: Sequence[Any], headings: Sequence[Any]) -> frozenset[str]:
    """Return what names a row of a sheet: its first texts, before its first figure."""
    label = set()
    for cell, _ in zip(row, headings, strict=False):
        if isinstance(cell, datetime):
            label.add(f"{cell:%B %Y}")
        elif isinstance(cell, str):
            label.add(cell)
        elif cell is not None:
            break
    return frozenset(text for text in label if text and not _is_chinese(text))


def _is_chinese(text: str) -> bool:
    return all(ord(letter) > 0x2000 for letter in text if letter.isalpha()) and any(map(str.isalpha, text))


def _joined(english: str, chinese: str) -> str:
    return english if english == chinese else f"{english} {chinese}"


def _agrees(shown: str, stored: float | None) -> bool:
    figures = numbers(shown)
    if not figures:
        return stored in (None, 0, 1)  # a ratio of one is written as "level"
    if stored is None or len(figures) > 1:  # a sheet of two tables leaves a column of the other empty
        return True
    step = 0.5 * 10.0 ** -decimals(shown) + 1e-9
    distance_from_one = [abs(100 * (stored - 1))]
    return any(abs(figures[0] - value) <= step for value in [abs(stored) * by for by in MULTIPLES] + distance_from_one)
