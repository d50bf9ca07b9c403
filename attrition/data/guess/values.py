"""How well values fit a column of the contract: dates, sizes, words of its choices, numbers of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attrition.data.guess.ids import Roster
from attrition.data.guess.traits import Traits
from attrition.data.guess.words import normalised_value, value_words
from attrition.data.schema import Column
from attrition.data.tables import PEOPLE_COLUMNS
from attrition.data.values.duration_text import unit as duration_unit
from attrition.data.values.units import factors

NO_FIT = -1.0
"""Evidence of values that cannot be in a column whatever it is called."""
_MONTHLY = ("effective_date", "as_of", "pay_date", "period_end")
_CLOCK = "start_minute"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well values fit, from -1 (cannot be) over 0 (nothing speaks for it) to 1, and whether that is special.

    Values that are special would be found in few other columns: words of the choices, numbers of the roster.
    """

    evidence: float
    is_special: bool = False


def value_fit(traits: Traits, table: str, column: Column, roster: Roster) -> Fit:
    """Return how well the values of a column fit a column of the contract; 0 for a column without values."""
    if not traits.filled:
        return Fit(evidence=0.0)
    if column.name in PEOPLE_COLUMNS:
        return _people(traits, column, roster)
    if column.choices:
        return _choices(traits, table, column)
    return Fit(evidence=_KINDS[column.kind](traits, table, column))


def _people(traits: Traits, column: Column, roster: Roster) -> Fit:
    """Weigh numbers of people: most of them are on the roster, or look like its numbers."""
    if traits.any_date > 0.5 or (traits.numbers > 0.5 and traits.integers < 0.95 * traits.numbers):
        return Fit(evidence=NO_FIT)
    share = roster.share_of(traits.values)
    if column.name == "agent_id" and roster.numbers:
        if share >= 0.5:
            return Fit(evidence=1.0, is_special=True)
        return Fit(evidence=0.0 if traits.ids > 0.5 else -0.5)
    if share >= 0.5:
        return Fit(evidence=0.8, is_special=True)
    return Fit(evidence=0.3 if traits.ids > 0.6 else -0.2 if traits.ids > 0.2 or not roster.numbers else -0.4)


def _choices(traits: Traits, table: str, column: Column) -> Fit:
    """Weigh words by whether they mean one of the choices, or are few enough to be asked about."""
    words = {word for meaning in value_words(table, column).values() for word in meaning}
    share = sum(count for text, count in traits.values.items() if normalised_value(text) in words) / traits.filled
    if share >= 0.5:
        return Fit(evidence=0.6 + 0.4 * share, is_special=True)
    if traits.any_date > 0.3 or traits.distinct > 60:
        return Fit(evidence=NO_FIT)
    return Fit(evidence=0.0 if share else -0.2)


def _date(traits: Traits, table: str, column: Column) -> float:
    share = traits.any_date
    if traits.is_typed or traits.serials > 0.2:
        share += traits.serials
    if column.name in _MONTHLY and traits.months > share:
        share = traits.months
    if share < 0.5:
        return NO_FIT if traits.serials < 0.9 else -0.1
    return 0.5 * min(share, 1.0)


def _timestamp(traits: Traits, table: str, column: Column) -> float:
    has_time = sum(count for text, count in traits.values.items() if ":" in text) / traits.filled
    return NO_FIT if traits.any_date + traits.instants < 0.5 else 0.3 + 0.3 * has_time


def _number(traits: Traits, table: str, column: Column) -> float:
    """Weigh numbers by their size: in one of the units that the column can be given in."""
    if traits.any_date > 0.3:
        return NO_FIT
    if column.name == _CLOCK:
        return 0.6 if traits.two_parts + traits.durations > 0.8 else 0.1 if traits.numbers > 0.9 else NO_FIT
    is_time = duration_unit(column) != ""
    if is_time and traits.durations + traits.two_parts > 0.7:
        return 0.6
    if traits.numbers + traits.percents < 0.7:
        return NO_FIT
    if column.kind == "integer" and traits.integers < 0.9:
        return -0.5
    if traits.lowest is not None and column.minimum is not None and traits.lowest < column.minimum:
        return -0.3
    return 0.5 if fitting_units(traits, column) else -0.2


def fitting_units(traits: Traits, column: Column) -> list[str]:
    """Return the units in which the median of the values is usual for the column, its own first; "" for no unit.

    Examples
    --------
    >>> from attrition.data.guess.traits import traits_of
    >>> from attrition.data.tables import SHIFTS
    >>> fitting_units(traits_of(["8.0", "7.5"], rows=2, is_typed=False), SHIFTS["scheduled_minutes"])
    ['hours']
    """
    if column.typical is None or traits.median is None or column.typical_per:
        return [column.unit]
    low, high = column.typical
    if not column.unit:
        return [""] if low <= traits.median <= high else []
    sizes: Mapping[str, float] = factors(column.unit) or {column.unit: 1.0}
    units = [unit for unit, factor in sizes.items() if low <= traits.median * factor <= high]
    return sorted(units, key=lambda unit: unit != column.unit)


def _boolean(traits: Traits, table: str, column: Column) -> float:
    words = {word for meaning in value_words(table, column).values() for word in meaning}
    known = sum(count for text, count in traits.values.items() if normalised_value(text) in words) / traits.filled
    if words and known > 0.8:
        return 0.7
    return 0.6 if traits.yes_no > 0.9 and traits.distinct <= 2 else NO_FIT if traits.distinct > 12 else -0.4


def _text(traits: Traits, table: str, column: Column) -> float:
    """Weigh a text: a name of something repeats, a number of something does not."""
    if traits.any_date > 0.5 or traits.durations > 0.5:
        return NO_FIT
    if column.name in ("id", "evaluation_id", "contact_id", "event_id", "payment_id"):
        return 0.4 if traits.is_unique else -0.2
    if column.name == "display_name":
        return -0.3 if traits.numbers > 0.3 else 0.2
    if column.name == "currency":
        return 0.6 if all(len(text) == 3 for text in traits.values) else NO_FIT
    if traits.numbers > 0.9 and traits.dot_decimals + traits.comma_decimals > 0:
        return -0.5
    return 0.2 if traits.distinct < 0.5 * max(traits.filled, 1) or traits.filled < 50 else -0.1


_KINDS: dict[str, Callable[[Traits, str, Column], float]] = {
    "date": _date,
    "timestamp": _timestamp,
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "text": _text,
}
