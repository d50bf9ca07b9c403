"""One outcome seen over several windows of time: the logistic loss of every window that is known, each at its level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit


@dataclass(frozen=True)
class Windows:
    """Labels over growing windows, and the log-odds of each window's rate.

    All windows share one margin: an agent who resigns next month tells as much of what raises risk as one who
    resigns in the sixth. What differs between windows is the level alone, which is why each has its own. A window that
    has not passed yet is null and adds nothing, so recent months teach as far as they are known (a working
    likelihood of independent windows: Lindsay 1988, composite likelihood).

    Attributes
    ----------
    label : ndarray of shape (n, k)
        1, 0, or null.
    levels : ndarray of shape (k,)
        Log-odds.

    Examples
    --------
    >>> seen = Windows.of(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [0.0, np.nan]]))
    >>> seen.levels.round(2).tolist()
    [-0.85, 0.51]
    >>> gradient, curvature = seen.loss(np.zeros(4))
    >>> gradient.round(3).tolist()
    [-0.538, -0.038, 0.462, 0.15]
    """

    label: np.ndarray
    levels: np.ndarray

    @classmethod
    def of(cls, label: np.ndarray) -> Windows:
        """Take the level of each window from the rate among the rows where it is known, half an event added."""
        known = (~np.isnan(label)).sum(axis=0)
        return cls(label, logit((np.nansum(label, axis=0) + 0.5) / (known + 1.0)))

    def where(self, rows: np.ndarray) -> Windows:
        """Keep some rows, and the levels of all."""
        return Windows(self.label[rows], self.levels)

    def loss(self, margin: np.ndarray, data: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Give the first and second derivative of the mean loss over the windows, as boosters ask for it."""
        risk = expit(np.asarray(margin)[:, None] + self.levels)
        known = ~np.isnan(self.label)
        count = self.label.shape[1]
        gradient = np.where(known, risk - np.where(known, self.label, 0.0), 0.0).sum(axis=1) / count
        curvature = np.where(known, risk * (1.0 - risk), 0.0).sum(axis=1) / count
        return gradient, curvature
