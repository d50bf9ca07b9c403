"""The hazard ratio of resignation between two arms: Cox's partial likelihood, stratified."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2

CONFIDENCE = 0.95
LARGEST_LOG_RATIO = 10.0
"""Log hazard ratios are searched between minus and plus this; the estimate is an end if one arm has no resignation."""


@dataclass(frozen=True)
class HazardRatio:
    """A hazard ratio, treated over control, with its interval.

    Attributes
    ----------
    value, low, high : float
        Null where nobody resigned; 0 or infinite where nobody of one arm did.
    error : float
        Standard error of the logarithm; null where one arm has no resignation.
    treated, control : int
        Resignations with both arms still at risk in the stratum; only those enter the partial likelihood.
    """

    value: float
    low: float
    high: float
    error: float
    treated: int
    control: int

    @property
    def is_estimable(self) -> bool:
        """Whether both arms have resignations, so that the logarithm has an estimate and an error."""
        return bool(np.isfinite(self.error))


def hazard_ratio(rows: pd.DataFrame, *, confidence: float = CONFIDENCE) -> HazardRatio:
    """Estimate the hazard ratio of resignation, treated over control, within strata.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated`` (bool), ``days`` (until the resignation, another exit or the end
        of follow-up, at least 1) and ``resigned`` (bool). Other exits are censoring: the hazard is cause-specific.
    confidence : float
        Of the interval.

    Returns
    -------
    HazardRatio
        Its interval is by the likelihood ratio, which is valid with few events and where one arm has none.

    Notes
    -----
    Cox (1972), with ties after Efron (1977): of d tied resignations, the l-th leaves the risk set less l/d of them all.

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
    best = _maximum(sets)
    threshold = _log_likelihood(sets, best) - chi2.ppf(confidence, 1) / 2.0
    low, high = (_crossing(sets, best, threshold, end) for end in (-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO))
    error = 1.0 / np.sqrt(_information(sets, best)) if treated and control else np.nan
    value, low, high = (_exp(beta) for beta in (best, low, high))
    return HazardRatio(value, low, high, float(error), treated, control)


@dataclass(frozen=True)
class _RiskSets:
    """One entry per resignation: its arm, and the numbers at risk in each arm (with Efron's correction for ties)."""

    from_treated: np.ndarray
    treated: np.ndarray
    control: np.ndarray


def _risk_sets(rows: pd.DataFrame) -> _RiskSets:
    """List every resignation with both arms still at risk."""
    codes = pd.factorize(rows["stratum"], sort=True)[0]
    is_treated, resigned = rows["is_treated"].to_numpy(bool), rows["resigned"].to_numpy(bool)
    days = rows["days"].to_numpy(float)
    places = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    parts = [_of_stratum(is_treated[rows_], days[rows_], resigned[rows_]) for rows_ in places]
    from_treated, treated, control = (np.concatenate(column) for column in zip(*parts, strict=True))
    has_both = (treated > 0) & (control > 0)
    return _RiskSets(from_treated[has_both], treated[has_both], control[has_both])


def _of_stratum(is_treated: np.ndarray, days: np.ndarray, resigned: np.ndarray) -> tuple[np.ndarray, ...]:
    order = np.lexsort((is_treated[resigned], days[resigned]))
    times, from_treated = days[resigned][order], is_treated[resigned][order]
    first, after = np.searchsorted(times, times, "left"), np.searchsorted(times, times, "right")
    removed_share = (np.arange(len(times)) - first) / np.maximum(after - first, 1)
    at_risk = []
    for arm, events in ((is_treated, from_treated), (~is_treated, ~from_treated)):
        ends = np.sort(days[arm])
        cumulative = np.concatenate([[0], np.cumsum(events)])
        tied = cumulative[after] - cumulative[first]
        at_risk.append(len(ends) - np.searchsorted(ends, times, "left") - removed_share * tied)
    return from_treated, at_risk[0], at_risk[1]


def _log_likelihood(sets: _RiskSets, beta: float) -> float:
    return float((beta * sets.from_treated - np.log(sets.treated * np.exp(beta) + sets.control)).sum())


def _share(sets: _RiskSets, beta: float) -> np.ndarray:
    """Give for each resignation the probability that it is one of the treated."""
    hazard = sets.treated * np.exp(beta)
    return hazard / (hazard + sets.control)


def _score(sets: _RiskSets, beta: float) -> float:
    return float((sets.from_treated - _share(sets, beta)).sum())


def _information(sets: _RiskSets, beta: float) -> float:
    share = _share(sets, beta)
    return float((share * (1.0 - share)).sum())


def _maximum(sets: _RiskSets) -> float:
    """Find the root of the score; an end of the range where only one arm has resignations."""
    if sets.from_treated.all():
        return LARGEST_LOG_RATIO
    if not sets.from_treated.any():
        return -LARGEST_LOG_RATIO
    return float(brentq(lambda beta: _score(sets, beta), -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO))


def _crossing(sets: _RiskSets, best: float, threshold: float, end: float) -> float:
    """Find where the log-likelihood falls to the threshold on one side; the end of the range where it does not."""
    if best == end or _log_likelihood(sets, end) >= threshold:
        return end
    return float(brentq(lambda beta: _log_likelihood(sets, beta) - threshold, *sorted((best, end))))


def _exp(beta: float) -> float:
    return 0.0 if beta <= -LARGEST_LOG_RATIO else float("inf") if beta >= LARGEST_LOG_RATIO else float(np.exp(beta))
