"""The kinds of columns that a section's tables have, and how page and workbook write the values of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter

KindName = Literal[
    "text", "words", "lines", "lever", "month", "people", "number", "points", "share", "money", "measure", "typical"
]
CellFormat = Literal["text", "wrapped_text", "count", "decimal", "share", "money", "month"]
"""How Excel shows a cell: ``wrapped_text`` may have several lines, ``count`` is a whole number, ``decimal`` has up to
three decimals, ``share`` is a percentage, ``money`` an amount in the site's currency, ``month`` a year and month."""


@dataclass(frozen=True)
class Kind:
    """How the values of a column are written.

    Parameters
    ----------
    write : callable
        Returns a value as text; its last argument is the number of decimals.
    cell_format : CellFormat
        How Excel shows it.
    is_number : bool
        Whether it stands at the right of its column, and is left out of rows that are not shown.
    has_languages : bool
        Whether the workbook has one column per language, rather than all languages in one cell.
    """

    write: Callable[[Any, Formatter, int], str]
    cell_format: CellFormat = "text"
    is_number: bool = True
    has_languages: bool = False


def _plainly(value: Any, formatter: Formatter, digits: int) -> str:
    del formatter, digits
    return str(value)


KINDS: dict[KindName, Kind] = {
    "text": Kind(_plainly, is_number=False),
    "words": Kind(_plainly, is_number=False, has_languages=True),
    "lines": Kind(_plainly, "wrapped_text", is_number=False, has_languages=True),
    "lever": Kind(lambda value, formatter, _: formatter.text.name("lever", value), is_number=False),
    "month": Kind(lambda value, formatter, _: formatter.month(value), "month", is_number=False),
    "people": Kind(lambda value, formatter, digits: formatter.number(value, digits), "count"),
    "number": Kind(lambda value, formatter, digits: formatter.number(value, digits), "decimal"),
    "points": Kind(lambda value, formatter, digits: formatter.number(value, digits), "decimal"),
    "share": Kind(lambda value, formatter, digits: formatter.share(value, digits), "share"),
    "money": Kind(lambda value, formatter, _: formatter.money(value), "money"),
    "measure": Kind(_plainly, "decimal"),
    "typical": Kind(_plainly, has_languages=True),
}
