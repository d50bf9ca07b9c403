"""The verdict on an intervention by its pilot: works, does not, or too early to say, by the preregistered rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrition.pilot.cox import HazardRatio


class Conclusion(StrEnum):
    """The possible conclusions of a pilot."""

    works = "works"
    does_not = "does not"
    too_early = "too early to say"


class Reason(StrEnum):
    """The possible reasons for a conclusion."""

    running = "the pilot still runs"
    below_one = "the whole interval lies below 1"
    above_one = "the whole interval lies above 1: more resigned with it"
    effect_excluded = "the interval excludes the expected effect"
    both_possible = "the interval holds both no effect and the expected effect"
    nobody_resigned = "nobody resigned while both arms were at risk"


@dataclass(frozen=True)
class PilotVerdict:
    """The conclusion of a pilot, and the reason for it."""

    conclusion: Conclusion
    reason: Reason


def decide(ratio: HazardRatio, *, hoped: float, is_over: bool) -> PilotVerdict:
    """Return the verdict of the preregistered rule on the hazard ratio by intention to treat.

    Before the declared end nothing is decided, whatever the interval, since repeated looks would find effects by
    chance. At the end the intervention works if the whole 95 % interval lies below 1. It does not work if the interval
    lies above 1, or above the expected hazard ratio (`hoped`). Otherwise it is too early to say.

    Examples
    --------
    >>> ratio = HazardRatio(0.6, 0.4, 0.9, 0.2, 20, 35)
    >>> [decide(ratio, hoped=0.8, is_over=is_over).conclusion.value for is_over in (False, True)]
    ['too early to say', 'works']
    """
    if not is_over:
        return PilotVerdict(Conclusion.too_early, Reason.running)
    if np.isnan(ratio.value):
        return PilotVerdict(Conclusion.too_early, Reason.nobody_resigned)
    if ratio.high < 1.0:
        return PilotVerdict(Conclusion.works, Reason.below_one)
    if ratio.low > 1.0:
        return PilotVerdict(Conclusion.does_not, Reason.above_one)
    if ratio.low > hoped:
        return PilotVerdict(Conclusion.does_not, Reason.effect_excluded)
    return PilotVerdict(Conclusion.too_early, Reason.both_possible)
