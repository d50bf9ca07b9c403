"""What a table of the contract is: columns that say what they hold, once, for checks, documents and synthetic data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "whole", "date", "moment", "flag"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its kind, its meaning in two languages, and what a value may be.

    `kind`: text, number (float64), whole (int64), date, moment (timestamp) or flag (boolean).
    `choices` and `minimum`/`maximum` are checked; `never_feature` columns are for audits only.
    """

    name: str
    kind: Kind
    en: str
    zh: str
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    never_feature: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the contract: grain, key, the column that says when a row happened, and columns.

    An empty `key` means rows have no identity: no versions, repeated rows are separate events.
    A row with a later `recorded_at` and the same key replaces the earlier one from then on.
    """

    name: str
    grain_en: str
    grain_zh: str
    key: tuple[str, ...]
    happened: str | None
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a site must supply in this table."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the contract's order."""
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
