"""By how much the hazard of resigning differs between two arms: Cox's partial likelihood within strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2

CONFIDENCE = 0.95
FARTHEST = 10.0
"""Log hazard ratios are looked for between minus and plus this; an arm without a resignation has none in between."""


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
        Resignations that count: those at which both arms were still at risk in the stratum.
    """

    value: float
    low: float
    high: float
    error: float
    treated: int
    control: int

    @property
    def is_estimable(self) -> bool:
        """Tell whether both arms have resignations, so that the logarithm has an estimate and an error."""
        return bool(np.isfinite(self.error))


def hazard_ratio(rows: pd.DataFrame, *, confidence: float = CONFIDENCE) -> HazardRatio:
    """Estimate the hazard ratio of resignation, treated over control, within strata.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated`` (bool), ``days`` (until the resignation, another exit or the end
        of what is seen, at least 1) and ``resigned`` (bool). Other exits are censoring: the hazard is cause-specific.
    confidence : float
        Of the interval.

    Returns
    -------
    HazardRatio
        Interval by the likelihood ratio, which holds with few events and where one arm has none.

    Notes
    -----
    Cox (1972), with ties after Efron (1977): of d tied resignations, the l-th leaves the risk set less l/d of them all.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "stratum": "a", "is_treated": [True, False, True, False], "days": [10, 4, 20, 8], "resigned": True
    ... })
    >>> found = hazard_ratio(rows)
    >>> found.value < 1 < found.high
    True
    """
    sets = _risk_sets(rows)
    treated, control = int(sets.from_treated.sum()), int((~sets.from_treated).sum())
    if treated + control == 0:
        return HazardRatio(np.nan, np.nan, np.nan, np.nan, 0, 0)
    best = _best(sets)
    drop = chi2.ppf(confidence, 1) / 2.0
    fall = _log_likelihood(sets, best) - drop
    low, high = (_crossing(sets, best, fall, end) for end in (-FARTHEST, FARTHEST))
    error = 1.0 / np.sqrt(_information(sets, best)) if treated and control else np.nan
    value, low, high = (_exp(beta) for beta in (best, low, high))
    return HazardRatio(value, low, high, float(error), treated, control)


@dataclass(frozen=True)
class _RiskSets:
    """One entry per resignation: which arm it came from, and how many of each arm were at risk (Efron's shares)."""

    from_treated: np.ndarray
    treated: np.ndarray
    control: np.ndarray


def _risk_sets(rows: pd.DataFrame) -> _RiskSets:
    """List every resignation at which both arms were still at risk."""
    codes = pd.factorize(rows["stratum"], sort=True)[0]
    is_treated, resigned = rows["is_treated"].to_numpy(bool), rows["resigned"].to_numpy(bool)
    days = rows["days"].to_numpy(float)
    places = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    parts = [_of_stratum(is_treated[rows_], days[rows_], resigned[rows_]) for rows_ in places]
    from_treated, treated, control = (np.concatenate(column) for column in zip(*parts, strict=True))
    both = (treated > 0) & (control > 0)
    return _RiskSets(from_treated[both], treated[both], control[both])


def _of_stratum(is_treated: np.ndarray, days: np.ndarray, resigned: np.ndarray) -> tuple[np.ndarray, ...]:
    order = np.lexsort((is_treated[resigned], days[resigned]))
    at, source = days[resigned][order], is_treated[resigned][order]
    first, after = np.searchsorted(at, at, "left"), np.searchsorted(at, at, "right")
    gone_share = (np.arange(len(at)) - first) / np.maximum(after - first, 1)
    shares = []
    for arm, events in ((is_treated, source), (~is_treated, ~source)):
        here = np.sort(days[arm])
        tied = np.concatenate([[0], np.cumsum(events)])
        shares.append(len(here) - np.searchsorted(here, at, "left") - gone_share * (tied[after] - tied[first]))
    return source, shares[0], shares[1]


def _log_likelihood(sets: _RiskSets, beta: float) -> float:
    return float((beta * sets.from_treated - np.log(sets.treated * np.exp(beta) + sets.control)).sum())


def _share(sets: _RiskSets, beta: float) -> np.ndarray:
    """Give the chance of each resignation to have come from the treated."""
    hazard = sets.treated * np.exp(beta)
    return hazard / (hazard + sets.control)


def _score(sets: _RiskSets, beta: float) -> float:
    return float((sets.from_treated - _share(sets, beta)).sum())


def _information(sets: _RiskSets, beta: float) -> float:
    share = _share(sets, beta)
    return float((share * (1.0 - share)).sum())


def _best(sets: _RiskSets) -> float:
    """Find where the score is zero; an end of the range where only one arm has resignations."""
    if sets.from_treated.all():
        return FARTHEST
    if not sets.from_treated.any():
        return -FARTHEST
    return float(brentq(lambda beta: _score(sets, beta), -FARTHEST, FARTHEST))


def _crossing(sets: _RiskSets, best: float, fall: float, end: float) -> float:
    """Find where the likelihood has fallen so far on one side; the end of the range where it never does."""
    if best == end or _log_likelihood(sets, end) >= fall:
        return end
    return float(brentq(lambda beta: _log_likelihood(sets, beta) - fall, *sorted((best, end))))


def _exp(beta: float) -> float:
    return 0.0 if beta <= -FARTHEST else float("inf") if beta >= FARTHEST else float(np.exp(beta))
