"""Lines, tables and cells of Markdown for the model card, whose messages are put into words at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from gettext import NullTranslations
from typing import Any

from attrition.message import Message, in_words, joined


class _Cell(Message):
    """A message in a cell of a table, which is escaped in whatever language it is said."""

    text: Message

    def translated(self, catalogue: NullTranslations) -> str:
        return _one_line(in_words(self.text, catalogue))

    def __reduce__(self) -> tuple[Any, ...]:
        return cell, (self.text,)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return the lines of a Markdown table; the single line "None." if there are no rows."""
    lines = [_row(map(cell, row)) for row in rows]
    return [_row(head), "|---" * len(head) + "|", *lines] if lines else [Message("None.")]


def cell(text: object) -> str:
    r"""Return a text for a cell of a table: white space becomes one space, and a vertical bar is escaped.

    Examples
    --------
    >>> cell("a|b\nc")
    'a\\|b c'
    """
    if not isinstance(text, Message):
        return _one_line(str(text))
    made = str.__new__(_Cell, _one_line(text))
    made.template, made.values, made.text = text.template, text.values, text
    return made


def in_a_row(*sentences: str) -> Message:
    """Return sentences one after the other, with a space between them where the language has one.

    Examples
    --------
    >>> in_a_row(Message("None."), "Foshan.")
    'None. Foshan.'
    """
    text, *others = (sentence for sentence in sentences if sentence)
    for sentence in others:
        text = Message("{before} {after}", before=text, after=sentence)
    return joined("", (text,))


def words(name: object) -> str:
    """Return a column's name with spaces instead of underscores."""
    return str(name).replace("_", " ")


def _row(cells: Iterable[str]) -> Message:
    return joined("", ("| ", joined(" | ", cells), " |"))


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
