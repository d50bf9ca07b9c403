"""What a sheet of the workbook is made of: columns with a heading, how their cells are written, and their languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.report.form import Form

Kind = Literal["text", "lines", "count", "figure", "share", "money", "month"]


@dataclass(frozen=True)
class Column:
    """A heading, its cells, how they are written, and whether a data bar stands behind them."""

    header: str
    values: Sequence[Any]
    kind: Kind = "text"
    has_bar: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: a name for Excel (ASCII), a title on the tab, and columns of one table."""

    name: str
    title: str
    columns: tuple[Column, ...]


def both(forms: Sequence[Form], key: str, kind: str = "", **values: Any) -> str:
    """Give a phrase, or the name of a declared thing of some kind, in all languages."""
    said = [form.words.name(kind, key) if kind else form.words(key, **values) for form in forms]
    return " ".join(dict.fromkeys(said))


def in_language(form: Form, key: str, said: list[str]) -> Column:
    """Make a column in one language, headed in that language."""
    return Column(form.words(key), said)


def of_features(forms: Sequence[Form], key: str, names: Iterable[str], features: Sequence[Feature]) -> list[Column]:
    """Make a column per language of what features are called."""
    declared, rows = by_name(features), list(names)
    return [
        in_language(form, key, [capital(phrase(name, declared, form.words.lang)) for name in rows]) for form in forms
    ]
