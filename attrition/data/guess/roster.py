"""Find the numbers of everybody: in the extract whose list of people is the surest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrition.data.guess.columns import Described
from attrition.data.guess.ids import Roster, full_width
from attrition.data.guess.names import name_evidence
from attrition.data.guess.traits import Traits

_NAMED = 0.8


def roster_of(extracts: Sequence[Described]) -> Roster:
    """Return the numbers of the list of people: of extracts with a day of hire, the one with most numbers.

    Without such a list there is no roster, and numbers cannot be compared.
    """
    lists = [traits for described in extracts if (traits := _numbers_of_list(described)) is not None]
    widths = full_width(traits.values for described in extracts for traits in _columns_named(described, "agent_id"))
    numbers = max((traits.values for traits in lists), key=len, default=Counter[str]())
    return Roster(frozenset(numbers), widths)


def _numbers_of_list(described: Described) -> Traits | None:
    """Return the column of numbers of an extract that is a list of people, or None."""
    if not _columns_named(described, "hire_date"):
        return None
    return max(_columns_named(described, "agent_id"), key=lambda traits: traits.distinct, default=None)


def _columns_named(described: Described, column: str) -> list[Traits]:
    headings = [name for name in described.candidates if name_evidence(name, "agents", column) >= _NAMED]
    return [described.traits[name] for name in headings if described.traits[name].filled]
