"""Checks an intervention against the declared features: it must not raise risk, nor use a warning sign.

A warning sign (a feature with ``is_symptom``, such as lateness) is an effect of the wish to leave and not its cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.predict.intervention import Change, Intervention


def faults_of(intervention: Intervention, features: Sequence[Feature]) -> list[str]:
    """Return the faults of an intervention, each a phrase that begins with its id; changes of unknown features pass."""
    by_name = {feature.name: feature for feature in features}
    faults = [
        f"{intervention.id} has a condition on {condition.feature}, a warning sign; no intervention may depend on one"
        for condition in intervention.eligible
        if condition.feature in by_name and by_name[condition.feature].is_symptom
    ]
    changes = [(change, by_name[change.feature]) for change in intervention.changes if change.feature in by_name]
    return faults + [
        f"{intervention.id} {fault}" for change, feature in changes for fault in _change_faults(change, feature)
    ]


def _change_faults(change: Change, feature: Feature) -> list[str]:
    """Return the first fault of a change, as a phrase that follows the intervention's id; empty without one."""
    if feature.is_symptom:
        return [f"changes {feature.name}, a warning sign, which no intervention can change"]
    if feature.lever == "none":
        return [f"changes {feature.name}, which cannot be set"]
    if feature.is_category != (change.better == "other"):
        return [f"changes {feature.name} as if it were {'a number' if feature.is_category else 'a category'}"]
    if {"up": 1, "down": -1, "other": 0}[change.better] * feature.direction > 0:
        return [f"changes {feature.name} {change.better}, which raises risk"]
    return []
