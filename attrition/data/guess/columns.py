"""Choose which heading of an extract is which column of a table: all at once, so that the evidence is greatest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from attrition.data.guess.ids import Roster
from attrition.data.guess.inventory import Extract
from attrition.data.guess.names import name_evidence
from attrition.data.guess.traits import Traits, traits_of
from attrition.data.guess.values import NO_FIT, Fit, value_fit
from attrition.data.guess.words import privacy
from attrition.data.schema import Column
from attrition.data.tables import ANY_TABLE, TABLES

SURE = 0.85
"""A match of this confidence is written without a doubt."""
LIKELY = 0.6
"""A match of this confidence is written, with a remark."""
POSSIBLE = 0.4
"""Less than this is no match; between this and `LIKELY` somebody is asked."""
_MONTHS = re.compile(r"\D{0,3}(19|20)\d\d\s*[-/.年]?\s*(0?[1-9]|1[0-2])\s*月?|[A-Za-zä]{3,9}[- .]?((19|20)?\d\d)")
_FEWEST_MONTHS = 3


@dataclass(frozen=True, kw_only=True)
class Match:
    """One heading taken as one column, with a confidence from 0 to 1 and what it rests on."""

    heading: str
    column: Column
    confidence: float
    name: float
    fit: Fit
    rival: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it needs no remark."""
        return self.confidence >= SURE and not self.rival


@dataclass(frozen=True, kw_only=True)
class Described:
    """An extract with what the values of each of its columns look like."""

    extract: Extract
    traits: Mapping[str, Traits]

    @property
    def months(self) -> tuple[str, ...]:
        """Headings that are months, where there are several: one column per month, to be turned into rows."""
        headings = tuple(name for name in self.extract.headings if _MONTHS.fullmatch(name.strip()))
        return headings if len(headings) >= _FEWEST_MONTHS else ()

    @property
    def candidates(self) -> tuple[str, ...]:
        """Headings that may be columns: neither months nor private, and not unnamed without values."""
        months = set(self.months)
        return tuple(
            name
            for name in self.extract.headings
            if name not in months and (not re.fullmatch(r"column \d+", name) or self.traits[name].filled)
        )


def describe(extract: Extract) -> Described:
    """Return an extract with the traits of its columns."""
    traits = {
        name: traits_of(values, rows=len(extract.records), is_typed=name in extract.numeric)
        for name, values in extract.columns.items()
    }
    return Described(extract=extract, traits=traits)


def match_columns(described: Described, table: str, roster: Roster) -> tuple[Match, ...]:
    """Return the headings that are columns of a table: at most one each, so that the sum of confidences is greatest."""
    headings, columns = described.candidates, (*TABLES[table].columns, *ANY_TABLE)
    pairs = [[_weigh(described, heading, table, column, roster) for column in columns] for heading in headings]
    if not pairs:
        return ()
    weights = np.array([[match.confidence if match.confidence >= POSSIBLE else 0.0 for match in row] for row in pairs])
    rows, places = linear_sum_assignment(weights, maximize=True)
    chosen = [pairs[row][place] for row, place in zip(rows, places, strict=True) if weights[row, place] > 0]
    taken = {match.heading for match in chosen}
    return tuple(_with_rival(match, pairs, taken) for match in sorted(chosen, key=lambda match: _order(match, columns)))


def _order(match: Match, columns: Sequence[Column]) -> int:
    return [column.name for column in columns].index(match.column.name)


def _weigh(described: Described, heading: str, table: str, column: Column, roster: Roster) -> Match:
    name = name_evidence(heading, table, column.name)
    is_weighed = name or _can_show_itself(column)
    fit = value_fit(described.traits[heading], table, column, roster) if is_weighed else Fit(evidence=0.0)
    if privacy(heading) and not column.is_protected:
        name, fit = 0.0, Fit(evidence=NO_FIT)
    return Match(heading=heading, column=column, confidence=_confidence(name, fit), name=name, fit=fit)


def _can_show_itself(column: Column) -> bool:
    """Return whether values alone may show a column: numbers of the roster, or words of its choices."""
    return column.name == "agent_id" or bool(column.choices)


def _confidence(name: float, fit: Fit) -> float:
    """Return from 0 to 0.99 how sure it is that a heading is a column.

    A name of the list is enough for 0.87; values that fit add to it, values that do not take away; values that cannot
    be in the column rule it out. Without a name only special values count.
    """
    if fit.evidence <= NO_FIT:
        return 0.0
    by_name = 0.87 * name + (0.12 * fit.evidence * min(2 * name, 1) if fit.evidence > 0 else 0.5 * fit.evidence)
    by_values = 0.3 + 0.35 * fit.evidence + 0.25 * name if fit.is_special else 0.0
    return float(np.clip(max(by_name, by_values), 0.0, 0.99))


def _with_rival(match: Match, pairs: Sequence[Sequence[Match]], taken: set[str]) -> Match:
    """Return a match that names the unused heading which would do nearly as well, if there is one."""
    others = [
        other
        for row in pairs
        for other in row
        if other.column.name == match.column.name and other.heading not in taken and other.confidence >= LIKELY
    ]
    nearest = max(others, key=lambda other: other.confidence, default=None)
    if nearest is None or nearest.confidence < match.confidence - 0.12:
        return match
    return Match(
        heading=match.heading,
        column=match.column,
        confidence=min(match.confidence, 0.8),
        name=match.name,
        fit=match.fit,
        rival=nearest.heading,
    )
