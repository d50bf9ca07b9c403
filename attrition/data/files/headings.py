"""Find the row of headings of a sheet or text file, below titles and groups of columns, and name headings once each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from attrition.data.faults import TableError
from attrition.data.files.unique_names import unique_names, without_number
from attrition.data.mapping import same_name
from attrition.data.phrase import Phrase
from attrition.data.source import Source, allowed_columns
from attrition.data.tables import ANY_TABLE, TABLES
from attrition.errors import Fault

SEARCHED_ROWS = 30
"""Headings are looked for in so many rows from the top."""

Row = Sequence[str]
_Place = tuple[int, int, Row]  # the indices of the first and the last row of the headings, and the headings


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The headings of a table, and where they stand.

    Parameters
    ----------
    names : tuple of str
        One name per column; an empty one is called "column" and its number, a repeated one is numbered: "Site#2".
    row : int
        Number of rows above the first row of data.
    rows_above : int
        Number of rows above the headings, which are set aside.
    required : tuple of int
        Positions of the columns that the contract requires.
    identity : int, optional
        Position of the agent's number.
    """

    names: tuple[str, ...]
    row: int
    rows_above: int
    required: tuple[int, ...] = ()
    identity: int | None = None


class Expected:
    """The headings by which a table's row of headings is recognised: those declared, and the contract's own names."""

    def __init__(self, table: str, source: Source | None = None) -> None:
        self.table = TABLES[table]
        declared = source.columns if source is not None else {}
        self.positions = _positions(declared)
        self._by_position = {heading: declared[heading] for heading in self.positions.values()}
        named = {heading: name for heading, name in declared.items() if heading not in self._by_position}
        self._declared = {without_number(heading): name for heading, name in named.items()}
        self._names = dict.fromkeys(allowed_columns(table, source) if source is not None else self.table.names)
        self._chinese = {column.zh: column.name for column in (*self.table.columns, *ANY_TABLE)}
        self._keys = frozenset(source.key_headings) if source is not None else frozenset()
        self._wide = source.wide if source is not None else None
        self.header_row = source.header_row if source is not None else None
        self.heading_rows = source.heading_rows if source is not None else None

    @property
    def words(self) -> tuple[str, ...]:
        """The declared headings and the contract's Chinese names, by which an encoding is recognised."""
        return (*self._declared, *self._keys, *(column.zh for column in self.table.columns))

    def column(self, cell: str) -> str | None:
        """Return the column of the contract that a heading stands for."""
        cell = cell.strip()
        return (
            self._by_position.get(cell)
            or self._declared.get(cell)
            or same_name(cell, self._names)
            or self._chinese.get(cell)
        )

    def used(self, names: Sequence[str]) -> set[int]:
        """Return the positions of headings that are columns, or that another key of the source names."""
        is_wide = self._wide.has if self._wide is not None else lambda name: False
        return {
            index
            for index, name in enumerate(names)
            if self.column(without_number(name) or name) or name in self._keys or is_wide(name)
        }

    def score(self, row: Row) -> tuple[int, int]:
        """Return how many columns a row names by declared or the contract's names, and how many with Chinese ones.

        Headings that other keys of the source name count as well, and columns that are rows as one.
        """
        cells = {cell.strip() for cell in row}
        named = {self._declared.get(cell) or same_name(cell, self._names) for cell in cells} - {None}
        others = len(cells & self._keys) + (self._wide is not None and any(map(self._wide.has, cells)))
        return len(named) + others, len({self.column(cell) for cell in cells} - {None}) + others


def _positions(declared: Mapping[str, str]) -> dict[int, str]:
    """Return the declared names of columns by position, "#3", by their index from 0."""
    return {int(heading[1:]) - 1: heading for heading in declared if re.fullmatch(r"#[1-9]\d*", heading)}


