"""The logistic rung: a regression around what the prior says, whose part of a risk is credited to its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.prior import Curve


class AroundPrior(BaseEstimator):
    """A constrained logistic regression fitted on what the curves of a prior leave, and the curves themselves.

    The regression's coefficients are shrunk towards 0, so its risks are shrunk towards those of the prior; the more
    exits there are, the less the prior counts. The sum of a falling curve and a falling effect still falls, so the
    declared directions hold.

    Parameters
    ----------
    logistic : ConstrainedLogistic
        Unfitted.
    curves : sequence of Curve
        What the prior says of each column it knows.

    Attributes
    ----------
    logistic_ : ConstrainedLogistic
        Fitted.
    means_ : ndarray of shape (features,)
        Mean log-odds of the prior in each column over the rows of the fit, which belong to the constant.
    shares_ : ndarray of shape (features,)
        Share of each column in the sum of the variances of the contributions.

    Examples
    --------
    >>> x = np.linspace(0.8, 1.2, 400)[:, None]
    >>> curve = Curve(0, (0.8, 1.2), (0.5, -0.5))
    >>> model = AroundPrior(ConstrainedLogistic(2, l2=1e6), curves=[curve]).fit(x, np.arange(400) % 4 == 0)
    >>> model.margins(np.array([[0.8], [1.2]])).mean(axis=1).round(1).tolist()
    [0.5, -0.5]
    """

    def __init__(self, logistic: ConstrainedLogistic, *, curves: Sequence[Curve] = ()) -> None:
        self.logistic = logistic
        self.curves = curves

    @property
    def group_share(self) -> float:
        """Return the share of the agents that each member is fitted on."""
        return self.logistic.group_share

    @property
    def base_log_odds_(self) -> np.ndarray:
        """Return the log-odds of the base rate of each window."""
        return self.logistic_.base_log_odds_

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit the regression around the prior and return the estimator; see `ConstrainedLogistic.fit`."""
        X = np.asarray(X, dtype=np.float64)
        log_odds = self._log_odds(X)
        counts = np.maximum((~np.isnan(log_odds)).sum(axis=0), 1)
        self.means_ = np.nansum(log_odds, axis=0) / counts
        self.logistic_ = clone(self.logistic).fit(X, y, groups, offset=self.prior_log_odds(X).sum(axis=1))
        variances = self.contributions(X)[:, :-1].var(axis=0)
        self.shares_ = variances / variances.sum() if variances.sum() > 0 else variances
        return self

    def prior_log_odds(self, X: Any) -> np.ndarray:
        """Return what the prior adds in each column, n x features, against the mean of the rows of the fit.

        It is 0 where the value is unknown, and in columns that the prior does not know.
        """
        return np.nan_to_num(self._log_odds(np.asarray(X, dtype=np.float64)) - self.means_)

    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""
        check_is_fitted(self, "logistic_")
        prior = self.prior_log_odds(X)
        total = np.zeros(len(prior))
        for curve in self.curves:  # one after the other, so that a row scored alone has the same last bits
            total += prior[:, curve.column]
        return self.logistic_.margins(X) + total[:, None]

    def contributions(self, X: Any) -> np.ndarray:
        """Return what each column adds to the mean margin, n x (features + 1), the constant last."""
        return self.logistic_.contributions(X) + self._prior_contributions(X)

    def contributions_by_member(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the contributions by one member after the other; the prior's are the same in all of them."""
        prior = self._prior_contributions(X)
        for parts in self.logistic_.contributions_by_member(X):
            yield parts + prior

    def is_left_out(self, agent: Any) -> np.ndarray:
        """Return for each row and member whether the member was fitted without the row's agent; n x members."""
        return self.logistic_.agents_.is_left_out(agent)

    def gain_shares(self) -> np.ndarray:
        """Return each column's share of the sum of the variances of the contributions; they sum to 1."""
        return self.shares_

    def _prior_contributions(self, X: Any) -> np.ndarray:
        prior = self.prior_log_odds(X)
        return np.column_stack([prior, np.zeros(len(prior))])

    def _log_odds(self, X: np.ndarray) -> np.ndarray:
        """Return the curves' log-odds, n x features: null where a value is unknown, 0 in columns without a curve."""
        log_odds = np.zeros(X.shape)
        for column, values, heights in self.curves:
            log_odds[:, column] = np.interp(X[:, column], values, heights)
        return log_odds
