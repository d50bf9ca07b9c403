"""Tables in Markdown: rows, cells that stay in their row, and names as words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Give the lines of a table; "None." where there are no rows."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines] if lines else ["None."]


def cell(text: object) -> str:
    r"""Write a text so that it stays in its cell.

    Examples
    --------
    >>> cell("a|b\nc")
    'a\\|b c'
    """
    return " ".join(str(text).split()).replace("|", "\\|")


def words(name: object) -> str:
    """Write a column's name as words."""
    return str(name).replace("_", " ")
