"""The tenure rung: a rate of resigning for each band of tenure, and for each month of the year, around a prior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from attrition.model.agent_samples import agent_samples
from attrition.model.windows import Windows

MAX_NEWTON_STEPS = 50
MONTHS = 12


class TenureSeason(BaseEstimator):
    """Mean, in log-odds, of penalised logistic regressions on bands of tenure and months of the year.

    Each effect is drawn towards that of the prior. The penalty is worth a number of resignations, counted as people.

    Parameters
    ----------
    members : int
        Number of regressions that are averaged, each fitted on a share of the agents.
    tenure, month : int or None
        Positions of the columns with the time since hire and the code of the month of the year; None without one.
    until : sequence of float
        Upper ends of the bands of tenure, in the unit of the column; a value on an end lies in the next band.
    prior_log_odds : sequence of float
        What the prior says of each band, one more than there are ends; only the differences between bands matter.
    shape_worth, season_worth : float
        How many resignations the prior of a band, and of a month without an effect, are worth.
    group_share : float
        Share of the agents that each member is fitted on.
    seed : int
        Seed of the order of the agents.

    Attributes
    ----------
    bands_ : ndarray of shape (members, bands + 1)
        Log-odds of each band; the last is of rows without a tenure.
    months_ : ndarray of shape (members, 13)
        Log-odds of each code of a month; the last is of rows without one.
    means_ : ndarray of shape (2,)
        Mean log-odds of bands and months over the rows of the fit, which belong to the constant.
    shares_ : ndarray of shape (features,)
        Share of each column in the variance of the margins.
    base_log_odds_ : ndarray of shape (k,)
        Log-odds of the base rate of each window.

    Examples
    --------
    >>> days = np.repeat([[10.0], [900.0]], 500, axis=0)
    >>> resigned = np.r_[np.repeat([1.0, 0.0], [100, 400]), np.repeat([1.0, 0.0], [10, 490])]
    >>> model = TenureSeason(2, tenure=0, until=[365.0], prior_log_odds=[0.0, 0.0]).fit(days, resigned)
    >>> margin = model.margins(np.array([[10.0], [900.0], [np.nan]])).mean(axis=1)
    >>> bool(margin[0] > margin[2] > margin[1])
    True
    """

    def __init__(  # noqa: PLR0913 - scikit-learn: one argument per hyperparameter, no other way in
        self,
        members: int = 6,
        *,
        tenure: int | None = None,
        month: int | None = None,
        until: Sequence[float] = (),
        prior_log_odds: Sequence[float] = (0.0,),
        shape_worth: float = 10.0,
        season_worth: float = 30.0,
        group_share: float = 0.7,
        seed: int = 0,
    ) -> None:
        self.members = members
        self.tenure = tenure
        self.month = month
        self.until = until
        self.prior_log_odds = prior_log_odds
        self.shape_worth = shape_worth
        self.season_worth = season_worth
        self.group_share = group_share
        self.seed = seed

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Fit every member and return the estimator.

        Parameters
        ----------
        X : array of shape (n, features)
        y : array of shape (n,) or (n, k)
            For each of k windows of time 1, 0 or null.
        groups : array of shape (n,), optional
            The person of each row; without it every row is a person.
        """
        X, label = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        windows = Windows.from_labels(label.reshape(len(label), -1))
        groups = np.arange(len(X)) if groups is None else np.asarray(groups)
        self.base_log_odds_ = windows.base_log_odds
        self.agents_ = agent_samples(groups, self.members, self.group_share, self.seed)
        cells = self._cells(X)
        effects = [self._fit_member(cells[rows], windows.label[rows], groups[rows]) for rows in self._rows(groups)]
        bands = len(self.prior_log_odds) + 1
        self.bands_, self.months_ = np.array(effects)[:, :bands], np.array(effects)[:, bands:]
        parts = np.column_stack([self.bands_.mean(axis=0)[cells[:, 0]], self.months_.mean(axis=0)[cells[:, 1]]])
        self.means_ = parts.mean(axis=0)
        self.shares_ = self._shares(parts.var(axis=0), X.shape[1])
        return self

    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members."""
        check_is_fitted(self)
        cells = self._cells(np.asarray(X, dtype=np.float64))
        return (self.bands_[:, cells[:, 0]] + self.months_[:, cells[:, 1]]).T

    def contributions(self, X: Any) -> np.ndarray:
        """Return what each column adds to the mean margin, n x (features + 1), the constant last."""
        return sum(self.contributions_by_member(X), start=np.zeros(1)) / self.members

    def contributions_by_member(self, X: Any) -> Iterator[np.ndarray]:
        """Yield what each column adds to the margin of one member after the other, n x (features + 1)."""
        check_is_fitted(self)
        X = np.asarray(X, dtype=np.float64)
        cells = self._cells(X)
        for bands, months in zip(self.bands_, self.months_, strict=True):
            parts = np.zeros((len(X), X.shape[1] + 1))
            parts[:, -1] = self.means_.sum()
            for column, effects, cell, mean in self._columns(bands, months, cells):
                parts[:, -1 if column is None else column] += effects[cell] - mean
            yield parts

    def is_left_out(self, agent: Any) -> np.ndarray:
        """Return for each row and member whether the member was fitted without the row's agent; n x members."""
        return self.agents_.is_left_out(agent)

    def gain_shares(self) -> np.ndarray:
        """Return each column's share of the variance of the margins; zeros if everybody has the same."""
        return self.shares_

    def _columns(self, bands: np.ndarray, months: np.ndarray, cells: np.ndarray) -> list[tuple[Any, ...]]:
        """Return for tenure and month the column, the effects, each row's cell, and the mean in the constant."""
        return [
            (self.tenure, bands, cells[:, 0], self.means_[0]),
            (self.month, months, cells[:, 1], self.means_[1]),
        ]

    def _shares(self, variances: np.ndarray, columns: int) -> np.ndarray:
        shares = np.zeros(columns)
        for column, variance in zip((self.tenure, self.month), variances, strict=True):
            if column is not None and variances.sum() > 0:
                shares[column] += variance / variances.sum()
        return shares

    def _cells(self, X: np.ndarray) -> np.ndarray:
        """Return the band of tenure and the code of the month of each row, n x 2; the last code is for unknown."""
        nothing = np.full(len(X), np.nan)
        tenure, month = (nothing if column is None else X[:, column] for column in (self.tenure, self.month))
        band = np.searchsorted(np.asarray(self.until, dtype=float), tenure, side="right")
        band = np.where(np.isnan(tenure), len(self.prior_log_odds), band)
        return np.column_stack([band, np.where(np.isnan(month), MONTHS, np.nan_to_num(month))]).astype(int)

    def _rows(self, groups: np.ndarray) -> list[np.ndarray]:
        return [np.arange(len(groups))] if self.members == 1 else self.agents_.member_rows(groups)

    def _fit_member(self, cells: np.ndarray, label: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Return the log-odds of all bands, then of all months, by Newton's method on the counts of each cell."""
        bands = len(self.prior_log_odds) + 1
        names, codes = np.unique(cells[:, 0] * (MONTHS + 1) + cells[:, 1], return_inverse=True)
        rows, events = (_sum_by_cell(values, codes, len(names)) for values in (~np.isnan(label), np.nan_to_num(label)))
        design = np.zeros((len(names), bands + MONTHS + 2))
        design[np.arange(len(names)), names // (MONTHS + 1)] = 1.0
        design[np.arange(len(names)), bands + names % (MONTHS + 1)] = 1.0
        design[:, -1] = 1.0  # an intercept of its own, without a penalty
        people = len(np.unique(groups[np.nansum(label, axis=1) > 0]))
        repeats = max(events.sum() / max(people, 1), 1.0)  # the same resignation lies in several windows and months
        penalty = repeats * np.r_[np.full(bands, self.shape_worth), np.full(MONTHS + 1, self.season_worth), 1e-6]
        prior = np.r_[self.prior_log_odds, np.mean(self.prior_log_odds), np.zeros(MONTHS + 2)]
        effects = prior.copy()
        for _ in range(MAX_NEWTON_STEPS):
            risk = expit((design @ effects)[:, None] + self.base_log_odds_)
            gradient = design.T @ (events - rows * risk).sum(axis=1) - penalty * (effects - prior)
            curvature = (design * (rows * risk * (1.0 - risk)).sum(axis=1)[:, None]).T @ design + np.diag(penalty)
            step = np.clip(np.linalg.solve(curvature, gradient), -1.0, 1.0)
            effects = effects + step
            if np.abs(step).max() < 1e-9:
                break
        return np.r_[effects[:bands] + effects[-1], effects[bands:-1]]


def _sum_by_cell(values: np.ndarray, codes: np.ndarray, cells: int) -> np.ndarray:
    """Return the sums of n x windows values over the rows of each cell."""
    return np.column_stack([np.bincount(codes, weights=column, minlength=cells) for column in values.T.astype(float)])
