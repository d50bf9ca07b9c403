"""The model of one kind of exit (resignations, or all others): one set of trees, and one calibrator per horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit
from sklearn.base import clone

from attrition.model.blend import Blend
from attrition.model.boosting import MonotoneBoosting
from attrition.model.calibrate import calibrate, month_names
from attrition.model.calibration import Calibrator
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.epistemic import epistemic_variance, mean_member_variance
from attrition.model.margins import mean_of_members
from attrition.model.out_of_bag import expected_served_margin
from attrition.model.training_set import TrainingSet

if TYPE_CHECKING:
    from attrition.model.encode import Encoding
    from attrition.model.estimator import Estimator
    from attrition.model.spec import Spec

ROWS_FOR_VARIANCE = 5_000
"""The variance among members (the averaged boosters) is itself averaged over this many of the newest rows."""
SHORT_HISTORY_MONTHS = 24
"""With this many months of history or fewer, the rounds on time since hire alone (the baseline) are left out."""
PSEUDO_ROWS = 20
"""Number of rows without an exit that are added when a rate is estimated from few exits, so that it is not too high."""


@dataclass(frozen=True)
class ExitModel:
    """One set of trees (or a plainer estimator) for all horizons, and a calibrator per horizon.

    Attributes
    ----------
    trees : Estimator or None
        `MonotoneBoosting`, or the estimator of a plainer rung. It gives one margin (uncalibrated log-odds) for all
        horizons. With None the risk is the same for everybody.
    calibrators : dict of int to Calibrator
        By horizon in months, the shortest first.
    rows, events : int
        Agent-months of the training, and how many of them had an exit within the longest window that was known for
        them.
    months : tuple of str
        The months of the training as YYYY-MM.
    mean_member_variance : float
        Variance of the margin among the averaged boosters, averaged over recent rows; in squared log-odds.
    """

    trees: Estimator | None
    calibrators: dict[int, Calibrator]
    rows: int
    events: int
    months: tuple[str, ...]
    mean_member_variance: float = 0.0

    def tabulate(self) -> None:
        """Compute the tables of boosted trees; other estimators have none."""
        if isinstance(self.trees, (Blend, MonotoneBoosting)):
            self.trees.tabulate()

    def margins(self, encoded: np.ndarray) -> np.ndarray:
        """Return the uncalibrated log-odds by each member (averaged booster), n x members; zeros without trees."""
        return np.zeros((len(encoded), 1)) if self.trees is None else self.trees.margins(encoded)

    def contributions(self, encoded: np.ndarray) -> np.ndarray:
        """Return the SHAP values of the mean margin, n x (features + 1); the last column is the constant."""
        return (
            np.zeros((len(encoded), encoded.shape[1] + 1)) if self.trees is None else self.trees.contributions(encoded)
        )

    def contributions_by_member(self, encoded: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the contributions of one member after the other; `contributions` returns their mean."""
        yield from [self.contributions(encoded)] if self.trees is None else self.trees.contributions_by_member(encoded)

    def all_contributions(self, encoded: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """Return what `contributions_by_member` yields, and what `contributions` returns; trees are asked once."""
        if isinstance(self.trees, (Blend, MonotoneBoosting)):
            return self.trees.all_contributions(encoded)
        return list(self.contributions_by_member(encoded)), self.contributions(encoded)

    def gain_shares(self) -> np.ndarray:
        """Return each feature's share of what the estimator explains; empty without one."""
        return np.zeros(0) if self.trees is None else self.trees.gain_shares()

    def unseen_margin(self, training: TrainingSet) -> np.ndarray:
        """Return margins of training rows as if the trees had not seen their agents; NaN where all members have.

        See `attrition.model.out_of_bag.expected_served_margin`. Only a model that was just fitted can tell, since a
        saved one does not name the agents of its members.
        """
        if self.trees is None:
            return mean_of_members(self.margins(training.encoded))
        return expected_served_margin(self.trees.margins(training.encoded), self.trees.is_left_out(training.agent))

    def epistemic_variance(self, margins: np.ndarray) -> np.ndarray:
        """Return each row's variance of the mean margin over samples of agents; zeros if there is one member."""
        if margins.shape[1] == 1 or self.trees is None:
            return np.zeros(len(margins))
        return epistemic_variance(margins, group_share=self.trees.group_share, mean_variance=self.mean_member_variance)


def fit_exits(training: TrainingSet, *, horizons: Sequence[int], spec: Spec, trees: Estimator) -> ExitModel:
    """Fit the trees on all mature months, and calibrate them per horizon on agents that each member has not seen.

    Parameters
    ----------
    training : TrainingSet
        With labels for every horizon, and for every window of ``trees.learn_from``.
    horizons : sequence of int
        Months ahead that are predicted.
    spec : Spec
        Its rules for calibration, its windows and its headline are used.
    trees : Estimator
        Unfitted; its settings are used, and it is not changed.

    Returns
    -------
    ExitModel
        Its calibrators are fitted on the out-of-bag margins (`attrition.model.out_of_bag`) of the last
        ``calibration.months`` mature months of each horizon, and their level follows the newest months.
    """
    fitted_trees = fit_trees(without_baseline_if_history_is_short(trees, training), training, spec)
    margins = fitted_trees.margins(training.encoded)
    calibrators = calibrate(
        margins,
        fitted_trees.is_left_out(training.agent),
        training,
        horizons=horizons,
        months=spec.calibration.months,
    )
    longest_known_label = training.labels[trainable_windows(training, spec)].ffill(axis=1).iloc[:, -1]
    rows, events = int(longest_known_label.notna().sum()), int(longest_known_label.sum())
    months = month_names(training.as_of[longest_known_label.notna()])
    variance = mean_member_variance(margins[-ROWS_FOR_VARIANCE:])
    return ExitModel(fitted_trees, calibrators, rows, events, months, variance)


def fit_constant_rate(training: TrainingSet, *, horizons: Sequence[int]) -> ExitModel:
    """Return a model without trees, with the same risk for everybody; used where there are too few exits for trees."""
    calibrators = {}
    for horizon in horizons:
        label = training.labels[horizon].dropna()
        rate = max(label.sum(), 0.5) / (len(label) + PSEUDO_ROWS)
        ratio = float(label.mean() / rate) if len(label) else 1.0
        calibrators[horizon] = Calibrator(intercept=float(logit(rate)), observed_over_expected=ratio)
    exits = int(training.labels[list(horizons)].max(axis=1).sum())
    return ExitModel(None, calibrators, len(training.agent), exits, month_names(training.as_of))


def unfitted_trees(
    spec: Spec, constraints: list[int], *, members: int, baseline: Sequence[int] | None = None
) -> MonotoneBoosting:
    """Return the unfitted estimator of a specification.

    Parameters
    ----------
    spec : Spec
        Its settings of the trees are used.
    constraints, members, baseline
        As for `attrition.model.boosting.MonotoneBoosting`; without a baseline every round uses all columns.
    """
    trees = spec.trees
    return MonotoneBoosting(
        members,
        rounds=trees.rounds,
        depth=trees.depth,
        learning_rate=trees.learning_rate,
        min_rows_in_leaf=trees.min_rows_in_leaf,
        group_share=trees.agent_share,
        row_share=trees.row_share,
        feature_share=trees.feature_share,
        l2=trees.l2,
        bins=trees.bins,
        constraints=constraints,
        baseline=baseline,
        baseline_rounds=trees.baseline_rounds if baseline else 0,
        seed=trees.seed,
    )


def unfitted_blend(spec: Spec, encoding: Encoding) -> Estimator:
    """Return the unfitted estimator of resignations: trees blended with a regression, or trees alone at a share of 0.

    Parameters
    ----------
    spec : Spec
        Its settings of the trees and of the regression are used.
    encoding : Encoding
        The columns, with their directions.
    """
    trees = unfitted_trees(spec, encoding.constraints, members=spec.trees.members, baseline=encoding.baseline)
    if not spec.logistic.share:
        return trees
    logistic = ConstrainedLogistic(
        segments=spec.logistic.segments,
        l2=spec.logistic.l2,
        constraints=encoding.constraints,
        categories=encoding.category_columns,
        baseline=encoding.baseline,
    )
    return Blend(trees, logistic, share=spec.logistic.share)


def without_baseline_if_history_is_short(trees: Estimator, training: TrainingSet) -> Estimator:
    """Return boosted trees without baseline rounds if the history is short; any other estimator as it is.

    In a short history, time since hire can hardly be told apart from the date of hire.
    """
    is_short = training.as_of.nunique() <= SHORT_HISTORY_MONTHS
    setting = {MonotoneBoosting: "baseline_rounds", Blend: "trees__baseline_rounds"}.get(type(trees))
    return clone(trees).set_params(**{setting: 0}) if is_short and setting else trees


def fit_trees(trees: Estimator, training: TrainingSet, spec: Spec) -> Estimator:
    """Return a clone of `trees` fitted on the rows with at least one known window.

    Columns that need more months of history than there are become missing values, so no tree splits on them.

    Parameters
    ----------
    trees : Estimator
        Its settings are used; it is not changed.
    training : TrainingSet
        Rows in canonical order.
    spec : Spec
        Its windows are used that have enough mature months.
    """
    windows = trainable_windows(training, spec)
    labelled = training.select(training.labels[windows].notna().any(axis=1))
    has_history = labelled.as_of.nunique() >= labelled.history_months
    encoded = labelled.encoded if has_history.all() else np.where(has_history, labelled.encoded, np.nan)
    return clone(trees).fit(encoded, labelled.labels[windows].to_numpy(), labelled.agent)


def trainable_windows(training: TrainingSet, spec: Spec) -> list[int]:
    """Return the windows to train on: those with enough mature months, or the headline if there are none.

    A long window that is known for a few early months only would describe these months, so it is left out.
    """
    min_months = spec.calibration.minimum_training_months
    mature_month_counts = {
        window: training.as_of[training.labels[window].notna()].nunique() for window in spec.trees.learn_from
    }
    return [window for window, count in mature_month_counts.items() if count >= min_months] or [spec.headline]
