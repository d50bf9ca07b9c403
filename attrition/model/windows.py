"""Labels of one outcome over several windows of time: the mean logistic loss of the windows that are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logit


@dataclass(frozen=True)
class Windows:
    """Labels over growing windows, and the log-odds of each window's rate.

    All windows share one margin: a resignation next month carries as much information about what raises risk as one in
    the sixth. Windows differ in their rate alone, so each has its own base log-odds. A window that has not passed yet
    is null and adds nothing, so recent months count as far as they are known (a working likelihood of independent
    windows: Lindsay 1988, composite likelihood).

    Attributes
    ----------
    label : ndarray of shape (n, k)
        1, 0, or null.
    base_log_odds : ndarray of shape (k,)
        Log-odds of each window's rate.

    Examples
    --------
    >>> windows = Windows.of(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [0.0, np.nan]]))
    >>> windows.base_log_odds.round(2).tolist()
    [-0.85, 0.51]
    >>> gradient, curvature = windows.loss(np.zeros(4))
    >>> gradient.round(3).tolist()
    [-0.538, -0.038, 0.462, 0.15]
    """

    label: np.ndarray
    base_log_odds: np.ndarray

    @classmethod
    def of(cls, label: np.ndarray) -> Windows:
        """Return windows with the base log-odds of the rate among the rows where each is known, half an event added."""
        known = (~np.isnan(label)).sum(axis=0)
        return cls(label, logit((np.nansum(label, axis=0) + 0.5) / (known + 1.0)))

    def where(self, rows: np.ndarray) -> Windows:
        """Return some rows, with the base log-odds of all."""
        return Windows(self.label[rows], self.base_log_odds)

    def loss(self, margin: np.ndarray, data: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and second derivative of the mean loss over the windows, as LightGBM expects them."""
        odds_against = np.exp(-np.asarray(margin, dtype=np.float64))
        gradient, curvature = np.zeros(len(odds_against)), np.zeros(len(odds_against))
        for base, known, label in self._columns:
            risk = 1.0 / (1.0 + odds_against * base)
            gradient += known * (risk - label)
            curvature += known * risk * (1.0 - risk)
        return gradient / len(self._columns), curvature / len(self._columns)

    @cached_property
    def _columns(self) -> list[tuple[float, np.ndarray, np.ndarray]]:
        """For each window: its odds against, whether it is known for each row (1 or 0), and the label or 0."""
        known = ~np.isnan(self.label)
        return [
            (float(np.exp(-base)), known[:, place].astype(np.float64), np.where(known[:, place], label, 0.0))
            for place, (base, label) in enumerate(zip(self.base_log_odds, self.label.T, strict=True))
        ]
