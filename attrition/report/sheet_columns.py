"""The building blocks of the workbook: sheets made of columns, and functions that make common columns.

Every function takes one formatter per language of the workbook. Headings show all languages at once ("Unit 单位");
sentences get one column per language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.report.formatter import Formatter

CellFormat = Literal["text", "wrapped_text", "count", "decimal", "share", "money", "month"]
"""How Excel shows the cells of a column: ``wrapped_text`` may have several lines, ``count`` is a whole number,
``decimal`` has up to three decimals, ``share`` is a percentage, ``money`` an amount in the site's currency, ``month``
a date of which the year and the month are shown."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its heading, its values, their format, and whether a data bar is drawn behind them."""

    header: str
    values: Sequence[Any]
    cell_format: CellFormat = "text"
    has_bar: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds one table: the table's name in Excel (ASCII), the title on the tab, and the columns."""

    name: str
    title: str
    columns: tuple[SheetColumn, ...]


def in_all_languages(formatters: Sequence[Formatter], key: str) -> str:
    """Return a phrase in all languages with spaces between them; once where all are equal."""
    return _joined(formatter.text(key) for formatter in formatters)


def name_in_all_languages(formatters: Sequence[Formatter], kind: str, key: str) -> str:
    """Return the name of a declared thing in all languages, or its key where it has no name.

    `kind` says what the thing is, such as "lever" or "band", as in
    `attrition.report.translations.Translations.name`.
    """
    return _joined(formatter.text.name(kind, key) for formatter in formatters)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(texts))


def language_column(formatter: Formatter, key: str, texts: list[str]) -> SheetColumn:
    """Return a column of texts in one language, with its heading in that language."""
    return SheetColumn(formatter.text(key), texts)


def feature_columns(
    formatters: Sequence[Formatter], key: str, names: Iterable[str], features: Sequence[Feature]
) -> list[SheetColumn]:
    """Return one column per language with the phrases of the named features; `key` is that of the heading."""
    declared, names = by_name(features), list(names)
    return [
        language_column(formatter, key, [capital(phrase(name, declared, formatter.text.lang)) for name in names])
        for formatter in formatters
    ]


def lever_column(formatters: Sequence[Formatter], levers: Iterable[str]) -> SheetColumn:
    """Return a column with the names of levers."""
    names = [name_in_all_languages(formatters, "lever", lever) for lever in levers]
    return SheetColumn(in_all_languages(formatters, "c.lever"), names)


def unit_columns(formatters: Sequence[Formatter], units: pd.DataFrame) -> tuple[SheetColumn, SheetColumn]:
    """Return a column with the names of units (centre, sites, teams) and one with their levels."""
    names = [
        in_all_languages(formatters, "level.centre") if level == "centre" else str(unit)
        for level, unit in zip(units["level"], units["unit"], strict=True)
    ]
    levels = [in_all_languages(formatters, f"level.{level}") for level in units["level"]]
    return (
        SheetColumn(in_all_languages(formatters, "c.unit"), names),
        SheetColumn(in_all_languages(formatters, "c.level"), levels),
    )


def names_column(formatters: Sequence[Formatter], key: str, kind: str, names: Iterable[str]) -> SheetColumn:
    """Return a column with the names of declared things; `key` is that of the heading."""
    texts = [name_in_all_languages(formatters, kind, name) for name in names]
    return SheetColumn(in_all_languages(formatters, key), texts)


def yes_no_column(formatters: Sequence[Formatter], key: str, values: Iterable[bool]) -> SheetColumn:
    """Return a column with the words yes and no; `key` is that of the heading."""
    texts = [in_all_languages(formatters, "yes" if value else "no") for value in values]
    return SheetColumn(in_all_languages(formatters, key), texts)


def number_columns(
    formatters: Sequence[Formatter], cell_format: CellFormat, table: pd.DataFrame, column_of: Mapping[str, str]
) -> list[SheetColumn]:
    """Return columns of numbers: `column_of` maps the key of each heading, without ``c.``, to a column of `table`."""
    return [
        SheetColumn(in_all_languages(formatters, f"c.{heading}"), table[column].astype(float).tolist(), cell_format)
        for heading, column in column_of.items()
    ]
