"""Fill merged cells of a workbook, of which only the first holds the value, among the records of a sheet."""

from __future__ import annotations

from collections.abc import Container, Sequence

from attrition.data.phrase import Phrase

MERGED = Phrase("merged cells filled with their value", "合并单元格已按其值填充")
"""What rows are called in the quality table in which merged cells were filled."""

Range = tuple[int, int, int, int]
"""First row, first column, last row and last column."""


def fill_merged(
    rows: Sequence[Sequence[object]], merged: Sequence[Range], *, places: Sequence[int], used: Container[int]
) -> tuple[dict[int, list[object]], int]:
    """Return the rows at some places with every merged cell filled, and the number of those changed in a used column.

    Only ranges that begin at one of the places count, so that titles and groups of headings spread nowhere.

    Examples
    --------
    >>> fill_merged([["team"], ["A", 1], ["", 2]], [(1, 0, 2, 0)], places=[1, 2], used={0})
    ({1: ['A', 1], 2: ['A', 2]}, 1)
    """
    records = {place: list(rows[place]) for place in places}
    changed: set[int] = set()
    for top, left, bottom, right in merged:
        if top not in records or left < 0 or left >= len(records[top]):
            continue
        value = records[top][left]
        for place in range(top, bottom + 1):
            for column in range(left, min(right + 1, len(records.get(place, ())))):
                if records[place][column] != value:
                    records[place][column] = value
                    changed |= {place} if column in used else set()
    return records, len(changed)
