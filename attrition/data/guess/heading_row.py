"""Find the row of headings of a sheet whose table is not known yet, by the words of all tables and by its form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrition.data.files.unique_names import unique_names
from attrition.data.guess.words import all_headings, normalised

SEARCHED_ROWS = 30
_NUMBER_OR_DATE = re.compile(r"[-+]?[\d.,:/\-\s%]+|\d{4}年.*")
_MONTH_HEADING = re.compile(r"(19|20)\d\d\s*[-/.年]?\s*\d{1,2}\s*月?")


def heading_score(row: Sequence[str]) -> int:
    """Return how many different cells of a row are headings of the word list."""
    return len({text for cell in row if cell.strip() and (text := normalised(cell).replace(" ", "")) in all_headings()})


def find_headings(rows: Sequence[Sequence[str]]) -> tuple[int, tuple[str, ...]]:
    """Return the index of the first row of data, and one name per column.

    The headings are the row with most words of the list. Where none has two of them, it is the first row that is as
    wide as the table and holds no numbers. Where groups stand above the headings, empty cells take the upper one.

    Examples
    --------
    >>> find_headings([["Roster 2026", ""], ["工号", "入职日期"], ["00017", "2024-03-01"]])
    (2, ('工号', '入职日期'))
    """
    top = rows[:SEARCHED_ROWS]
    if not top:
        return 0, ()
    scores = [heading_score(row) for row in top]
    best = max(range(len(top)), key=lambda index: (scores[index], -index))
    if scores[best] < 2:
        best = _widest_text_row(top, otherwise=best if scores[best] else 0)
    cells = list(top[best])
    above = top[best - 1] if best else []
    merged = [cell or (above[index] if index < len(above) else "") for index, cell in enumerate(cells)]
    if heading_score(merged) > scores[best]:
        cells = merged
    below = best + 1
    if below < len(top) and heading_score(top[below]) > 1 and heading_score(top[below]) >= len(_filled(top[below])) - 1:
        below += 1
    return below, unique_names([cell.strip() for cell in cells])


def _widest_text_row(rows: Sequence[Sequence[str]], *, otherwise: int) -> int:
    """Return the first row that has nearly as many cells as any, and no numbers among them but months."""
    width = max(len(_filled(row)) for row in rows)
    for index, row in enumerate(rows):
        filled = _filled(row)
        texts = [cell for cell in filled if not _NUMBER_OR_DATE.fullmatch(cell) or _MONTH_HEADING.fullmatch(cell)]
        if filled and len(filled) >= 0.7 * width and len(texts) >= 0.8 * len(filled):
            return index
    return otherwise


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row if cell.strip()]
