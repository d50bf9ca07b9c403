"""What is better for an agent, by declaration: the one rule by which what-if and playbook refuse changes for the worse.

How far pay could be cut before somebody leaves is a question that this product does not answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrition.data.phrase import Phrase
from attrition.errors import UserError
from attrition.message import joined

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.predict.facts import Fact

TOLERANCE = 1e-9
"""A relative difference of two numbers that is rounding."""
LESS_IS_BETTER = ("workload", "schedule")
"""Levers on which an agent is better off with less, where no direction of risk is declared."""
ORDERED = {
    "schedule_work_mode": ("office", "hybrid", "home"),
    "schedule_shift_pattern": ("night", "rotating", "day"),
}
"""Features that are categories, each with its values from the worst for an agent to the best."""


def better_direction(feature: Feature) -> int:
    """Return whether a higher value is better for an agent (1), worse (-1), or neither by any declaration (0).

    What lowers risk is better. Where no direction of risk is declared, pay is better up, and workload and schedule are
    better down.

    Examples
    --------
    >>> from attrition.features.registry import declared_features
    >>> features = declared_features()
    >>> names = ["pay_market_ratio", "workload_overtime_minutes_3m", "pay_bonus_share_3m", "career_skill_count"]
    >>> [better_direction(features[name]) for name in names]
    [1, -1, 1, 0]
    """
    if feature.is_category:
        return 0
    by_lever = 1 if feature.lever == "pay" else -1 if feature.lever in LESS_IS_BETTER else 0
    return -feature.direction or by_lever


def is_worse(feature: Feature, *, step: int) -> bool:
    """Return whether a step up (1) or down (-1) of a feature makes an agent worse off."""
    return step * better_direction(feature) < 0


def is_worse_category(name: str, value: object, *, than: object = None) -> bool:
    """Return whether a category of an ordered feature is worse than another, or, without one, the worst there is.

    Examples
    --------
    >>> is_worse_category("schedule_work_mode", "hybrid", than="home")
    True
    >>> is_worse_category("schedule_work_mode", "office"), is_worse_category("schedule_work_mode", "home")
    (True, False)
    """
    order = ORDERED.get(name, ())
    if value not in order:
        return False
    return order.index(value) == 0 if than is None else than in order and order.index(value) < order.index(than)


def refuse_worse(fact: Fact, before: object, after: object, *, typical_pay: Mapping[str, float] | None = None) -> None:
    """Raise a UserError unless a fact's new value is declared to be no worse for the agent than the one in force.

    Parameters
    ----------
    fact : Fact
        What is changed; `Fact.better` says in which direction it is better.
    before, after : object
        The value in force, null where there is none, and the new one.
    typical_pay : mapping of str to float, optional
        Median base pay by the values of a grade or role.
    """
    if fact.writes == "event" or before == after:  # an event is added, and none is taken away
        return
    better = {
        "up": lambda: _is_ordered(before, after),
        "down": lambda: _is_ordered(after, before),
        "order": lambda: _is_in_order(f"schedule_{fact.column}", before, after),
        "paid_more": lambda: _is_ordered((typical_pay or {}).get(str(before)), (typical_pay or {}).get(str(after))),
    }
    if not better[fact.better]():
        raise UserError(
            "{name}: what-if answers only changes that are better for the agent, and this is none", name=fact.name
        )


def refuse_fallen_pay(
    facts: Iterable[str],
    features: Mapping[str, Feature],
    before: Mapping[Hashable, object],
    after: Mapping[Hashable, object],
) -> None:
    """Raise a UserError if pay falls, as an amount or against a norm (market, peers), whichever facts were changed."""
    for name, feature in features.items():
        is_standing = feature.lever == "pay" and (feature.unit == "money" or feature.measure == "ratio_to_norm")
        if is_standing and is_worse(feature, step=_step(before.get(name), after.get(name))):
            raise UserError(
                "{facts}: what-if answers only changes that are better for the agent, and {feature} would fall",
                facts=joined(", ", facts),
                feature=Phrase(feature.en, feature.zh),
            )


def _step(before: object, after: object) -> int:
    """Return whether a number rises (1) or falls (-1) by more than rounding; 0 where one is not known."""
    if not isinstance(before, float) or not isinstance(after, float):
        return 0
    return (after > before + TOLERANCE * abs(before)) - (after < before - TOLERANCE * abs(before))


def _is_ordered(low: Any, high: Any) -> bool:
    """Return whether two numbers are known and the second is not below the first."""
    return low is not None and high is not None and bool(low <= high)


def _is_in_order(name: str, before: object, after: object) -> bool:
    """Return whether both categories are known to be ordered, and the second is not worse than the first."""
    return {before, after} <= set(ORDERED[name]) and not is_worse_category(name, after, than=before)
