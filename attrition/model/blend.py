"""Boosted trees and a constrained logistic regression as one estimator: the weighted mean of their log-odds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted, validate_data

from attrition.model.boosting import MonotoneBoosting
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.margins import MeanOfMembers


class Blend(MeanOfMembers):
    """Member by member, ``(1 - share) * trees + share * logistic`` in log-odds.

    Both parts of a member are fitted on the same agents, so whoever is left out by one is left out by the blend. A
    weighted sum keeps what both parts have: the declared directions, and contributions that sum to the margin.

    Parameters
    ----------
    trees : MonotoneBoosting
        Unfitted; its members, share of groups and seed hold for both parts.
    logistic : ConstrainedLogistic
        Unfitted.
    share : float
        Weight of the regression, from 0 to 1.

    Attributes
    ----------
    trees_, logistic_
        The fitted parts.
    base_log_odds_ : ndarray of shape (k,)
        Log-odds of the base rate of each window of `y`; the margins are added to it.
    classes_ : ndarray of shape (2,)

    Examples
    --------
    >>> x = np.arange(200.0).reshape(-1, 1)
    >>> parts = MonotoneBoosting(2, rounds=20), ConstrainedLogistic(l2=1.0)
    >>> blend = Blend(*parts, share=0.3).fit(x, x.ravel() > 120)
    >>> by_hand = 0.7 * blend.trees_.margins(x) + 0.3 * blend.logistic_.margins(x)
    >>> bool((blend.margins(x) == by_hand).all())
    True
    """

    def __init__(self, trees: MonotoneBoosting, logistic: ConstrainedLogistic, *, share: float = 0.3) -> None:
        self.trees = trees
        self.logistic = logistic
        self.share = share

    @property
    def group_share(self) -> float:
        """Return the share of the groups that each member is fitted on."""
        return self.trees.group_share

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit both parts and return the estimator; see `MonotoneBoosting.fit`."""
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.trees_ = clone(self.trees).fit(X, y, groups)
        sample = {"members": self.trees.members, "group_share": self.trees.group_share, "seed": self.trees.seed}
        self.logistic_ = clone(self.logistic).set_params(**sample).fit(X, y, groups)
        self.base_log_odds_, self.classes_ = self.trees_.base_log_odds_, self.trees_.classes_
        return self

    def tabulate(self) -> None:
        """Compute the tables of the trees; see `MonotoneBoosting.tabulate`."""
        self.trees_.tabulate()

    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""
        X = self._validated(X)
        return self._blended(self.trees_.margins(X), self.logistic_.margins(X))

    def is_left_out(self, groups: Any) -> np.ndarray:
        """Return for each row and member whether the member was trained without the row's group; n x members."""
        check_is_fitted(self)
        return self.trees_.is_left_out(groups)

    def contributions(self, X: Any) -> np.ndarray:
        """Return the SHAP values of the mean margin, n x (features + 1), the constant last; rows sum to that margin."""
        X = self._validated(X)
        return self._blended_in_place(self.trees_.contributions(X), self.logistic_.contributions(X))

    def contributions_by_member(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the SHAP values by each member, n x (features + 1), one member at a time to save memory."""
        X = self._validated(X)
        both = zip(self.trees_.contributions_by_member(X), self.logistic_.contributions_by_member(X), strict=True)
        for trees, logistic in both:
            yield self._blended_in_place(trees, logistic)

    def all_contributions(self, X: Any) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what `contributions_by_member` yields, and what `contributions` returns."""
        X = self._validated(X)
        by_member, mean = self.trees_.all_contributions(X)
        logistic_by_member, logistic_mean = self.logistic_.all_contributions(X)
        pairs = zip(by_member, logistic_by_member, strict=True)
        return [self._blended_in_place(*pair) for pair in pairs], self._blended_in_place(mean, logistic_mean)

    def gain_shares(self) -> np.ndarray:
        """Return each feature's weighted mean of its share of the trees' gain and of the regression's variance."""
        return self._blended(self.trees_.gain_shares(), self.logistic_.gain_shares())

    def _blended(self, trees: np.ndarray, logistic: np.ndarray) -> np.ndarray:
        return (1.0 - self.share) * trees + self.share * logistic

    def _blended_in_place(self, trees: np.ndarray, logistic: np.ndarray) -> np.ndarray:
        """Return what `_blended` does, in the memory of arrays that nobody else has."""
        trees *= 1.0 - self.share
        logistic *= self.share
        trees += logistic
        return trees
