"""One outcome seen over several windows of time: the logistic loss of every window that is known, each at its level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logit


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
        odds_against = np.exp(-np.asarray(margin, dtype=np.float64))
        gradient, curvature = np.zeros(len(odds_against)), np.zeros(len(odds_against))
        for level, known, label in self._columns:
            risk = 1.0 / (1.0 + odds_against * level)
            gradient += known * (risk - label)
            curvature += known * risk * (1.0 - risk)
        return gradient / len(self._columns), curvature / len(self._columns)

    @cached_property
    def _columns(self) -> list[tuple[float, np.ndarray, np.ndarray]]:
        """Give for each window its odds against, which rows it is known of as 1 and 0, and the label or 0."""
        known = ~np.isnan(self.label)
        return [
            (float(np.exp(-level)), known[:, place].astype(np.float64), np.where(known[:, place], label, 0.0))
            for place, (level, label) in enumerate(zip(self.levels, self.label.T, strict=True))
        ]
