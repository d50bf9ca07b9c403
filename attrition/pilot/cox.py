"""The hazard ratio of resignation between two arms, by Cox's stratified partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2

CONFIDENCE = 0.95
LARGEST_LOG_RATIO = 10.0
"""Log hazard ratios are searched between minus and plus this value.

If only one arm has resignations the likelihood has no maximum, and the estimate is an end of this range, which is
reported as a ratio of 0 or infinity.
"""


@dataclass(frozen=True)
class HazardRatio:
    """A hazard ratio, treated over control, with its interval.

    Attributes
    ----------
    value, low, high : float
        NaN where nobody resigned; 0 or infinite where only one arm has resignations.
    error : float
        Standard error of the logarithm; NaN where one arm has no resignation.
    treated, control : int
        Numbers of resignations at which both arms of the stratum were still at risk; others do not enter the partial
        likelihood.
    """

    value: float
    low: float
    high: float
    error: float
    treated: int
    control: int

    @property
    def is_estimable(self) -> bool:
        """Whether both arms have resignations, so that the logarithm has an estimate and a standard error."""
        return bool(np.isfinite(self.error))


def hazard_ratio(rows: pd.DataFrame, *, confidence: float = CONFIDENCE) -> HazardRatio:
    """Return the hazard ratio of resignation, treated over control, with its interval.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated`` (bool), ``days`` (until the resignation, another exit or the end
        of follow-up, at least 1) and ``resigned`` (bool). Other exits are censoring: the hazard is cause-specific.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    HazardRatio
        With an interval by the likelihood ratio, which also works with few events and where one arm has none.

    Notes
    -----
    Cox (1972), with ties after Efron (1977): for the l-th (from 0) of d resignations on the same day, the fraction l/d
    of these d agents is removed from the numbers at risk.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "stratum": "a", "is_treated": [True, False, True, False], "days": [10, 4, 20, 8], "resigned": True
    ... })
    >>> ratio = hazard_ratio(rows)
    >>> ratio.value < 1 < ratio.high
    True
    """
    sets = _risk_sets(rows)
    treated, control = int(sets.from_treated.sum()), int((~sets.from_treated).sum())
    if treated + control == 0:
        return HazardRatio(np.nan, np.nan, np.nan, np.nan, 0, 0)
    estimate = _maximum(sets)
    threshold = _log_likelihood(sets, estimate) - chi2.ppf(confidence, 1) / 2.0
    low, high = (_crossing(sets, estimate, threshold, end) for end in (-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO))
    error = 1.0 / np.sqrt(_information(sets, estimate)) if treated and control else np.nan
    value, low, high = (_ratio(beta) for beta in (estimate, low, high))
    return HazardRatio(value, low, high, float(error), treated, control)


@dataclass(frozen=True)
class _RiskSets:
    """One entry per resignation: whether it was in the treated arm, and the numbers at risk in each arm.

    The numbers at risk hold Efron's correction for ties and may be fractions.
    """

    from_treated: np.ndarray
    treated: np.ndarray
    control: np.ndarray


def _risk_sets(rows: pd.DataFrame) -> _RiskSets:
    """Return the risk sets of the resignations at which both arms of the stratum were still at risk."""
    codes = pd.factorize(rows["stratum"], sort=True)[0]
    is_treated, resigned = rows["is_treated"].to_numpy(bool), rows["resigned"].to_numpy(bool)
    days = rows["days"].to_numpy(float)
    rows_of_strata = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    parts = [
        _risk_sets_of_stratum(is_treated[positions], days[positions], resigned[positions])
        for positions in rows_of_strata
    ]
    from_treated, treated, control = (np.concatenate(column) for column in zip(*parts, strict=True))
    has_both = (treated > 0) & (control > 0)
    return _RiskSets(from_treated[has_both], treated[has_both], control[has_both])


def _risk_sets_of_stratum(is_treated: np.ndarray, days: np.ndarray, resigned: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the columns of `_RiskSets` for the resignations of one stratum, by day."""
    order = np.lexsort((is_treated[resigned], days[resigned]))
    event_days, from_treated = days[resigned][order], is_treated[resigned][order]
    first = np.searchsorted(event_days, event_days, "left")  # the first event of the same day
    after = np.searchsorted(event_days, event_days, "right")  # the first event of a later day
    removed_share = (np.arange(len(event_days)) - first) / np.maximum(after - first, 1)
    at_risk = []
    for arm, events in ((is_treated, from_treated), (~is_treated, ~from_treated)):
        last_days = np.sort(days[arm])
        cumulative = np.concatenate([[0], np.cumsum(events)])
        tied = cumulative[after] - cumulative[first]
        at_risk.append(len(last_days) - np.searchsorted(last_days, event_days, "left") - removed_share * tied)
    return from_treated, at_risk[0], at_risk[1]


def _log_likelihood(sets: _RiskSets, beta: float) -> float:
    return float((beta * sets.from_treated - np.log(sets.treated * np.exp(beta) + sets.control)).sum())


def _treated_probability(sets: _RiskSets, beta: float) -> np.ndarray:
    """Return for each resignation the probability that it is in the treated arm."""
    hazard = sets.treated * np.exp(beta)
    return hazard / (hazard + sets.control)


def _score(sets: _RiskSets, beta: float) -> float:
    return float((sets.from_treated - _treated_probability(sets, beta)).sum())


def _information(sets: _RiskSets, beta: float) -> float:
    probability = _treated_probability(sets, beta)
    return float((probability * (1.0 - probability)).sum())


def _maximum(sets: _RiskSets) -> float:
    """Return the log hazard ratio of maximum likelihood; an end of the range where only one arm has resignations."""
    if sets.from_treated.all():
        return LARGEST_LOG_RATIO
    if not sets.from_treated.any():
        return -LARGEST_LOG_RATIO
    return float(brentq(lambda beta: _score(sets, beta), -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO))


def _crossing(sets: _RiskSets, estimate: float, threshold: float, end: float) -> float:
    """Return where the log-likelihood falls to the threshold between estimate and `end`; `end` where it does not."""
    if estimate == end or _log_likelihood(sets, end) >= threshold:
        return end
    return float(brentq(lambda beta: _log_likelihood(sets, beta) - threshold, *sorted((estimate, end))))


def _ratio(beta: float) -> float:
    """Return the hazard ratio of a log hazard ratio; 0 and infinity at the ends of the range."""
    return 0.0 if beta <= -LARGEST_LOG_RATIO else float("inf") if beta >= LARGEST_LOG_RATIO else float(np.exp(beta))
