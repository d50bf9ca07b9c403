"""The columns of a section's tables: declared once, they write the cells of page, workbook and `month.json`.

A column names the column of figures that it shows, its heading and its kind; the kind says how a value is written. One
function makes a column of each kind: `text`, `words`, `lever`, `month`, `people`, `number`, `points`, `share`, `money`,
`measure`, and `interval` for the two ends of a range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.view import View

KindName = Literal[
    "text", "words", "lines", "lever", "month", "people", "number", "points", "share", "money", "measure", "typical"
]
CellFormat = Literal["text", "wrapped_text", "count", "decimal", "share", "money", "month"]
"""How Excel shows a cell: ``wrapped_text`` may have several lines, ``count`` is a whole number, ``decimal`` has up to
three decimals, ``share`` is a percentage, ``money`` an amount in the site's currency, ``month`` a year and month."""

Words = Callable[[Any, "View[Any]"], str]
"""The text of a cell: from a row, with its columns as attributes, and the view."""


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


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    names : tuple of str
        The columns of figures that it shows: one; two, the ends of a range; or three, a value and the ends of its
        range. The workbook has a column for each.
    heading : str
        Its heading is the phrase ``c.<heading>``.
    kind : str
        One of `KINDS`.
    digits : int
        Decimals of a number; of a percentage where it is a share.
    words : callable, optional
        Writes the cell on the page, and in the workbook where the kind is a text; else the kind does.
    has_bar : bool
        Whether the workbook draws a bar behind the numbers.
    under : str
        A heading that stands before its own in the workbook, whose columns need different ones.
    """

    names: tuple[str, ...]
    heading: str
    kind: KindName
    digits: int = 0
    words: Words | None = None
    has_bar: bool = False
    under: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return KINDS[self.kind].is_number

    def cell(self, row: Any, view: View[Any]) -> str:
        """Return the text of a cell on the page."""
        if self.words is not None:
            return self.words(row, view)
        return KINDS[self.kind].write(getattr(row, self.names[0]), view.formatter, self.digits)

    def order(self, row: Any) -> str:
        """Return what a page sorts a cell by where its text does not do: the year and month, or a plain number."""
        value = getattr(row, self.names[0])
        if self.kind == "month":
            return f"{value:%Y%m}"
        is_plain = not self.is_number or self.kind in ("people", "number", "points", "share", "typical")
        return "" if is_plain or value != value else str(self._plain(value))

    def values(self, row: Any) -> dict[str, Any]:
        """Return the values of a row by name, no finer than the page shows them; None where there is none.

        A text is the key of what it names, such as a feature or a lever.
        """
        return {name: self._plain(getattr(row, name)) for name in self.names}

    def _plain(self, value: Any) -> Any:
        if value is None or value != value:
            return None
        if isinstance(value, date):
            return value.isoformat()[:10]
        if isinstance(value, str) or not self.is_number:
            return str(value)
        if self.kind == "measure":
            return float(value)
        return round(float(value), self.digits + 2 * (self.kind == "share")) + 0.0


def text(name: str, heading: str = "", *, words: Words | None = None) -> Column:
    """Return a column of short texts, such as names: in the workbook all languages stand in one cell."""
    return Column((name,), heading or name, "text", words=words)


def named(name: str, kind: str, heading: str = "") -> Column:
    """Return a column with the names of declared things: for the kind "band", say, the phrases ``band.<value>``."""
    return text(name, heading, words=lambda row, view: view.formatter.text.name(kind, getattr(row, name)))


def unit() -> tuple[Column, Column]:
    """Return the columns of a table of units: its name, and whether it is the centre, a site or a team."""

    def name(row: Any, view: View[Any]) -> str:
        return view.text("level.centre") if row.level == "centre" else str(row.unit)

    return text("unit", words=name), named("level", "level")


def words(name: str, heading: str = "", *, words: Words | None = None) -> Column:
    """Return a column of phrases: the workbook has one column per language."""
    return Column((name,), heading or name, "words", words=words)


def lines(name: str, heading: str = "", *, words: Words | None = None) -> Column:
    """Return a column of sentences, which may have several lines; the workbook has one column per language."""
    return Column((name,), heading or name, "lines", words=words)


def lever() -> Column:
    """Return the column ``lever``: on the page a coloured label."""
    return Column(("lever",), "lever", "lever")


def month(name: str = "as_of", heading: str = "month", *, words: Words | None = None) -> Column:
    """Return a column of months."""
    return Column((name,), heading, "month", words=words)


def people(name: str, heading: str = "", *, has_bar: bool = False) -> Column:
    """Return a column of whole numbers, of people above all."""
    return Column((name,), heading or name, "people", has_bar=has_bar)


def number(name: str, heading: str = "", *, digits: int = 0, has_bar: bool = False) -> Column:
    """Return a column of numbers."""
    return Column((name,), heading or name, "number", digits, has_bar=has_bar)


def points(name: str, heading: str = "", *, has_bar: bool = False) -> Column:
    """Return a column of percentage points, with one decimal."""
    return Column((name,), heading or name, "points", 1, has_bar=has_bar)


def share(name: str, heading: str = "", *, digits: int = 0, has_bar: bool = False) -> Column:
    """Return a column of shares, written as percentages with so many decimals."""
    return Column((name,), heading or name, "share", digits, has_bar=has_bar)


def money(name: str, heading: str = "", *, under: str = "") -> Column:
    """Return a column of amounts of money, without cents."""
    return Column((name,), heading or name, "money", under=under)


def measure(name: str, heading: str = "", *, words: Words) -> Column:
    """Return a column of numbers whose unit differs by row: `words` writes them on the page."""
    return Column((name,), heading or name, "measure", words=words)


def typical(name: str, heading: str = "", *, words: Words) -> Column:
    """Return a column of numbers or categories: the page and the workbook have them as `words` writes them."""
    return Column((name,), heading or name, "typical", words=words)


def people_interval(low: str = "low", high: str = "high", heading: str = "range") -> Column:
    """Return a column of ranges of whole numbers, rounded outwards; the workbook has a column for each end."""
    return Column(
        (low, high),
        heading,
        "people",
        words=lambda row, view: view.formatter.interval(getattr(row, low), getattr(row, high)),
    )


def share_interval(low: str = "low", high: str = "high", heading: str = "range") -> Column:
    """Return a column of ranges of shares in whole percentages; the workbook has a column for each end."""
    return Column(
        (low, high),
        heading,
        "share",
        words=lambda row, view: view.formatter.share_interval(getattr(row, low), getattr(row, high)),
    )
