"""The risks of some agent-months at every horizon, as arrays: what a model computes before a table is made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Risks:
    """The risks of n agent-months at every horizon, the shortest first; each an ndarray of shape (n, horizons).

    Attributes
    ----------
    log_odds, lower, upper : ndarray
        Log-odds of resigning within the horizon, and the ends of their interval (``calibration.interval``).
    risk, involuntary_risk : ndarray
        Probability of resigning within the horizon (``expit(log_odds)``), and of leaving in any other way.
    """

    log_odds: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    risk: np.ndarray
    involuntary_risk: np.ndarray
