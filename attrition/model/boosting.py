"""Boosted trees with monotone constraints: the mean of several LightGBM boosters trained on different agents."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from sklearn.utils.validation import validate_data

from attrition.model.agent_samples import agent_samples
from attrition.model.margins import MeanOfMembers
from attrition.model.tree_tables import TreeTables, tabulate_trees
from attrition.model.windows import Windows

ROWS_FOR_BINS = 20_000
"""Number of rows from which the edges of the bins are computed; all rows of a large table would take twice as long."""

ROWS_OF_ONE_THREAD = 256
"""So few rows are scored by LightGBM on one thread: anything else takes longer. The scores are the same."""
BASELINE_STEP_FACTOR = 4.0
"""Factor of the learning rate in the rounds on the baseline columns: few columns do not need small steps."""


class MonotoneBoosting(MeanOfMembers):
    """Mean, in log-odds, of LightGBM boosters that differ in their seed and in the agents they are trained on.

    The same rows in the same order give the same trees for any number of threads. Two single boosters that differ in
    their seed share only about two thirds of the top tenth of agents; the mean of five is more stable. Classes are not
    weighted or resampled, since that would destroy the calibration of the risk.

    Parameters
    ----------
    members : int
        Number of boosters that are averaged.
    rounds, depth, learning_rate : int, int, float
        Trees per booster, splits from root to leaf, and shrinkage.
    min_rows_in_leaf : int
        Smallest leaf, in rows.
    group_share, row_share, feature_share : float
        Share of the groups that each member is trained on, share of the rows drawn in each round, and share of the
        features drawn for each tree.
    l2 : float
        Penalty on leaf values.
    bins : int
        Largest number of bins per feature.
    constraints : sequence of {-1, 0, 1} or None
        Direction of risk along each column; None for no constraint.
    baseline : sequence of int or None
        Columns that the first `baseline_rounds` trees use alone. What these columns explain is then credited to them,
        and not divided by chance among correlated columns. None for no such rounds.
    baseline_rounds : int
        Trees per booster that use the baseline columns alone, with a learning rate `BASELINE_STEP_FACTOR` times as
        large.
    seed : int
        Seed of the first member; the seeds of the others are computed from it.
    n_jobs : int or None
        Number of members fitted in parallel, and of threads for predictions; None for the number of processors.

    Attributes
    ----------
    boosters_ : list of lightgbm.Booster
    agents_ : AgentSamples or None
        Which groups each member was trained on; None without groups. It is not saved with a model.
    base_log_odds_ : ndarray of shape (k,)
        Log-odds of the base rate of each window of `y`; the boosters' margins are added to it.
    classes_ : ndarray of shape (2,)

    Examples
    --------
    >>> x = np.arange(200.0).reshape(-1, 1)
    >>> model = MonotoneBoosting(members=2, rounds=20, constraints=[1]).fit(x, x.ravel() > 120)
    >>> risk = model.predict_proba(x)[:, 1]
    >>> bool((np.diff(risk) >= 0).all())
    True
    """

    def __init__(  # noqa: PLR0913 - scikit-learn: one argument per hyperparameter, no other way in
        self,
        members: int = 5,
        *,
        rounds: int = 100,
        depth: int = 4,
        learning_rate: float = 0.1,
        min_rows_in_leaf: int = 20,
        group_share: float = 0.7,
        row_share: float = 0.7,
        feature_share: float = 1.0,
        l2: float = 1.0,
        bins: int = 63,
        constraints: Sequence[int] | None = None,
        baseline: Sequence[int] | None = None,
        baseline_rounds: int = 0,
        seed: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.members = members
        self.rounds = rounds
        self.depth = depth
        self.learning_rate = learning_rate
        self.min_rows_in_leaf = min_rows_in_leaf
        self.group_share = group_share
        self.row_share = row_share
        self.feature_share = feature_share
        self.l2 = l2
        self.bins = bins
        self.constraints = constraints
        self.baseline = baseline
        self.baseline_rounds = baseline_rounds
        self.seed = seed
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, groups: Any = None, *, weights: Any = None) -> Self:
        """Fit all members and return the estimator; with `groups`, each of several members sees a share of them.

        Parameters
        ----------
        X : array-like of shape (n, features)
        y : array-like of shape (n,) or (n, k)
            Two classes; or for each of k windows of time 1, 0 or null. The windows share one margin.
        groups : array-like of shape (n,), optional
            The person of each row. The variance among members that are fitted on different people estimates how much
            the result would differ for another sample of people; the variance among seeds alone does not.
        weights : array-like of shape (n,), optional
            Weight of each row in the loss.

        Raises
        ------
        ValueError
            `y` is one-dimensional and does not hold exactly two classes, or its length is wrong.
        """
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.__dict__.pop("_tables", None)  # the cached tables belong to the trees of an earlier fit
        row_weights = None if weights is None else np.asarray(weights, dtype=np.float64)
        windows = Windows.from_labels(self._label(X, y), row_weights)
        self.base_log_odds_ = windows.base_log_odds
        parameters = self._parameters(self.seed)
        data = lgb.Dataset(X, label=np.zeros(len(X)), params=parameters, free_raw_data=True).construct()
        seeds = [self.seed + 1000 * member for member in range(self.members)]
        self.agents_ = None if groups is None else agent_samples(groups, self.members, self.group_share, self.seed)
        rows_by_member = self.agents_.member_rows(groups) if self.agents_ else [None] * self.members
        # Each member uses one thread, and members are fitted in parallel. On tables of this size that is several times
        # faster than several threads inside a member, which wait for each other at every split.
        with ThreadPoolExecutor(max_workers=self.n_jobs or os.cpu_count()) as pool:
            self.boosters_ = list(
                pool.map(lambda seed, rows: self._fit_member(data, windows, seed, rows), seeds, rows_by_member)
            )
        return self

    def tabulate(self) -> None:
        """Compute the tables that margins and SHAP values of many rows are looked up in, else made for the first."""
        if self._tables is not None:
            self._tables.tabulate_shap()

    def margins(self, X: Any) -> np.ndarray:
        """Return the log-odds by each member, without `base_log_odds_`; n x members.

        Those of many rows are looked up in tables where the trees have few splits, and are the same bit for bit.
        """
        X = self._validated(X)
        if len(X) > ROWS_OF_ONE_THREAD and self._tables is not None:
            return self._tables.margins(X, threads=self.n_jobs)
        threads = self._threads_for(X)
        columns = [booster.predict(X, raw_score=True, num_threads=threads) for booster in self.boosters_]
        return np.column_stack(columns)

    def contributions(self, X: Any) -> np.ndarray:
        """Return the SHAP values of the mean margin, n x (features + 1), the constant last; rows sum to that margin."""
        X = self._validated(X)
        if self._tables is not None:
            return self._tables.contributions(X, threads=self.n_jobs)
        return sum(self.contributions_by_member(X), start=np.zeros(1)) / len(self.boosters_)

    def contributions_by_member(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the SHAP values by each member, n x (features + 1)."""
        X = self._validated(X)
        if self._tables is not None:
            yield from self._tables.contributions_by_member(X, threads=self.n_jobs)
            return
        for booster in self.boosters_:  # one member at a time to save memory
            yield booster.predict(X, pred_contrib=True, num_threads=self._threads_for(X))

    def all_contributions(self, X: Any) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what `contributions_by_member` yields, and what `contributions` returns."""
        by_member = list(self.contributions_by_member(X))
        return by_member, sum(by_member, start=np.zeros(1)) / len(by_member)

    def gain_shares(self) -> np.ndarray:
        """Return each feature's share of the total gain of all splits; zeros if no tree has a split."""
        gain = np.sum([booster.feature_importance("gain") for booster in self.boosters_], axis=0)
        return gain / gain.sum() if gain.sum() > 0 else gain

    @cached_property
    def _tables(self) -> TreeTables | None:
        """Return the trees of all members as tables; None where a tree has too many splits."""
        return tabulate_trees(self.boosters_)

    def _threads_for(self, X: np.ndarray) -> int:
        """Return how many threads LightGBM starts for some rows; 0 is as many as there are processors."""
        return 1 if len(X) <= ROWS_OF_ONE_THREAD else self.n_jobs or 0

    def _fit_member(self, data: lgb.Dataset, windows: Windows, seed: int, rows: np.ndarray | None) -> lgb.Booster:
        """Return one booster, fitted on some rows or on all: first on the baseline columns, then on all columns."""
        member_data, labels = (data, windows) if rows is None else (data.subset(rows.tolist()), windows.select(rows))
        parameters = self._parameters(seed) | {"objective": "none"}
        baseline_parameters, all_parameters = self._phases(data.num_feature())
        booster = lgb.Booster(parameters | baseline_parameters, member_data)
        for _ in range(self.baseline_rounds if baseline_parameters else 0):
            booster.update(fobj=labels.loss)
        booster.reset_parameter(all_parameters)
        for _ in range(self.rounds):
            booster.update(fobj=labels.loss)
        # Reading the model back from text drops the training data, which the booster would otherwise keep in memory.
        return booster.model_from_string(booster.model_to_string()).free_dataset()

    def _phases(self, columns: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the LightGBM parameters of the rounds on the baseline columns, and those of the rounds on all columns.

        A feature_contri of 0 keeps a column from being split on. Both are empty without a baseline.
        """
        if not self.baseline:
            return {}, {}
        is_baseline = [float(column in self.baseline) for column in range(columns)]
        rate = BASELINE_STEP_FACTOR * self.learning_rate
        baseline = {"feature_contri": is_baseline, "feature_fraction": 1.0, "learning_rate": rate}
        all_columns = {"feature_contri": [1.0] * columns, "feature_fraction": self.feature_share}
        return baseline, all_columns | {"learning_rate": self.learning_rate}

    def _parameters(self, seed: int) -> dict[str, Any]:
        return {
            "num_leaves": 2**self.depth,
            "max_depth": self.depth,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.min_rows_in_leaf,
            "feature_pre_filter": False,
            "bagging_fraction": self.row_share,
            "bagging_freq": 1 if self.row_share < 1 else 0,
            "feature_fraction": self.feature_share,
            "lambda_l2": self.l2,
            "max_bin": self.bins,
            "bin_construct_sample_cnt": ROWS_FOR_BINS,
            "monotone_constraints": list(self.constraints) if self.constraints is not None else None,
            "seed": seed,
            "data_random_seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }
