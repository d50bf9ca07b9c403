"""A sequential test of observed against expected resignations that chance, shocks and calibration do not alarm.

A month's count is Poisson around what was expected, times two things nobody knows: an error of the level that all
months of a model share (it was calibrated on a limited number of resignations), and a shock of the single month
(agents of a team or site leave together). Both are averaged over, so that only what they do not explain is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp
from scipy.stats import nbinom

from attrition.monitor.evidence import Evidence, change_evidence

CHANGES = {0.5: 0.15, 0.7: 0.35, 1.3: 0.35, 1.7: 0.15}
"""Changes of the level that are looked for, with their weights; evidence of one in between counts for both sides."""
SHOCKS = {0.0: 0.4, 0.1: 0.3, 0.2: 0.2, 0.35: 0.1}
"""Relative standard deviations of the shocks of single months, with their probabilities before any month is seen."""
UNKNOWN_LEVEL = 0.3
"""Relative error of the level in months from which only the size of shocks is learnt."""
SMALLEST_DEVIATION = 0.03
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


@dataclass(frozen=True, eq=False)
class CountModel:
    """What a steady world may look like: the error that all months share, and how probable each size of shock is."""

    deviation: float
    shocks: np.ndarray

    @classmethod
    def calibrated_on(cls, resignations: int, *, earlier: tuple[np.ndarray, np.ndarray] | None = None) -> CountModel:
        """Return the model of a level calibrated on so many resignations.

        Parameters
        ----------
        resignations : int
            People who resigned in the months the level was calibrated on.
        earlier : (observed, expected), optional
            Counts of earlier months, such as the backtest's, from which the size of shocks is learnt.

        Examples
        --------
        >>> round(CountModel.calibrated_on(100).deviation, 2)
        0.1
        """
        shocks = np.array(list(SHOCKS.values()))
        if earlier is not None and len(earlier[0]):
            shocks = _learnt(shocks, *earlier)
        return cls(float(np.hypot(1.0 / np.sqrt(resignations + 1), SMALLEST_DEVIATION)), shocks)


def count_ranges(expected: np.ndarray, model: CountModel) -> tuple[np.ndarray, np.ndarray]:
    """Return the 5 % and 95 % quantiles of each month's count in a steady world.

    Examples
    --------
    >>> low, high = count_ranges(np.array([40.0]), CountModel.calibrated_on(400))
    >>> low.tolist(), high.tolist()
    ([26.0], [56.0])
    """
    variance = model.deviation**2 + float(model.shocks @ np.square(list(SHOCKS)))
    size, mean = 1.0 / variance, np.maximum(expected, 1e-9)
    low, high = (nbinom.ppf(share, size, size / (size + mean)) for share in (0.05, 0.95))
    return low, high


def level_evidence(observed: np.ndarray, expected: np.ndarray, *, model: CountModel, months_between: float) -> Evidence:
    """Return the evidence that the level of resignations differs from what was expected.

    Parameters
    ----------
    observed, expected : ndarray of shape (months,)
        Resignations of months that do not overlap, and those expected of them before they began; oldest first.
    model : CountModel
        What a steady world may look like.
    months_between : float
        Months between false alarms: at least so many on average while nothing changes.

    Examples
    --------
    >>> steady, model = np.full(12, 40.0), CountModel.calibrated_on(400)
    >>> bool(level_evidence(steady, steady, model=model, months_between=24).is_alarm.any())
    False
    >>> risen = np.r_[np.full(9, 40.0), np.full(3, 62.0)]
    >>> evidence = level_evidence(risen, steady, model=model, months_between=24)
    >>> bool(evidence.is_alarm[-1]), evidence.start
    (True, 9)
    """
    log_levels = model.deviation * _NODES
    weights = np.outer(_NODE_WEIGHTS, model.shocks).ravel()
    steady = _log_likelihood(observed, expected, log_levels)
    changed = [_log_likelihood(observed, expected * change, log_levels) for change in CHANGES]
    return change_evidence(
        steady,
        np.stack(changed, axis=2),
        weights=weights,
        change_weights=np.array(list(CHANGES.values())),
        months_between=months_between,
    )


def _learnt(shocks: np.ndarray, observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return how probable each size of shock is after some months whose own level is not known."""
    likelihood = _log_likelihood(observed, expected, UNKNOWN_LEVEL * _NODES).sum(axis=0)
    by_shock = logsumexp(likelihood.reshape(-1, len(shocks)) + np.log(_NODE_WEIGHTS)[:, None], axis=0)
    return np.exp(np.log(shocks) + by_shock - logsumexp(np.log(shocks) + by_shock))


def _log_likelihood(observed: np.ndarray, expected: np.ndarray, log_levels: np.ndarray) -> np.ndarray:
    """Return the log-likelihood of each month's count in each state: every level with every size of shock."""
    mean = np.maximum(expected, 1e-9)[:, None] * np.exp(log_levels)
    by_shock = [_log_probability(observed[:, None], mean, shock) for shock in SHOCKS]
    return np.stack(by_shock, axis=2).reshape(len(observed), -1)


def _log_probability(count: np.ndarray, mean: np.ndarray, shock: float) -> np.ndarray:
    """Return the log-probability of a Poisson count whose mean is multiplied by a gamma shock of mean 1."""
    if shock == 0.0:
        return count * np.log(mean) - mean - gammaln(count + 1)
    size = 1.0 / shock**2
    arrangements = gammaln(count + size) - gammaln(size) - gammaln(count + 1)
    return arrangements + size * np.log(size / (size + mean)) + count * np.log(mean / (size + mean))
