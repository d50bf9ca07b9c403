"""What `sources.toml` says of the shape of a source: columns that are rows, patterns of names, texts with headings."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from attrition.data.shape.month_text import month_text
from attrition.declared import Declaration
from attrition.message import Message

MONTH = "month"
"""Stands for the month in a name or a heading, where a pattern could stand."""
_EXAMPLE = '"{年}-{月}-01"'
_ANY_YEAR = 2000
_BRACES = re.compile(r"\{([^{}]*)\}")


def _pattern(text: str) -> str:
    """Return a pattern of names; it must be "month" or a regular expression with one group."""
    if text == MONTH:
        return text
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(
            Message('"{text}" is not a regular expression: {error}', text=text, error=str(error))
        ) from None
    if groups != 1:
        raise ValueError(
            Message(
                '"{text}" has {groups} groups; write "month", or a pattern with one, as in "roster_(.+?)_"',
                text=text,
                groups=groups,
            )
        )
    return text


def _template(text: str) -> str:
    """Return a text with headings in braces; it must have one."""
    if not headings_in(text):
        raise ValueError(
            Message('"{text}" names no heading; put them in braces, as in {example}', text=text, example=_EXAMPLE)
        )
    if "" in headings_in(text) or re.search(r"[{}]", _BRACES.sub("", text)):
        raise ValueError(
            Message('"{text}" has braces without a heading; write it like {example}', text=text, example=_EXAMPLE)
        )
    return text


NamePattern = Annotated[str, AfterValidator(_pattern)]
"""What of a name is a value: "month", or a regular expression with one group."""
Template = Annotated[str, AfterValidator(_template)]
"""A text with headings in braces."""


def headings_in(template: str) -> tuple[str, ...]:
    """Return the headings that stand in braces, in their order.

    Examples
    --------
    >>> headings_in("{年}-{月}-01")
    ('年', '月')
    """
    return tuple(heading.strip() for heading in _BRACES.findall(template))


def pieces_of(template: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a template in their order, each with whether it is a heading.

    Examples
    --------
    >>> pieces_of("{年}-01")
    (('年', True), ('-01', False))
    """
    pieces = _BRACES.split(template)
    named = [(piece.strip() if index % 2 else piece, bool(index % 2)) for index, piece in enumerate(pieces)]
    return tuple((piece, is_heading) for piece, is_heading in named if piece or is_heading)


class Wide(Declaration):
    """Columns that become rows, such as one column of pay per month: one row for each of them that holds something.

    Examples
    --------
    >>> wide = Wide(columns="*年*月", name="effective_date", value="base_pay")
    >>> wide.has("2024年5月"), wide.has("工号")
    (True, False)
    """

    columns: Annotated[tuple[str, ...], Field(min_length=1)]
    """Which columns: "month" for every heading that is a month or a day, a pattern such as "*年*月", or a list."""
    name: str
    """The column that gets the heading. Where it is a date, a month becomes its first day if something holds from then
    on (`effective_date`, `valid_from`, `start_date`), else its last day."""
    value: str
    """The column that gets the cell; empty cells are no rows, and are counted."""

    @field_validator("columns", mode="before")
    @classmethod
    def _one_pattern(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are named one by one, without a pattern."""
        return tuple(name for name in self.columns if name != MONTH and not re.search(r"[*?\[]", name))

    def has(self, heading: str) -> bool:
        """Return whether a heading is that of a column which is a row."""
        is_month = MONTH in self.columns and month_text(heading, self.name, year=_ANY_YEAR) is not None
        return is_month or any(heading == pattern or fnmatchcase(heading, pattern) for pattern in self.columns)
