"""Classes that describe a table of the data contract and its columns; checks and the data dictionary read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "date", "timestamp", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its kind, its meaning in English and Chinese, and which values are allowed.

    `number` columns are float64, `integer` columns int64. `choices` and `minimum`/`maximum` are checked;
    protected attributes (`is_protected`) are for audits only and never a feature. A name of a person (`is_name`) is
    shown to the HR partner and stands nowhere else. The number of a person (`names_person`) becomes a pseudonym at the
    door, see `attrition.data.people.door`.

    `unit` is one of `attrition.data.values.units`. `typical` is the range in which the median of the values other than
    0 lies in any call centre, of values divided by the column `typical_per` where that is named; outside of it the unit
    is doubted. Columns without a natural size, such as an index, have none.
    """

    name: str
    kind: Kind
    en: str
    zh: str
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    typical: tuple[float, float] | None = None
    typical_per: str = ""
    is_protected: bool = False
    is_name: bool = False
    names_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the contract: its grain (what one row is), key, columns, and the date column of its events.

    `happened` names the column that holds the day on which a row happened. With an empty `key` equal rows are
    separate events and there are no versions. A row with the same key and a later `recorded_at` replaces the earlier
    one from then on. Of the columns `needs_one_of` a site must supply at least one.
    """

    name: str
    grain_en: str
    grain_zh: str
    key: tuple[str, ...]
    happened: str | None
    columns: tuple[Column, ...]
    needs_one_of: tuple[str, ...] = ()

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
