"""Judge from counts by month how far a record of events is complete: where so few events would be a surprise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SURPRISE = 0.01
"""A stretch of months is taken to be incomplete where the chance of so few events is under this."""
RATE_VARIATION = 0.3
"""How much a centre's rate moves by itself from one stretch to another, as a coefficient of variation."""
REFERENCE_MONTHS = 24
"""Months before the stretch from which the usual rate is taken, at most."""
MIN_REFERENCE_MONTHS = 6
"""With fewer months before it a stretch is not judged."""


def complete_months(events: Sequence[float], exposure: Sequence[float], *, surprise: float = SURPRISE) -> int:
    """Return how many months, from the first, hold before a stretch at the end with surprisingly few events.

    Every stretch that reaches to the end is compared with the months before it. Its number of events, given their
    rate, is negative binomial: the rate is uncertain, and moves by `RATE_VARIATION`. Where the most surprising stretch
    has a chance under `surprise`, the months before it are complete; otherwise all are.

    Parameters
    ----------
    events : sequence of float
        Number of events by month, without a gap between months.
    exposure : sequence of float
        Headcount by month; all ones where the events have none.
    surprise : float
        Chance below which a stretch is incomplete.

    Examples
    --------
    >>> complete_months([4, 6, 5, 3, 7, 5, 6, 4, 0, 0, 0], [100] * 11)
    8
    >>> complete_months([4, 6, 5, 3, 7, 5, 6, 4, 2, 0], [100] * 10)
    10
    >>> complete_months([4, 6, 5, 3, 7, 5, 6, 4, 0, 0, 0, 0, 0, 1], [100] * 14)
    8
    """
    n, e = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    starts = range(MIN_REFERENCE_MONTHS, len(n))
    chances = {start: _log_chance_of_so_few(n, e, start) for start in starts}
    if not chances or min(chances.values()) >= np.log(surprise):
        return len(n)
    return min(chances, key=chances.__getitem__)


def first_complete_month(events: Sequence[float], exposure: Sequence[float], *, surprise: float = SURPRISE) -> int:
    """Return the number of months at the beginning with surprisingly few events, seen from the months after them.

    Examples
    --------
    >>> first_complete_month([1, 0, 0, 0, 0, 4, 6, 5, 3, 7, 5, 6, 4], [100] * 13)
    5
    """
    return len(events) - complete_months(list(events)[::-1], list(exposure)[::-1], surprise=surprise)


def expected_events(events: Sequence[float], exposure: Sequence[float], start: int) -> float:
    """Return the number of events to be expected from month `start` to the end, at the rate of the months before."""
    return _expected(np.asarray(events, dtype=float), np.asarray(exposure, dtype=float), start)


def _expected(n: np.ndarray, e: np.ndarray, start: int) -> float:
    before = slice(max(0, start - REFERENCE_MONTHS), start)
    return float(n[before].sum() / max(e[before].sum(), 1e-9) * e[start:].sum())


def _log_chance_of_so_few(n: np.ndarray, e: np.ndarray, start: int) -> float:
    """Return the logarithm of the chance of at most the events from `start` on, at the rate of the months before."""
    from scipy.special import betainc  # scipy.stats takes longer to load than the tables take to check

    expected = _expected(n, e, start)
    if expected <= 0:
        return 0.0
    reference = n[max(0, start - REFERENCE_MONTHS) : start].sum()
    shape = 1 / (1 / (reference + 0.5) + RATE_VARIATION**2)
    return float(np.log(betainc(shape, n[start:].sum() + 1, shape / (shape + expected))))  # negative binomial
