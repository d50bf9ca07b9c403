"""Evidence month by month that something changed, with a declared number of months between false alarms.

For every month at which a change may have begun, the likelihood of all counts with that change is divided by their
likelihood without one. Each of these Bayes factors is a test martingale, and their sum over the possible beginnings is
the Shiryaev-Roberts statistic, an e-detector: while nothing changes, the mean number of months until it reaches a
threshold is at least the threshold (Pollak 1985; Shin, Ramdas and Rinaldo 2023; Ville's inequality for one beginning).
Nothing is estimated to set the threshold, and looking each month costs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

HEAD_START = 0.25
"""Share of the threshold at which a new sequence begins, so that a model that is wrong from its first month on shows as
soon as one that becomes so (Lucas and Crosier 1982); the threshold is raised by as much, which keeps its promise."""
ENDS_BELOW = 0.5
"""An alarm ends when the evidence falls below this share of the threshold, so that it does not flicker."""
TAIL = 0.1
"""Probability left out on either side of the interval of months in which a change began."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """The evidence of a change after each month, and when it probably began.

    Parameters
    ----------
    ratios : ndarray of shape (months,)
        The statistic after each month, as a multiple of its threshold: at 1 and above it is an alarm.
    is_alarm : ndarray of shape (months,)
        Whether an alarm stood after each month.
    start, start_low, start_high : int
        Number of the month in which a change most probably began, and its 80 % interval; 0 is the first.
    """

    ratios: np.ndarray
    is_alarm: np.ndarray
    start: int
    start_low: int
    start_high: int

    @property
    def alarms(self) -> int:
        """How many alarms began."""
        return int((self.is_alarm & ~np.r_[False, self.is_alarm[:-1]]).sum())


def change_evidence(
    steady: np.ndarray, changed: np.ndarray, *, weights: np.ndarray, change_weights: np.ndarray, months_between: float
) -> Evidence:
    """Return the evidence that counts changed in some month and stayed so.

    Parameters
    ----------
    steady : ndarray of shape (months, states)
        Log-likelihood of each month's count without a change, in each state of what is not known of a steady world.
    changed : ndarray of shape (months, states, changes)
        The same after each change that is looked for.
    weights, change_weights : ndarray
        Probabilities of the states, and of the changes.
    months_between : float
        Months between false alarms: at least so many on average while nothing changes.

    Examples
    --------
    A coin that shows heads half the time, and after the third toss nine times in ten:

    >>> tosses = np.array([0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    >>> fair = np.log(np.full((12, 1), 0.5))
    >>> bent = np.log(np.where(tosses == 1, 0.9, 0.1))[:, None, None]
    >>> one = np.ones(1)
    >>> evidence = change_evidence(fair, bent, weights=one, change_weights=one, months_between=24)
    >>> int(evidence.is_alarm.argmax()), evidence.start
    (6, 3)
    """
    log_weights = np.log(weights)
    before = np.concatenate([np.zeros((1, len(weights))), steady.cumsum(axis=0)])
    after = np.concatenate([np.zeros((1, *changed.shape[1:])), changed.cumsum(axis=0)])
    with_beginning = before[:, :, None] - after + log_weights[:, None] + np.log(change_weights)
    head_start = np.log1p(HEAD_START * months_between)
    ratios, factors = np.zeros(len(steady)), np.zeros(0)
    for month in range(1, len(steady) + 1):
        unchanged = logsumexp(before[month] + log_weights)
        factors = logsumexp(with_beginning[:month] + after[month], axis=(1, 2)) - unchanged
        factors[0] += head_start
        ratios[month - 1] = np.exp(logsumexp(factors)) / (months_between * (1.0 + HEAD_START))
    return Evidence(ratios, _standing(ratios), *_beginning(factors))


def _standing(ratios: np.ndarray) -> np.ndarray:
    """Return whether an alarm stands after each month."""
    standing, is_alarm = False, np.zeros(len(ratios), dtype=bool)
    for month, ratio in enumerate(ratios):
        standing = bool(ratio >= 1.0 or (standing and ratio >= ENDS_BELOW))
        is_alarm[month] = standing
    return is_alarm


def _beginning(factors: np.ndarray) -> tuple[int, int, int]:
    """Return the most probable beginning, and the interval of beginnings."""
    if not len(factors):
        return 0, 0, 0
    probability = np.exp(factors - logsumexp(factors)).cumsum()
    low, high = np.searchsorted(probability, [TAIL, 1.0 - TAIL])
    return int(factors.argmax()), int(low), int(min(high, len(factors) - 1))
