"""The training loss: labels of one kind of exit over several windows of months, and their mean logistic loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import logit


@dataclass(frozen=True)
class Windows:
    """Labels over several windows (within 1, 2, 3 and 6 months, say), and the log-odds of each window's base rate.

    Each row has one margin (the output of the trees) for all windows, and each window adds its own base log-odds to it.
    So the windows differ in their base rate only, and an exit next month teaches the trees as much as one in the sixth
    month. The label of a window that has not passed yet is null and adds nothing to the loss, so recent months still
    contribute their shorter windows. The windows of a row are treated as independent (a composite likelihood: Lindsay
    1988).

    Attributes
    ----------
    label : ndarray of shape (n, k)
        One column per window: 1 if the exit came within it, 0 if not, null if the window has not passed yet.
    base_log_odds : ndarray of shape (k,)
        Log-odds of each window's base rate.
    weight : ndarray of shape (n,) or None
        Weight of each row in the loss; None for 1. A row of weight 0 adds nothing.

    Examples
    --------
    >>> windows = Windows.from_labels(np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [0.0, np.nan]]))
    >>> windows.base_log_odds.round(2).tolist()
    [-0.85, 0.51]
    >>> gradient, curvature = windows.loss(np.zeros(4))
    >>> gradient.round(3).tolist()
    [-0.538, -0.038, 0.462, 0.15]
    """

    label: np.ndarray
    base_log_odds: np.ndarray
    weight: np.ndarray | None = None

    @classmethod
    def from_labels(cls, label: np.ndarray, weight: np.ndarray | None = None) -> Windows:
        """Return the windows of labels; each base rate is that of the rows with a label, smoothed by half an event."""
        row_weight = np.ones(len(label)) if weight is None else weight
        label_counts = (~np.isnan(label) * row_weight[:, None]).sum(axis=0)
        events = (np.nan_to_num(label) * row_weight[:, None]).sum(axis=0)
        return cls(label, logit((events + 0.5) / (label_counts + 1.0)), weight)

    def select(self, rows: np.ndarray) -> Windows:
        """Return the windows of some rows, given by position; the base log-odds stay those of all rows."""
        return Windows(self.label[rows], self.base_log_odds, None if self.weight is None else self.weight[rows])

    def weighted(self, weight: np.ndarray) -> Windows:
        """Return the windows with each row's weight multiplied by another one; the base log-odds stay."""
        return replace(self, weight=weight if self.weight is None else self.weight * weight)

    def loss(self, margin: np.ndarray, data: Any = None) -> tuple[np.ndarray, np.ndarray]:
        """Return each row's gradient and second derivative of the mean loss over the windows.

        LightGBM calls this objective with the margins and its data set; the data set is not used.
        """
        odds_against = np.exp(-np.asarray(margin, dtype=np.float64))
        gradient, curvature = np.zeros(len(odds_against)), np.zeros(len(odds_against))
        for odds_against_base, is_known, label in self._columns:
            risk = 1.0 / (1.0 + odds_against * odds_against_base)
            gradient += is_known * (risk - label)
            curvature += is_known * risk * (1.0 - risk)
        factor = (1.0 if self.weight is None else self.weight) / len(self._columns)
        return gradient * factor, curvature * factor

    def total_loss(self, margin: np.ndarray) -> float:
        """Return the sum over rows of the mean loss over the windows, whose derivatives `loss` returns."""
        losses = np.zeros(len(margin))
        for base, (_, is_known, label) in zip(self.base_log_odds, self._columns, strict=True):
            log_odds = margin + base
            losses += is_known * (np.logaddexp(0.0, log_odds) - label * log_odds)
        return float((losses * (1.0 if self.weight is None else self.weight)).sum()) / len(self._columns)

    @cached_property
    def _columns(self) -> list[tuple[float, np.ndarray, np.ndarray]]:
        """Return for each window the base odds against an exit, a 1 for each row with a label, and the label or 0."""
        is_known = ~np.isnan(self.label)
        return [
            (float(np.exp(-base)), is_known[:, window].astype(np.float64), np.where(is_known[:, window], label, 0.0))
            for window, (base, label) in enumerate(zip(self.base_log_odds, self.label.T, strict=True))
        ]
