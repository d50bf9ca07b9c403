"""Tables in Markdown, with cells that stay in their row, and column names as words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a table; "None." where there are no rows."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines] if lines else ["None."]


def cell(text: object) -> str:
    r"""Return a text escaped for a cell.

    Examples
    --------
    >>> cell("a|b\nc")
    'a\\|b c'
    """
    return " ".join(str(text).split()).replace("|", "\\|")


def words(name: object) -> str:
    """Return a column's name as words."""
    return str(name).replace("_", " ")
