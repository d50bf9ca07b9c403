"""The checks that start from headcount by site and month, one after the other, since it is computed once."""

from __future__ import annotations

from attrition.data.consistency.balance import check_balance
from attrition.data.consistency.facts import Facts
from attrition.data.consistency.gaps import check_gaps
from attrition.errors import Fault


def check_people(facts: Facts) -> list[Fault]:
    """Return the faults of headcount from month to month, and of months without rows."""
    return [*check_balance(facts), *check_gaps(facts)]
