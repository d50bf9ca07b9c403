"""A logistic regression whose effects keep declared directions: the mean of members fitted on different agents."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.sparse import csr_array, vstack
from sklearn.utils.validation import validate_data
from threadpoolctl import threadpool_limits

from attrition.model.agent_samples import agent_samples
from attrition.model.basis import Basis
from attrition.model.bounded_newton import Problem, minimise
from attrition.model.margins import MeanOfMembers
from attrition.model.windows import Windows

ROWS_PER_BLOCK = 64
"""Rows that are scored in one step; the terms of so many fit into the processor's cache."""


class _Regressions(NamedTuple):
    """Some regressions: a row per regression and feature with the weight of each term, and each one's intercept."""

    weights: csr_array
    intercepts: np.ndarray


class ConstrainedLogistic(MeanOfMembers):
    """Mean, in log-odds, of additive logistic regressions that differ in the agents they are trained on.

    Each number has an effect that is linear between a few quantiles and monotone where a direction is declared; each
    category and each null has an effect of its own. A normal prior shrinks all of them towards 0, or towards a prior
    risk that is passed as an offset. It has the interface of `attrition.model.boosting.MonotoneBoosting`, and with the
    same members, share, seed and groups each member is fitted on the same agents.

    Parameters
    ----------
    members : int
        Number of regressions that are averaged.
    segments : int
        Segments, between quantiles, in each of which the effect of a number is linear.
    l2 : float
        Penalty on the squared coefficients: the change in log-odds along a segment, or that of a category or null. The
        prior of a coefficient has the variance ``1 / l2``, where each row counts as independent.
    group_share : float
        Share of the groups that each member is trained on.
    constraints : sequence of {-1, 0, 1} or None
        Direction of risk along each column; None for no constraint. Categories have none.
    categories : sequence of int or None
        Columns that hold codes of categories.
    baseline : sequence of int or None
        Columns with `baseline_segments` segments instead; None for none.
    baseline_segments : int
        Segments of the baseline columns.
    seed : int
        Seed of the draw of groups.

    Attributes
    ----------
    agents_ : AgentSamples or None
        The groups that each member is trained on; None if it was fitted without groups.
    basis_ : Basis
        The terms: ramps and indicators.
    coefficients_ : ndarray of shape (terms + 1, members)
        Coefficient of each term, and the intercept last.
    term_variances_ : ndarray of shape (features,)
        Variance of each feature's contribution to the mean margin, over the rows of the fit.
    base_log_odds_ : ndarray of shape (k,)
        Log-odds of the base rate of each window of `y`; the margins are added to it.
    classes_ : ndarray of shape (2,)

    Examples
    --------
    >>> x = np.arange(200.0).reshape(-1, 1)
    >>> model = ConstrainedLogistic(members=2, constraints=[1]).fit(x, x.ravel() > 120)
    >>> bool((np.diff(model.predict_proba(x)[:, 1]) >= 0).all())
    True
    """

    def __init__(  # noqa: PLR0913 - scikit-learn: one argument per hyperparameter, no other way in
        self,
        members: int = 5,
        *,
        segments: int = 2,
        l2: float = 20.0,
        group_share: float = 0.7,
        constraints: Sequence[int] | None = None,
        categories: Sequence[int] | None = None,
        baseline: Sequence[int] | None = None,
        baseline_segments: int = 8,
        seed: int = 0,
    ) -> None:
        self.members = members
        self.segments = segments
        self.l2 = l2
        self.group_share = group_share
        self.constraints = constraints
        self.categories = categories
        self.baseline = baseline
        self.baseline_segments = baseline_segments
        self.seed = seed

    def fit(self, X: Any, y: Any, groups: Any = None, *, offset: Any = None, weights: Any = None) -> Self:
        """Fit all members and return the estimator; with `groups`, each of several members sees a share of them.

        Parameters
        ----------
        X : array-like of shape (n, features)
        y : array-like of shape (n,) or (n, k)
            Two classes; or for each of k windows of time 1, 0 or null. The windows share one margin.
        groups : array-like of shape (n,), optional
            The person of each row.
        offset : array-like of shape (n,), optional
            Log-odds that are added to the margin of each row of the fit, for instance of a model of other centres. The
            coefficients are shrunk towards it. `margins` does not hold it: whoever scores adds it.
        weights : array-like of shape (n,), optional
            Weight of each row in the loss.

        Raises
        ------
        ValueError
            `y` is one-dimensional and does not hold exactly two classes, or its length is wrong.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        for kept in ("_of_mean", "_of_everything"):
            self.__dict__.pop(kept, None)  # they belong to the coefficients of an earlier fit
        row_weights = None if weights is None else np.asarray(weights, dtype=np.float64)
        windows = Windows.from_labels(self._label(X, y), row_weights)
        self.base_log_odds_ = windows.base_log_odds
        self.agents_ = None if groups is None else agent_samples(groups, self.members, self.group_share, self.seed)
        self.basis_ = self._basis(X)
        # Several threads add in another order, so the last bits of a result would depend on their number.
        with threadpool_limits(1, user_api="blas"):
            self.coefficients_ = self._coefficients(X, windows, groups, offset)
        self.term_variances_ = self.contributions(X)[:, :-1].var(axis=0)
        return self

    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""
        X = self._validated(X)
        margins = np.empty((len(X), self.coefficients_.shape[1]))
        # The intercept first. A sparse matrix adds one term after the other, for any number of rows; a full one may add
        # in another order for another number.
        by_member = csr_array(np.roll(self.coefficients_, 1, axis=0).T)
        for first in range(0, len(X), ROWS_PER_BLOCK):
            terms = self.basis_.values(X[first : first + ROWS_PER_BLOCK])
            with_ones = np.ones((terms.shape[1] + 1, len(terms)))
            with_ones[1:] = terms.T
            margins[first : first + ROWS_PER_BLOCK] = (by_member @ with_ones).T
        return margins

    def contributions(self, X: Any) -> np.ndarray:
        """Return the SHAP values of the mean margin, n x (features + 1), the constant last; rows sum to that margin.

        The contribution of a feature is its effect minus the mean effect over the rows of the fit, which is the SHAP
        value of a model without interactions.
        """
        return self._contributions(self._validated(X), self._of_mean)[0]

    def contributions_by_member(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the SHAP values by each member, n x (features + 1)."""
        yield from self.all_contributions(X)[0]

    def all_contributions(self, X: Any) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what `contributions_by_member` yields, and what `contributions` returns; terms are computed once."""
        *by_member, mean = self._contributions(self._validated(X), self._of_everything)
        return by_member, mean

    def gain_shares(self) -> np.ndarray:
        """Return each feature's share of the sum of the variances of the contributions; zeros if all are constant."""
        total = self.term_variances_.sum()
        return self.term_variances_ / total if total > 0 else self.term_variances_

    def _contributions(self, X: np.ndarray, regressions: _Regressions) -> np.ndarray:
        """Return the contributions by each of some regressions, regressions x n x (features + 1)."""
        count, features = len(regressions.intercepts), self.basis_.sum_by_feature.shape[0]
        contributions = np.zeros((count, len(X), X.shape[1] + 1))
        contributions[:, :, -1] = regressions.intercepts[:, None]
        for first in range(0, len(X), ROWS_PER_BLOCK):
            rows = slice(first, first + ROWS_PER_BLOCK)
            by_feature = regressions.weights @ self.basis_.values(X[rows]).T
            contributions[:, rows, :features] = by_feature.reshape(count, features, -1).transpose(0, 2, 1)
        return contributions

    @cached_property
    def _of_mean(self) -> _Regressions:
        """Return the mean regression."""
        return self._regressions([self.coefficients_.mean(axis=1)])

    @cached_property
    def _of_everything(self) -> _Regressions:
        """Return the regression of each member, and the mean one."""
        return self._regressions([*self.coefficients_.T, self.coefficients_.mean(axis=1)])

    def _regressions(self, coefficients: Sequence[np.ndarray]) -> _Regressions:
        weights = [self.basis_.sum_by_feature.multiply(of_terms[:-1]).tocsr() for of_terms in coefficients]
        return _Regressions(vstack(weights, format="csr"), np.array([of_terms[-1] for of_terms in coefficients]))

    def _basis(self, X: np.ndarray) -> Basis:
        baseline, features = set(self.baseline or ()), X.shape[1]
        segments = {
            feature: self.baseline_segments if feature in baseline else self.segments for feature in range(features)
        }
        constraints = [0] * features if self.constraints is None else list(self.constraints)
        return Basis.from_rows(X, constraints=constraints, segments=segments, categories=set(self.categories or ()))

    def _coefficients(self, X: np.ndarray, windows: Windows, groups: Any, offset: Any) -> np.ndarray:
        """Return the coefficients of each member, whose search begins at those of all rows together."""
        penalty = np.r_[np.full(len(self.basis_.terms), float(self.l2)), 0.0]
        is_bounded = np.r_[self.basis_.is_bounded, False]
        row_offset = 0.0 if offset is None else np.asarray(offset, dtype=np.float64)
        problem = Problem(self.basis_.design(X), windows, penalty, is_bounded, row_offset)
        rows_by_member = self.agents_.member_rows(groups) if self.agents_ else [None] * self.members
        everybody = minimise(problem, np.zeros(len(penalty)))
        # Members side by side, each on one thread, as the boosters are: the same coefficients in less time.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            fitted = pool.map(
                lambda rows: everybody if rows is None else minimise(_within(problem, rows), everybody), rows_by_member
            )
            return np.column_stack(list(fitted))


def _within(problem: Problem, rows: np.ndarray) -> Problem:
    """Return the problem of some rows alone: the weight of all others becomes 0."""
    weight = np.zeros(len(problem.design))
    weight[rows] = 1.0
    windows = problem.windows.weighted(weight)
    return Problem(problem.design, windows, problem.penalty, problem.is_bounded, problem.offset)
