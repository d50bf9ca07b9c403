"""How a source writes its values, as its declaration says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from attrition.data.files.date_system import DAY_ZERO_1900, DAY_ZERO_1904
from attrition.data.people.id_rules import IdRules
from attrition.data.schema import Column
from attrition.data.tables import PEOPLE_COLUMNS
from attrition.data.values.duration_text import Parts
from attrition.data.values.number_text import Decimal

SERIALS = {"serial": DAY_ZERO_1900, "serial-1904": DAY_ZERO_1904}
"""By the name of a layout of dates that are numbers, the day from which these count."""


@dataclass(frozen=True, kw_only=True)
class CastOptions:
    """How a source writes its values.

    `dates` are its date layouts, in the order in which they are tried. With a `day_zero`, five-digit numbers count days
    from there, with `allows_months` a month such as 2026-03 is its first day. `source_zone` is the declared time zone
    of times without an offset, "" where it is the site's `time_zone`. `ids` are the declared rules for
    the numbers of people. `decimal` and `durations` say how numbers and durations of two parts are written, None that
    it is not declared; with `has_typed_cells` some texts were numbers in the source. `missing` holds, by column, values
    that mean nothing, and `people` are further columns whose values are numbers of people.
    """

    dates: tuple[str, ...] = ()
    time_zone: str = "UTC"
    source_zone: str = ""
    day_zero: str = ""
    allows_months: bool = False
    ids: IdRules | None = None
    decimal: Decimal | None = None
    durations: Parts | None = None
    has_typed_cells: bool = False
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: tuple[str, ...] = ()

    def id_rules(self, column: Column) -> IdRules | None:
        """Return the rules that rewrite a column's values; None where there are none."""
        names_person = column.name in (*PEOPLE_COLUMNS, *self.people)
        is_rewritten = self.ids is not None and self.ids.rewrites and names_person
        return self.ids if is_rewritten else None