def find_heading(rows: Sequence[Row], expected: Expected, *, shown_path: str, first_row: int = 0) -> Heading:
    """Return the headings: the row that names most columns, or that row and the one above it, where groups stand above.

    Where no row names a column, the first row that is not empty is taken. `expected.header_row` settles it; the number
    of rows above `rows`, which are empty, is `first_row`.

    Raises
    ------
    TableError
        No row holds anything, or the declared row is empty or not there.
    """
    first, last, cells = _place(rows, expected, shown_path, first_row)
    below = last + 1
    while expected.heading_rows is None and below < len(rows) and _is_second_heading(rows[below], expected):
        below += 1
    names = tuple(expected.positions.get(index, name) for index, name in enumerate(unique_names(cells)))
    columns = [
        expected.column(name if index in expected.positions else cell)
        for index, (name, cell) in enumerate(zip(names, cells, strict=True))
    ]
    return Heading(
        names=names,
        row=below,
        rows_above=first + first_row,
        required=tuple(index for index, column in enumerate(columns) if column in expected.table.required),
        identity=columns.index("agent_id") if "agent_id" in columns else None,
    )


def score_of(rows: Sequence[Row], expected: Expected) -> tuple[int, int]:
    """Return the highest score of any headings, by which readings of a file with several delimiters are compared."""
    return max(
        (expected.score(cells) for places in _readings(rows, expected) for _, _, cells in places), default=(0, 0)
    )


def _place(rows: Sequence[Row], expected: Expected, shown_path: str, first_row: int) -> _Place:
    """Return where the headings stand."""
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    height = expected.heading_rows or 1
    if expected.header_row is not None:
        index = expected.header_row - 1 - first_row
        if index not in filled:
            rule = Phrase("row {row} is empty", "第 {row} 行是空行", row=expected.header_row)
            advice = Phrase("correct header_row, or leave it out", "请更正 header_row，或不声明")
            raise TableError(_fault(shown_path, expected.table.name, "", rule, advice))
        return index, index + height - 1, _joined(rows[index : index + height])
    if not filled:
        rule = Phrase("empty file", "空文件")
        advice = Phrase("export it again, with its header", "请连同表头重新导出")
        raise TableError(_fault(shown_path, expected.table.name, "", rule, advice))
    # Of readings that name as many columns, the first counts: one row before two, the upper row before the lower.
    best = [
        max(places, key=lambda place: (expected.score(place[2]), -place[0])) for places in _readings(rows, expected)
    ]
    return max(best, key=lambda place: expected.score(place[2]))


def _readings(rows: Sequence[Row], expected: Expected) -> list[list[_Place]]:
    """Return the ways to read headings, each with the places where they may stand; one without a place is left out."""
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if expected.heading_rows is not None:
        height = expected.heading_rows
        places = [[(index, index + height - 1, _joined(rows[index : index + height])) for index in filled]]
    else:
        pairs = [index for index in filled if index + 1 in filled]
        places = [
            [(index, index, rows[index]) for index in filled],
            [(index, index + 1, _merged(rows[index], rows[index + 1])) for index in pairs],
            [(index, index + 1, _joined(rows[index : index + 2])) for index in pairs],
        ]
    return [way for way in places if way]


def _joined(rows: Sequence[Row]) -> Row:
    """Return the headings of several rows, their parts joined with a blank; a group stands for those to its right.

    A cell with nothing below is no group, as where a heading takes both rows.
    """
    if len(rows) == 1:
        return rows[0]
    lower = _joined(rows[1:])
    upper, lower = _padded(rows[0], lower)
    joined, group = [], ""
    for above, below in zip(upper, lower, strict=True):
        if above.strip():
            group = above.strip() if below.strip() else ""
        own = above.strip() or (group if below.strip() else "")
        joined.append(f"{own} {below.strip()}".strip())
    return joined


def _padded(upper: Row, lower: Row) -> tuple[list[str], list[str]]:
    """Return two rows of the same length."""
    length = max(len(upper), len(lower))
    return [*upper, *[""] * (length - len(upper))], [*lower, *[""] * (length - len(lower))]


def _merged(upper: Row, lower: Row) -> list[str]:
    """Return the headings of two rows: the lower one, and where it is empty the upper one."""
    return [low if low.strip() else up for up, low in zip(*_padded(upper, lower), strict=True)]


def _is_second_heading(row: Row, expected: Expected) -> bool:
    """Return whether each cell of a row is the name of a column, as where headings stand in two languages."""
    cells = [cell for cell in row if cell.strip()]
    return len(cells) > 1 and all(expected.column(cell) for cell in cells)


def _fault(path: str, table: str, column: str, rule: str, advice: str) -> Fault:
    return Fault(file=path, table=table, column=column, rule=rule, rows=None, advice=advice)
