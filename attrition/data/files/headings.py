"""Find the row of headings of a sheet or text file, below titles and groups of columns, and name headings once each."""

from __future__ import annotations

import difflib
from collections import Counter
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
        self._declared = {without_number(heading): name for heading, name in declared.items()}
        self._names = dict.fromkeys(allowed_columns(table, source) if source is not None else self.table.names)
        self._chinese = {column.zh: column.name for column in (*self.table.columns, *ANY_TABLE)}
        self.header_row = source.header_row if source is not None else None

    @property
    def words(self) -> tuple[str, ...]:
        """The declared headings and the contract's Chinese names, by which an encoding is recognised."""
        return (*self._declared, *(column.zh for column in self.table.columns))

    def column(self, cell: str) -> str | None:
        """Return the column of the contract that a heading stands for."""
        cell = cell.strip()
        return self._declared.get(cell) or same_name(cell, self._names) or self._chinese.get(cell)

    def score(self, row: Row) -> tuple[int, int]:
        """Return how many columns a row names by declared or the contract's names, and how many with Chinese ones."""
        named = {self._declared.get(cell.strip()) or same_name(cell, self._names) for cell in row} - {None}
        return len(named), len({self.column(cell) for cell in row} - {None})


def find_heading(rows: Sequence[Row], expected: Expected, *, shown_path: str, first_row: int = 0) -> Heading:
    """Return the headings: the row that names most columns, or that row and the one above it, where groups stand above.

    Where no row names a column, the first row that is not empty is taken. `expected.header_row` settles it; the number
    of rows above `rows`, which are empty, is `first_row`.

    Raises
    ------
    TableError
        No row holds anything, or the declared row is empty or not there.
    """
    first, last = _place(rows, expected, shown_path, first_row)
    cells = rows[first] if first == last else _merged(rows[first], rows[last])
    below = last + 1
    while below < len(rows) and _is_second_heading(rows[below], expected):
        below += 1
    columns = [expected.column(cell) for cell in cells]
    return Heading(
        names=unique_names(cells),
        row=below,
        rows_above=first + first_row,
        required=tuple(index for index, column in enumerate(columns) if column in expected.table.required),
        identity=columns.index("agent_id") if "agent_id" in columns else None,
    )


def score_of(rows: Sequence[Row], expected: Expected) -> tuple[int, int]:
    """Return the highest score of any row, by which readings of a file with several delimiters are compared."""
    return max((expected.score(row) for row in rows), default=(0, 0))


def differing_headings(table: str, source: Source, headings: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Return a fault for each column that some files of a table have and others lack; columns nobody uses may differ.

    `headings` holds the headings of each file by its path as messages show it.
    """
    if len(headings) < 2:
        return []
    expected = Expected(table, source)
    is_used = {
        heading: table == "audit_attributes" or heading in source.columns or expected.score([heading])[0] > 0
        for names in headings.values()
        for heading in names
    }
    used = {path: frozenset(name for name in names if is_used[name]) for path, names in headings.items()}
    usual = Counter(used.values()).most_common(1)[0][0]
    faults = []
    for path, names in used.items():
        lacking = [_missing_here(path, table, name, headings[path]) for name in sorted(usual - names)]
        rule = Phrase("header only here", "只有该文件有此列")
        advice = Phrase("the other files of this table lack it", "该表的其他文件没有此列")
        faults += [*lacking, *(_fault(path, table, name, rule, advice) for name in sorted(names - usual))]
    return faults


def _missing_here(path: str, table: str, heading: str, names: Sequence[str]) -> Fault:
    rule = Phrase("header missing here", "该文件缺少此列")
    near = difflib.get_close_matches(heading, names, n=1)
    if near:
        advice = Phrase(
            'the other files of this table have it; here it may be "{near}"',
            "该表的其他文件有此列；此处可能写作“{near}”",
            near=near[0],
        )
    else:
        advice = Phrase("the other files of this table have it", "该表的其他文件有此列")
    return _fault(path, table, heading, rule, advice)


def _place(rows: Sequence[Row], expected: Expected, shown_path: str, first_row: int) -> tuple[int, int]:
    """Return the indices of the first and the last row of the headings."""
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if expected.header_row is not None:
        index = expected.header_row - 1 - first_row
        if index not in filled:
            rule = Phrase("row {row} is empty", "第 {row} 行是空行", row=expected.header_row)
            advice = Phrase("correct header_row, or leave it out", "请更正 header_row，或不声明")
            raise TableError(_fault(shown_path, expected.table.name, "", rule, advice))
        return index, index
    if not filled:
        rule = Phrase("empty file", "空文件")
        advice = Phrase("export it again, with its header", "请连同表头重新导出")
        raise TableError(_fault(shown_path, expected.table.name, "", rule, advice))
    singles = [(expected.score(rows[index]), -index, 0) for index in filled]
    pairs = [
        (expected.score(_merged(rows[index], rows[index + 1])), -index, 1) for index in filled if index + 1 in filled
    ]
    best = max(singles)
    best_pair = max(pairs, default=best)
    _, start, height = best_pair if best_pair[0] > best[0] else best
    return -start, -start + height


def _merged(upper: Row, lower: Row) -> list[str]:
    """Return the headings of two rows: the lower one, and where it is empty the upper one."""
    length = max(len(upper), len(lower))
    padded = [*upper, *[""] * (length - len(upper))], [*lower, *[""] * (length - len(lower))]
    return [low if low.strip() else up for up, low in zip(*padded, strict=True)]


def _is_second_heading(row: Row, expected: Expected) -> bool:
    """Return whether each cell of a row is the name of a column, as where headings stand in two languages."""
    cells = [cell for cell in row if cell.strip()]
    return len(cells) > 1 and all(expected.column(cell) for cell in cells)


def _fault(path: str, table: str, column: str, rule: str, advice: str) -> Fault:
    return Fault(file=path, table=table, column=column, rule=rule, rows=None, advice=advice)
