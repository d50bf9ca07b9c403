"""What a pilot may be said to have shown: works, does not, too early to say, by a rule declared beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from attrition.pilot.cox import HazardRatio


class Verdict(StrEnum):
    """The three things that can be said."""

    works = "works"
    does_not = "does not"
    too_early = "too early to say"


class Reason(StrEnum):
    """Why it is said."""

    running = "the pilot still runs"
    below_one = "the whole interval lies below 1"
    above_one = "the whole interval lies above 1: more resigned with it"
    promise_refused = "the interval refuses the effect that was hoped for"
    both_possible = "the interval holds both no effect and the effect that was hoped for"
    nobody_resigned = "nobody resigned while both arms were there"


@dataclass(frozen=True)
class Decision:
    """A verdict and its reason."""

    verdict: Verdict
    reason: Reason


def decide(found: HazardRatio, *, hoped: float, is_over: bool) -> Decision:
    """Apply the declared rule to the hazard ratio by intention to treat.

    Before the declared end nothing is decided, whatever the interval says; looking often would find effects by chance.
    At the end it works if the whole 95 % interval lies below 1. It does not if the interval lies above 1, or above
    the hazard ratio that was hoped for. Otherwise it is too early to say.

    Examples
    --------
    >>> found = HazardRatio(0.6, 0.4, 0.9, 0.2, 20, 35)
    >>> decide(found, hoped=0.8, is_over=False).verdict.value, decide(found, hoped=0.8, is_over=True).verdict.value
    ('too early to say', 'works')
    """
    if not is_over:
        return Decision(Verdict.too_early, Reason.running)
    if np.isnan(found.value):
        return Decision(Verdict.too_early, Reason.nobody_resigned)
    if found.high < 1.0:
        return Decision(Verdict.works, Reason.below_one)
    if found.low > 1.0:
        return Decision(Verdict.does_not, Reason.above_one)
    if found.low > hoped:
        return Decision(Verdict.does_not, Reason.promise_refused)
    return Decision(Verdict.too_early, Reason.both_possible)
