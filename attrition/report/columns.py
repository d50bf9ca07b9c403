"""The building blocks of the workbook: sheets of columns, headed in all languages of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.report.formatter import Formatter

Kind = Literal["text", "lines", "count", "figure", "share", "money", "month"]
"""How the cells of a column are formatted."""


@dataclass(frozen=True)
class SheetColumn:
    """A heading, the values under it, their format, and whether a data bar is drawn behind them."""

    header: str
    values: Sequence[Any]
    kind: Kind = "text"
    has_bar: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: a name for Excel (ASCII), a title on the tab, and the columns of one table."""

    name: str
    title: str
    columns: tuple[SheetColumn, ...]


def in_all_languages(formatters: Sequence[Formatter], key: str, kind: str = "", **values: Any) -> str:
    """Return a phrase in all languages, or, with `kind`, the name of a declared thing of that kind."""
    texts = [formatter.text.name(kind, key) if kind else formatter.text(key, **values) for formatter in formatters]
    return " ".join(dict.fromkeys(texts))


def language_column(formatter: Formatter, key: str, texts: list[str]) -> SheetColumn:
    """Return a column in one language, headed in that language."""
    return SheetColumn(formatter.text(key), texts)


def feature_columns(
    formatters: Sequence[Formatter], key: str, names: Iterable[str], features: Sequence[Feature]
) -> list[SheetColumn]:
    """Return one column per language with the phrases of features."""
    declared, names = by_name(features), list(names)
    return [
        language_column(formatter, key, [capital(phrase(name, declared, formatter.text.lang)) for name in names])
        for formatter in formatters
    ]


def lever_column(formatters: Sequence[Formatter], levers: Iterable[str]) -> SheetColumn:
    """Return the column that names levers."""
    names = [in_all_languages(formatters, lever, "lever") for lever in levers]
    return SheetColumn(in_all_languages(formatters, "c.lever"), names)


def unit_columns(formatters: Sequence[Formatter], units: pd.DataFrame) -> tuple[SheetColumn, SheetColumn]:
    """Return the columns that name units (centre, sites, teams) and their levels."""
    names = [
        in_all_languages(formatters, "level.centre") if level == "centre" else str(unit)
        for level, unit in zip(units["level"], units["unit"], strict=True)
    ]
    levels = [in_all_languages(formatters, f"level.{level}") for level in units["level"]]
    return (
        SheetColumn(in_all_languages(formatters, "c.unit"), names),
        SheetColumn(in_all_languages(formatters, "c.level"), levels),
    )


def yes_no_column(formatters: Sequence[Formatter], key: str, values: Iterable[bool]) -> SheetColumn:
    """Return a column of yes and no."""
    texts = [in_all_languages(formatters, "yes" if value else "no") for value in values]
    return SheetColumn(in_all_languages(formatters, key), texts)


def number_columns(
    formatters: Sequence[Formatter], kind: Kind, table: pd.DataFrame, names: Mapping[str, str]
) -> list[SheetColumn]:
    """Return one column of numbers per heading (without ``c.``) and the column of the table it shows."""
    return [
        SheetColumn(in_all_languages(formatters, f"c.{heading}"), table[name].astype(float).tolist(), kind)
        for heading, name in names.items()
    ]
