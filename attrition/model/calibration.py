"""Platt scaling: slope and intercept of the log-odds, fitted on later months, with their covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from attrition.model.clusters import sum_by_cluster

SLOPE_DEVIATION = 0.25
"""Prior standard deviation of the slope around 1; matters only with few events."""
MINIMUM_SLOPE = 0.05
"""A slope is kept above zero, so that calibration never reverses the ranking of agents, nor a monotone constraint."""
STEPS = 50


@dataclass(frozen=True)
class Calibrator:
    """Log-odds are ``slope * margin + intercept``; `covariance` holds var(slope), cov, var(intercept).

    `rows`, `events` and `months` say what it was fitted on; one without months was not fitted on later months.
    """

    slope: float = 1.0
    intercept: float = 0.0
    covariance: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rows: int = 0
    events: int = 0
    months: tuple[str, ...] = ()

    def log_odds(self, margin: np.ndarray) -> np.ndarray:
        """Return the calibrated log-odds of the boosters' margins."""
        return self.slope * margin + self.intercept

    def variance(self, margin: np.ndarray) -> np.ndarray:
        """Return the variance of the calibrated log-odds that comes from calibrating on few agents."""
        slope, both, intercept = self.covariance
        return np.maximum(slope * margin**2 + 2.0 * both * margin + intercept, 0.0)


def fit_platt(
    margin: np.ndarray,
    label: np.ndarray,
    agent: np.ndarray,
    *,
    months: tuple[str, ...] = (),
    deviation: float = SLOPE_DEVIATION,
) -> Calibrator:
    """Fit slope and intercept by penalised likelihood; the covariance treats an agent's months as one observation.

    Parameters
    ----------
    margin, label, agent : ndarray of shape (n,)
        The boosters' log-odds, 0 or 1, and whose month it is.
    months : tuple of str
        The months that were used; kept with the calibrator.
    deviation : float
        Prior standard deviation of the slope around 1; infinite for none.

    Notes
    -----
    Platt (1999), with a normal prior of mean 1 on the slope instead of smoothed labels. The covariance is
    the sandwich estimator, clustered by agent.

    Examples
    --------
    >>> margin = np.repeat([-2.0, 0.0], 500)
    >>> label = np.r_[np.repeat([1.0, 0.0], [60, 440]), np.repeat([1.0, 0.0], [250, 250])]
    >>> fitted = fit_platt(margin, label, np.arange(1000))
    >>> round(fitted.slope, 2), round(fitted.intercept, 2)
    (1.0, 0.0)
    """
    design = np.column_stack([margin, np.ones_like(margin)])
    prior = np.diag([deviation**-2, 0.0])
    theta = np.array([1.0, 0.0])
    for _ in range(STEPS):
        risk = expit(design @ theta)
        slope_of_penalty = prior @ (theta - [1.0, 0.0])
        information = (design * (risk * (1 - risk))[:, None]).T @ design + prior + 1e-9 * np.eye(2)
        step = np.linalg.solve(information, design.T @ (label - risk) - slope_of_penalty)
        theta = theta + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    inverse = np.linalg.inv(information)
    scores = sum_by_cluster(agent, design * (label - expit(design @ theta))[:, None])
    covariance = inverse @ (scores.T @ scores) @ inverse
    return Calibrator(
        slope=max(float(theta[0]), MINIMUM_SLOPE),
        intercept=float(theta[1]),
        covariance=(float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])),
        rows=len(label),
        events=int(label.sum()),
        months=months,
    )
