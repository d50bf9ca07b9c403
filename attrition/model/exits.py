"""The model of one kind of exit (resignations, or all others): one set of trees, and one calibrator per horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.base import clone

from attrition.model.boosting import MonotoneBoosting
from attrition.model.calibration import Calibrator, fit_platt
from attrition.model.epistemic import epistemic_variance, mean_member_variance
from attrition.model.margins import mean_of_members
from attrition.model.splits import calibration_train_ends
from attrition.model.training_set import TrainingSet

if TYPE_CHECKING:
    from attrition.model.spec import Spec

ROWS_FOR_VARIANCE = 5_000
"""The variance among members (the averaged boosters) is itself averaged over this many of the newest rows."""
FIXED_SLOPE_DEVIATION = 1e-6
"""A prior deviation of the slope so small that the slope stays 1 and only the intercept is fitted."""
SHORT_HISTORY_MONTHS = 24
"""With this many months of history or fewer, the rounds on time since hire alone (the baseline) are left out."""
PSEUDO_ROWS = 20
"""Number of rows without an exit that are added when a rate is estimated from few exits, so that it is not too high."""


@dataclass(frozen=True)
class ExitModel:
    """One set of trees for all horizons, and a calibrator per horizon.

    Attributes
    ----------
    trees : MonotoneBoosting or None
        They give one margin (uncalibrated log-odds) for all horizons. None if there were too few exits to fit trees;
        the risk is then the same for everybody.
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

    trees: MonotoneBoosting | None
    calibrators: dict[int, Calibrator]
    rows: int
    events: int
    months: tuple[str, ...]
    mean_member_variance: float = 0.0

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

    def gain_shares(self) -> np.ndarray:
        """Return each feature's share of the gain of all splits; empty without trees."""
        return np.zeros(0) if self.trees is None else self.trees.gain_shares()

    def epistemic_variance(self, margins: np.ndarray) -> np.ndarray:
        """Return each row's variance of the mean margin over samples of agents; zeros if there is one member."""
        if margins.shape[1] == 1 or self.trees is None:
            return np.zeros(len(margins))
        return epistemic_variance(margins, group_share=self.trees.group_share, mean_variance=self.mean_member_variance)


def fit_exits(training: TrainingSet, *, horizons: Sequence[int], spec: Spec, trees: MonotoneBoosting) -> ExitModel:
    """Fit the trees, and a calibrator per horizon on months that the trees it was computed with were not fitted on.

    The calibrators are fitted with trees of an earlier month-end. The model then uses trees fitted on all mature
    months, unless ``calibration.refit`` is off: then it keeps the trees that the headline was calibrated with.

    Parameters
    ----------
    training : TrainingSet
        With labels for every horizon, and for every window of ``trees.learn_from``.
    horizons : sequence of int
        Months ahead that are predicted.
    spec : Spec
        Its rules for calibration, its windows and its headline are used.
    trees : MonotoneBoosting
        Unfitted; its settings are used, and it is not changed.

    Returns
    -------
    ExitModel
        Where a horizon has too few labels to be calibrated on later months, its calibrator is fitted on the months of
        the training, with slope 1, so that the mean risk is the rate there; its `months` are empty.
    """
    rules, headline = spec.calibration, spec.headline
    train_end_by_horizon = calibration_train_ends(
        {horizon: sorted(training.as_of[training.labels[horizon].notna()].unique()) for horizon in horizons},
        headline_horizon=headline,
        calibration_months=rules.months,
        has_enough_labels=lambda train_end: _is_trainable(training.known_at(train_end), headline, spec),
    )
    trees = without_baseline_if_history_is_short(trees, training)
    final_trees = fit_trees(trees, training, spec)
    train_ends = sorted({train_end for train_end in train_end_by_horizon.values() if train_end})
    earlier_trees = {train_end: fit_trees(trees, training.known_at(train_end), spec) for train_end in train_ends}
    calibrators = {}
    for horizon, train_end in train_end_by_horizon.items():
        calibrator = None
        if train_end:
            later_months = training.months_after(train_end)
            calibrator = _calibrate_on_later_months(earlier_trees[train_end], later_months, horizon, spec)
        calibrators[horizon] = calibrator or _calibrate_to_rate(final_trees, training, horizon)
    headline_train_end = train_end_by_horizon[headline]
    if headline_train_end and not rules.refit:
        final_trees = earlier_trees[headline_train_end]
    longest_known_label = training.labels[_trainable_windows(training, spec)].ffill(axis=1).iloc[:, -1]
    rows, events = int(longest_known_label.notna().sum()), int(longest_known_label.sum())
    months = _month_names(training.as_of[longest_known_label.notna()])
    variance = mean_member_variance(final_trees.margins(training.encoded[-ROWS_FOR_VARIANCE:]))
    return ExitModel(final_trees, calibrators, rows, events, months, variance)


