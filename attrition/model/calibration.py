"""Platt scaling: calibrates log-odds of trees by a slope and an intercept, fitted on agents they have not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from attrition.model.clusters import sum_by_cluster

SLOPE_DEVIATION = 0.25
"""Standard deviation of the normal prior (mean 1) on the slope; it matters only where there are few events."""
MIN_SLOPE = 0.05
"""A smaller slope is raised to this, so that calibration never reverses the ranking or a monotone constraint."""
MAX_NEWTON_STEPS = 50


@dataclass(frozen=True)
class Calibrator:
    """A calibration of log-odds: ``slope * margin + intercept``.

    Attributes
    ----------
    slope, intercept : float
        Applied to the margin, which is the uncalibrated log-odds of the trees.
    covariance : tuple of three floats
        Variance of the slope, covariance of slope and intercept, variance of the intercept.
    rows, events : int
        Agent-months it was fitted on, and how many of them had an exit.
    months : tuple of str
        The months it was fitted on, as YYYY-MM; empty for a rate without trees.
    observed_over_expected : float
        Observed exits in these rows, over those that the served risks (by all members) expect there, before the level
        moved.
    level_change : float
        How far the intercept was moved since the months ahead are expected to differ from these, in log-odds; learnt
        from the newest months (`attrition.model.level`).
    """

    slope: float = 1.0
    intercept: float = 0.0
    covariance: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rows: int = 0
    events: int = 0
    months: tuple[str, ...] = ()
    observed_over_expected: float = 1.0
    level_change: float = 0.0

    def log_odds(self, margin: np.ndarray) -> np.ndarray:
        """Return the calibrated log-odds of margins."""
        return self.slope * margin + self.intercept

    def variance(self, margin: np.ndarray) -> np.ndarray:
        """Return the variance of the calibrated log-odds that comes from the estimated slope and intercept."""
        slope_variance, covariance, intercept_variance = self.covariance
        return np.maximum(slope_variance * margin**2 + 2.0 * covariance * margin + intercept_variance, 0.0)


def fit_platt(
    margin: np.ndarray,
    label: np.ndarray,
    agent: np.ndarray,
    *,
    months: tuple[str, ...] = (),
    slope_deviation: float = SLOPE_DEVIATION,
) -> Calibrator:
    """Return the calibrator with the largest penalised likelihood; its covariance counts each agent once.

    Parameters
    ----------
    margin, label, agent : ndarray of shape (n,)
        The uncalibrated log-odds, the label (1 or 0), and whose month it is.
    months : tuple of str
        The months of the rows as YYYY-MM; they are only kept in the result.
    slope_deviation : float
        Standard deviation of the prior on the slope around 1; infinite for no prior.

    Notes
    -----
    Platt (1999), with a normal prior of mean 1 on the slope instead of smoothed labels. The covariance is
    the sandwich estimator with agents as clusters. A slope below `MIN_SLOPE` is raised to it.

    Examples
    --------
    >>> margin = np.repeat([-2.0, 0.0], 500)
    >>> label = np.r_[np.repeat([1.0, 0.0], [60, 440]), np.repeat([1.0, 0.0], [250, 250])]
    >>> fitted = fit_platt(margin, label, np.arange(1000))
    >>> round(fitted.slope, 2), round(fitted.intercept, 2)
    (1.0, 0.0)
    """
    design = np.column_stack([margin, np.ones_like(margin)])
    prior = np.diag([slope_deviation**-2, 0.0])
    coefficients = np.array([1.0, 0.0])
    for _ in range(MAX_NEWTON_STEPS):
        risk = expit(design @ coefficients)
        penalty_gradient = prior @ (coefficients - [1.0, 0.0])
        information = (design * (risk * (1 - risk))[:, None]).T @ design + prior + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (label - risk) - penalty_gradient)
        coefficients = coefficients + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    inverse = np.linalg.inv(information)
    scores_by_agent = sum_by_cluster(agent, design * (label - expit(design @ coefficients))[:, None])
    covariance = inverse @ (scores_by_agent.T @ scores_by_agent) @ inverse
    return Calibrator(
        slope=max(float(coefficients[0]), MIN_SLOPE),
        intercept=float(coefficients[1]),
        covariance=(float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])),
        rows=len(label),
        events=int(label.sum()),
        months=months,
    )
