"""Checks an intervention against the declared features: it must make nobody worse off, nor use a warning sign.

A warning sign (a feature with ``is_symptom``, such as lateness) is an effect of the wish to leave and not its cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrition.message import Message, joined
from attrition.predict.betterment import is_worse, is_worse_category

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.predict.intervention import Change, Intervention


def faults_of(intervention: Intervention, features: Sequence[Feature]) -> list[str]:
    """Return the faults of an intervention, each a phrase that begins with its id; changes of unknown features pass."""
    by_name = {feature.name: feature for feature in features}
    faults: list[str] = [
        Message(
            "{id} has a condition on {feature}, a warning sign; no intervention may depend on one",
            id=intervention.id,
            feature=condition.feature,
        )
        for condition in intervention.eligible
        if condition.feature in by_name and by_name[condition.feature].is_symptom
    ]
    changes = [(change, by_name[change.feature]) for change in intervention.changes if change.feature in by_name]
    return faults + [
        joined(" ", (intervention.id, fault))
        for change, feature in changes
        for fault in _change_faults(change, feature)
    ]


def _change_faults(change: Change, feature: Feature) -> list[str]:
    """Return the first fault of a change, as a phrase that follows the intervention's id; empty without one."""
    if feature.is_symptom:
        return [Message("changes {feature}, a warning sign, which no intervention can change", feature=feature.name)]
    if feature.lever == "none":
        return [Message("changes {feature}, which cannot be set", feature=feature.name)]
    if feature.is_category != (change.better == "other"):
        kind = Message("a number") if feature.is_category else Message("a category")
        return [Message("changes {feature} as if it were {kind}", feature=feature.name, kind=kind)]
    step = {"up": 1, "down": -1, "other": 0}[change.better]
    if is_worse(feature, step=step) or is_worse_category(feature.name, change.to):
        target = change.to if step == 0 else Message("up") if step > 0 else Message("down")
        fault = Message("changes {feature} {target}, which is worse for the agent", feature=feature.name, target=target)
        return [fault]
    return []
