"""How far a centre's level of exits has moved since the months a model was calibrated on, learnt from monthly counts.

Twelve months of calibration average over a rise, a fall or a jump of the level. The counts of the shortest window show
it months earlier, but they are noisy: half a dozen resignations more in a month mean nothing. So the speed is learnt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

PRIOR_DEVIATION = 0.3
"""Standard deviation of the level's logarithm around the calibrated one, before any count is seen."""
DRIFTS = {0.0: 0.55, 0.03: 0.20, 0.06: 0.15, 0.12: 0.10}
"""Monthly standard deviations of a level that drifts, and how probable each is before any count is seen."""
TRENDS = {0.0: 0.9, 0.02: 0.1}
"""Standard deviations of a steady rise or fall a month, with their probabilities."""
MONTHLY_NOISE = {0.0: 0.6, 0.15: 0.4}
"""Standard deviations of the level of single months beyond chance, with their probabilities."""
SEASONS = {0.0: 0.5, 0.15: 0.5}
"""Standard deviations of what a month of the year does beyond the features, with their probabilities."""
STEP_DEVIATION, STEP_PROBABILITY, STEP_MONTHS = 0.4, 0.25, 24
"""Standard deviation of a single jump of the level, how probable one is in the last so many months, and how many."""
MONTHS_OF_A_YEAR = 12
HALF_EVENT = 0.5
"""Added to observed and expected, so that a month without an exit has a logarithm."""


@dataclass(frozen=True)
class LevelChange:
    """The change of the level's logarithm from the calibration months to the months ahead: mean and variance."""

    mean: float = 0.0
    variance: float = 0.0


def level_change(
    observed: np.ndarray, expected: np.ndarray, *, calibrated_on: np.ndarray, months_ahead: int
) -> LevelChange:
    """Return how far the level of the months ahead differs from that of the calibration months.

    Parameters
    ----------
    observed, expected : ndarray of shape (months,)
        Exits by month, and those that the calibrated model expects; consecutive months, the newest last.
    calibrated_on : ndarray of shape (months,)
        Weight of each of these months in the calibration; at least one is above 0.
    months_ahead : int
        Number of months after the newest that are predicted.

    Returns
    -------
    LevelChange
        Near 0 where the counts show nothing beyond chance.

    Notes
    -----
    The logarithm of observed over expected is a Gaussian process: a level, perhaps drifting (a random walk), perhaps
    with one jump, perhaps with a yearly wave, and noise of single months beyond the variance of a count. Every
    combination is weighted by its marginal likelihood and its prior probability (Bayesian model averaging; Harvey 1989
    for the local level). The priors were set on simulated counts: on steady counts the error of the level grows by a
    tenth, and a year or less after a jump it falls by a third (``benchmarks/level.py``).

    Examples
    --------
    >>> steady, year = np.full(36, 20.0), np.r_[np.zeros(24), np.ones(12)]
    >>> change = level_change(steady, steady, calibrated_on=year, months_ahead=3)
    >>> round(abs(change.mean), 2)
    0.0
    >>> jump = np.r_[np.full(30, 20.0), np.full(6, 36.0)]
    >>> expected = np.full(36, jump[-12:].mean())
    >>> round(float(np.exp(level_change(jump, expected, calibrated_on=year, months_ahead=3).mean)), 1)
    1.3
    """
    months = len(observed)
    ratio = np.log((observed + HALF_EVENT) / (expected + HALF_EVENT))
    count_variance = np.diag(1.0 / (expected + HALF_EVENT))
    weights = np.r_[-calibrated_on / calibrated_on.sum(), np.full(months_ahead, 1.0 / months_ahead)]
    results, noises = [], list(_noise_covariances(months))
    for log_level_prior, level in _level_covariances(months, months_ahead):
        with_change = level[:months] @ weights
        variance_before = weights @ level @ weights
        right = np.column_stack([ratio, with_change])
        for log_noise_prior, noise in noises:
            factor, solved = _solved(level[:months, :months] + count_variance + noise, right)
            log_likelihood = -0.5 * ratio @ solved[:, 0] - np.log(factor.diagonal()).sum()
            log_weight = log_level_prior + log_noise_prior + log_likelihood
            results.append((log_weight, with_change @ solved[:, 0], variance_before - with_change @ solved[:, 1]))
    log_weight, mean, variance = np.array(results).T
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    average = float(weight @ mean)
    return LevelChange(average, float(weight @ (variance + (mean - average) ** 2)))


def _solved(covariance: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the Cholesky factor of a covariance, and the solution of its equations, without SciPy's checks.

    Raises
    ------
    LinAlgError
        A count is no number, so that there is no factor.
    """
    factor, failed = dpotrf(covariance, lower=True, clean=False)
    if failed:
        raise np.linalg.LinAlgError("the counts of exits by month hold something that is not a number")
    return factor, dpotrs(factor, right, lower=True)[0]


def _level_covariances(months: int, months_ahead: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each form of the level's covariance over the months and those ahead, with its log prior probability."""
    time = np.arange(months + months_ahead, dtype=float)
    walk, trend = np.minimum.outer(time, time), np.outer(time - months, time - months)
    for log_step, step in _steps(time, months):
        for drift, drift_probability in DRIFTS.items():
            for slope, slope_probability in TRENDS.items():
                covariance = PRIOR_DEVIATION**2 + drift**2 * walk + slope**2 * trend + step
                yield log_step + np.log(drift_probability * slope_probability), covariance


def _noise_covariances(months: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield each form of what single months differ by, beyond the level and chance, with its log prior probability."""
    month_of_year = np.arange(months) % MONTHS_OF_A_YEAR
    is_same_month = np.equal.outer(month_of_year, month_of_year).astype(float)
    seasons = SEASONS if months >= 2 * MONTHS_OF_A_YEAR else {0.0: 1.0}
    for deviation, probability in MONTHLY_NOISE.items():
        for season, season_probability in seasons.items():
            covariance = deviation**2 * np.eye(months) + season**2 * is_same_month
            yield np.log(probability * season_probability), covariance


def _steps(time: np.ndarray, months: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the covariance without a jump, and with one at each of the last months, with the log prior probability."""
    yield np.log(1.0 - STEP_PROBABILITY), np.zeros((len(time), len(time)))
    starts = range(max(1, months - STEP_MONTHS), months - 1)
    for start in starts:
        is_after = (time >= start).astype(float)
        yield np.log(STEP_PROBABILITY / len(starts)), STEP_DEVIATION**2 * np.outer(is_after, is_after)
