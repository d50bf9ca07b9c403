"""How far an agent's true risk may lie from the estimate, in log-odds: the variance that the interval of a risk covers.

Four errors add up: trees fitted on other agents would give other margins, the calibration is estimated, the level of a
centre moves after the fit, and agents differ in what no column holds. The last is the largest, and it is larger the
higher the estimate: at the top stand those whose columns overstate their risk beside those of whom the columns know
half. A centre cannot measure it, since nobody's true risk is ever seen, so its size is a typical one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RiskErrors:
    """The sizes of the errors of a risk in log-odds; saved with the model, so that its intervals stay as they were.

    The defaults were chosen on seed 1 of five synthetic worlds, wider than four of them need for the sake of the one
    with hidden causes (`benchmarks/coverage_of_ranges.py`).

    Parameters
    ----------
    unseen : float
        Standard deviation of true log-odds around what the columns can tell, at the average margin.
    growth : float
        By how much it rises with each unit of margin above the average.
    least, most : float
        It is no smaller and no larger than these, however far a margin lies from the average.
    level : float
        Least standard deviation of the level of all risks of a month around the calibrated one.
    untold : float
        Standard deviation of true log-odds among all agents, unseen where the model cannot tell agents apart.
    epistemic_factor : float
        Factor of the epistemic variance.
    """

    unseen: float = 0.42
    growth: float = 0.26
    least: float = 0.25
    most: float = 1.2
    level: float = 0.18
    untold: float = 0.95
    epistemic_factor: float = 1.0

    def variance(
        self, margin: np.ndarray, *, epistemic: np.ndarray, calibration: np.ndarray, tells_apart: bool = True
    ) -> np.ndarray:
        """Return the variance of each row's true log-odds around the estimate.

        Parameters
        ----------
        margin : ndarray of shape (n,)
            Margins of the trees times the slope of the calibration: log-odds beside those of an average agent.
        epistemic : ndarray of shape (n,)
            `attrition.model.epistemic.epistemic_variance` of the calibrated margin, in squared log-odds.
        calibration : ndarray of shape (n,)
            Variance from the estimated slope and level.
        tells_apart : bool
            False for a model that gives all agents of the same tenure the same risk.

        Examples
        --------
        >>> nothing = np.zeros(3)
        >>> variance = RiskErrors().variance(np.array([-2.0, 0.0, 2.0]), epistemic=nothing, calibration=nothing)
        >>> np.sqrt(variance).round(2)
        array([0.31, 0.46, 0.96])
        """
        unseen = np.clip(self.unseen + self.growth * margin, self.least, self.most)
        of_estimate = self.epistemic_factor * epistemic + np.maximum(calibration, self.level**2)
        return of_estimate + (unseen if tells_apart else self.untold) ** 2
