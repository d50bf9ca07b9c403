"""What each feature adds to the log-odds of some agent-months, by each member of a model and in their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Contributions:
    """Contributions (SHAP values) of agent-months, computed once for whoever shows them.

    Attributes
    ----------
    names : sequence of str
        The features, in the order of the columns.
    by_member : sequence of ndarray of shape (n, features)
        The contributions by each member (averaged booster).
    mean : ndarray of shape (n, features)
        The contributions to the mean margin. The last bits may differ from those of the mean of `by_member`.
    base : float
        The constant: with it the contributions to the mean margin sum to the log-odds.
    """

    names: Sequence[str]
    by_member: Sequence[np.ndarray]
    mean: np.ndarray
    base: float
