"""What every estimator of a rung offers: log-odds by each member, and their exact division among the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, Self

import numpy as np


class Estimator(Protocol):
    """A fitted estimator whose members are fitted on different agents; the mean of their margins is the model's.

    Attributes
    ----------
    group_share : float
        Share of the agents that each member is fitted on.
    base_log_odds_ : ndarray of shape (windows,)
        Log-odds of the base rate of each window it was fitted on.
    """

    group_share: float
    base_log_odds_: np.ndarray

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings by name."""
        ...

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit every member on n x windows labels of 1, 0 and null; `groups` names the person of each row."""
        ...

    def is_left_out(self, agent: Any) -> np.ndarray:
        """Return for each row and member whether the member was fitted without the row's agent; n x members."""
        ...

    def gain_shares(self) -> np.ndarray:
        """Return each column's share of what the estimator explains; they sum to 1, or are all 0."""
        ...

    def margins(self, X: np.ndarray) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""
        ...

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Return what each column adds to the mean margin, n x (features + 1), the constant last."""
        ...

    def contributions_by_member(self, X: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the contributions by one member after the other."""
        ...
