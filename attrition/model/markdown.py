"""Tables in Markdown, for the model card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table; the single line "None." if there are no rows."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines] if lines else ["None."]


def cell(text: object) -> str:
    r"""Return a text for a cell of a table: white space becomes one space, and a vertical bar is escaped.

    Examples
    --------
    >>> cell("a|b\nc")
    'a\\|b c'
    """
    return " ".join(str(text).split()).replace("|", "\\|")


def words(name: object) -> str:
    """Return a column's name with spaces instead of underscores."""
    return str(name).replace("_", " ")