def fit_constant_rate(training: TrainingSet, *, horizons: Sequence[int]) -> ExitModel:
    """Return a model without trees, with the same risk for everybody; used where there are too few exits for trees."""
    calibrators = {}
    for horizon in horizons:
        label = training.labels[horizon].dropna()
        rate = max(label.sum(), 0.5) / (len(label) + PSEUDO_ROWS)
        calibrators[horizon] = Calibrator(intercept=float(logit(rate)))
    exits = int(training.labels[list(horizons)].max(axis=1).sum())
    return ExitModel(None, calibrators, len(training.agent), exits, _month_names(training.as_of))


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


def without_baseline_if_history_is_short(trees: MonotoneBoosting, training: TrainingSet) -> MonotoneBoosting:
    """Return the trees, without baseline rounds if the history is short.

    In a short history, time since hire can hardly be told apart from the date of hire.
    """
    is_short = training.as_of.nunique() <= SHORT_HISTORY_MONTHS
    return clone(trees).set_params(baseline_rounds=0) if is_short else trees


def fit_trees(trees: MonotoneBoosting, training: TrainingSet, spec: Spec) -> MonotoneBoosting:
    """Return a clone of `trees` fitted on the rows with at least one known window.

    Columns that need more months of history than there are become missing values, so no tree splits on them.

    Parameters
    ----------
    trees : MonotoneBoosting
        Its settings are used; it is not changed.
    training : TrainingSet
        Rows in canonical order.
    spec : Spec
        Its windows are used that have enough mature months.
    """
    windows = _trainable_windows(training, spec)
    labelled = training.select(training.labels[windows].notna().any(axis=1))
    has_history = labelled.as_of.nunique() >= labelled.history_months
    encoded = np.where(has_history, labelled.encoded, np.nan)
    return clone(trees).fit(encoded, labelled.labels[windows].to_numpy(), labelled.agent)


def _trainable_windows(training: TrainingSet, spec: Spec) -> list[int]:
    """Return the windows to train on: those with enough mature months, or the headline if there are none.

    A long window that is known for a few early months only would describe these months, so it is left out.
    """
    min_months = spec.calibration.minimum_training_months
    mature_month_counts = {
        window: training.as_of[training.labels[window].notna()].nunique() for window in spec.trees.learn_from
    }
    return [window for window, count in mature_month_counts.items() if count >= min_months] or [spec.headline]


def _is_trainable(past: TrainingSet, headline: int, spec: Spec) -> bool:
    """Return whether enough months and exits of the headline are known to fit trees."""
    label = past.labels[headline]
    months, exits = past.as_of[label.notna()].nunique(), label.sum()
    return bool(months >= spec.calibration.minimum_training_months and exits >= spec.calibration.minimum_events)


def _calibrate_on_later_months(
    trees: MonotoneBoosting, later_months: TrainingSet, horizon: int, spec: Spec
) -> Calibrator | None:
    """Return the calibrator of a horizon, fitted on months after the training of the trees; None with too few exits."""
    labelled = later_months.select(later_months.labels[horizon].notna())
    label = labelled.labels[horizon].to_numpy()
    if label.sum() < spec.calibration.minimum_events:
        return None
    margin = mean_of_members(trees.margins(labelled.encoded))
    return fit_platt(margin, label, labelled.agent, months=_month_names(labelled.as_of))


def _calibrate_to_rate(trees: MonotoneBoosting, training: TrainingSet, horizon: int) -> Calibrator:
    """Return a calibrator with slope 1 and the intercept at which the mean risk of the mature months is their rate."""
    mature_rows = training.select(training.labels[horizon].notna())
    label = mature_rows.labels[horizon].to_numpy()
    margin = mean_of_members(trees.margins(mature_rows.encoded))
    fitted = fit_platt(margin, label, mature_rows.agent, slope_deviation=FIXED_SLOPE_DEVIATION)
    return Calibrator(fitted.slope, fitted.intercept, (0.0, 0.0, 1.0 / max(float(label.sum()), 1.0)))


def _month_names(as_of: pd.Series) -> tuple[str, ...]:
    """Return each month once, as YYYY-MM, in time order."""
    return tuple(sorted({f"{month:%Y-%m}" for month in as_of.unique()}))
