"""Scikit-learn classifiers whose score is the mean, in log-odds, of members fitted on different agents."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from attrition.model.agent_samples import AgentSamples


class MeanOfMembers(ClassifierMixin, BaseEstimator):
    """A classifier by the mean of its members' margins; a subclass fits the members and returns their margins.

    Attributes
    ----------
    base_log_odds_ : ndarray of shape (k,)
        Log-odds of the base rate of each window of `y`; the margins are added to it.
    classes_ : ndarray of shape (2,)
    agents_ : AgentSamples or None
        Which groups each member was trained on; None without groups. It is not saved with a model.
    """

    members: int
    base_log_odds_: np.ndarray
    classes_: np.ndarray
    agents_: AgentSamples | None

    @abstractmethod
    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the log-odds of the second class, in the first window: the mean over the members."""
        return mean_of_members(self.margins(X)) + self.base_log_odds_[0]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probabilities of both classes, n x 2."""
        second = expit(self.decision_function(X))
        return np.column_stack([1.0 - second, second])

    def predict(self, X: Any) -> np.ndarray:
        """Return the more probable class of each row."""
        check_is_fitted(self)
        return self.classes_[(self.decision_function(X) > 0).astype(int)]

    def is_left_out(self, groups: Any) -> np.ndarray:
        """Return for each row and member whether the member was trained without the row's group; n x members.

        Only an estimator that was just fitted with groups can tell; a model that was saved and loaded cannot.
        """
        check_is_fitted(self, "agents_")
        if self.agents_ is None:
            return np.zeros((len(groups), self.members), dtype=bool)
        return self.agents_.is_left_out(groups)

    def _validated(self, X: Any) -> np.ndarray:
        """Return rows to be scored as a float64 matrix, after scikit-learn's checks.

        A matrix that is one already passes without them: they take several times as long as scoring a row.
        """
        if type(X) is np.ndarray and X.dtype == np.float64 and X.ndim == 2:
            has_columns = X.shape[1] == getattr(self, "n_features_in_", None)
            if has_columns and len(X) and not np.isinf(X).any():
                return X
        check_is_fitted(self)
        return validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)

    def _label(self, X: np.ndarray, y: Any) -> np.ndarray:
        """Return the labels as n x windows of 1, 0 and NaN; sets `classes_`."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            check_consistent_length(X, y)
            self.classes_ = np.array([0.0, 1.0])
            return y.astype(np.float64)
        y = column_or_1d(y, warn=True)
        check_consistent_length(X, y)
        return self._two_classes(y)[:, None].astype(np.float64)

    def _two_classes(self, y: np.ndarray) -> np.ndarray:
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            target_type = type_of_target(y)
            raise ValueError(f"Only binary classification is supported. The type of the target is {target_type}.")
        if len(self.classes_) < 2:
            raise ValueError("The labels hold 1 class; a classifier needs two")
        return codes

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: missing values are allowed, and only two classes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def mean_of_members(margins: np.ndarray) -> np.ndarray:
    """Return the mean over members of n x members log-odds.

    The members are added one after the other: `numpy.mean` may add in another order for another number of rows, and a
    row scored alone would then differ in its last bits.
    """
    total = margins[:, 0].copy()
    for member in range(1, margins.shape[1]):
        total += margins[:, member]
    return total / margins.shape[1]
