"""The columns of a section's tables: declared once, they write the cells of page, workbook and `month.json`.

A column names the column of figures that it shows, its heading and its kind; the kind says how a value is written
(`attrition.report.column_kinds`). One function makes a column of each kind: `text`, `words`, `lever`, `month`,
`people`, `number`, `points`, `share`, `money`, `measure`; others make one of the two ends of a range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from attrition.report.column_kinds import KINDS, KindName
from attrition.report.formatter import MISSING

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.view import View

Words = Callable[[Any, "View[Any]"], str]
"""The text of a cell: from a row, with its columns as attributes, and the view."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    names : tuple of str
        The columns of figures that it shows: one; two, the ends of a range; or three, a value and the ends of its
        range. The workbook has a column for each.
    heading : str
        Its heading is the phrase ``c.<heading>`` or, where it holds a dot, the name of a declared thing: ``lever.pay``.
    kind : str
        One of `attrition.report.column_kinds.KINDS`.
    digits : int
        Decimals of a number; of a percentage where it is a share.
    words : callable, optional
        Writes the cell on the page, and in the workbook where the kind is a text; else the kind does.
    has_bar : bool
        Whether the workbook draws a bar behind the numbers.
    under : str
        A heading that stands before its own in the workbook, whose columns need different ones.
    is_on_page : bool
        Whether the page has it, or the workbook and `month.json` alone.
    link : callable, optional
        Returns where the cell on the page leads; empty where it leads nowhere.
    """

    names: tuple[str, ...]
    heading: str
    kind: KindName
    digits: int = 0
    words: Words | None = None
    has_bar: bool = False
    under: str = ""
    is_on_page: bool = True
    link: Words | None = None

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


def yes_no(name: str, heading: str = "") -> Column:
    """Return a column with the words yes and no."""
    return text(name, heading, words=lambda row, view: view.text("yes" if getattr(row, name) else "no"))


def unit() -> tuple[Column, Column]:
    """Return the columns of a table of units: its name, and whether it is the centre, a site or a team."""

    def name(row: Any, view: View[Any]) -> str:
        return view.text("level.centre") if row.level == "centre" else str(row.unit)

    return text("unit", words=name), named("level", "level")


def words(name: str, heading: str = "", *, words: Words | None = None) -> Column:
    """Return a column of phrases: the workbook has one column per language."""
    return Column((name,), heading or name, "words", words=words)


def feature(name: str, heading: str = "feature") -> Column:
    """Return a column with the phrases of features; a dash where there is none."""
    return words(
        name,
        heading,
        words=lambda row, view: view.feature(getattr(row, name)) if getattr(row, name) else MISSING,
    )


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


def share(
    name: str, heading: str = "", *, digits: int = 0, words: Words | None = None, has_bar: bool = False
) -> Column:
    """Return a column of shares, written as percentages with so many decimals."""
    return Column((name,), heading or name, "share", digits, words, has_bar)


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


def number_interval(low: str, high: str, heading: str, *, digits: int = 0) -> Column:
    """Return a column of ranges of numbers; the workbook has a column for each end."""
    return Column(
        (low, high),
        heading,
        "number",
        digits,
        words=lambda row, view: _range(getattr(row, low), getattr(row, high), digits, view.formatter),
    )


def number_with_interval(name: str, low: str, high: str, heading: str, *, digits: int = 0) -> Column:
    """Return a column of numbers with their ranges, such as 0.86 (0.72 to 1.03)."""

    def words(row: Any, view: View[Any]) -> str:
        interval = _range(getattr(row, low), getattr(row, high), digits, view.formatter)
        return f"{view.formatter.number(getattr(row, name), digits)} ({interval})"

    return Column((name, low, high), heading, "number", digits, words=words)


def share_with_interval(name: str, low: str, high: str, heading: str) -> Column:
    """Return a column of shares in whole percentages, with their ranges in small print."""

    def words(row: Any, view: View[Any]) -> str:
        value, formatter = getattr(row, name), view.formatter
        if value != value:
            return formatter.share(value, 0)
        interval = formatter.share_interval(getattr(row, low), getattr(row, high))
        return Markup('{} <span class="range">{}</span>').format(formatter.share(value, 0), interval)

    return Column((name, low, high), heading, "share", words=words)


def _range(low: float, high: float, digits: int, formatter: Formatter) -> str:
    if low != low or high != high:
        return MISSING
    return formatter.span(formatter.number(low, digits), formatter.number(high, digits))


def row_values(row: Any, columns: Iterable[Column]) -> dict[str, Any]:
    """Return the values of a row in all columns by name, as `Column.values` does."""
    return {name: value for column in columns for name, value in column.values(row).items()}


def off_page(column: Column) -> Column:
    """Return a column that the workbook and `month.json` have, and the page has not."""
    return replace(column, is_on_page=False)
