"""The model of one kind of exit: trees that rank agents for all horizons at once, and one calibrator per horizon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.base import clone

from attrition.model.boosting import MonotoneBoosting, mean_of_members
from attrition.model.calibration import Calibrator, fit_platt
from attrition.model.epistemic import epistemic_variance, mean_member_variance
from attrition.model.splits import calibration_cuts
from attrition.model.training_set import TrainingSet

if TYPE_CHECKING:
    from attrition.model.spec import Spec

ROWS_FOR_VARIANCE = 5_000
"""Newest rows over which the variance among members is averaged."""
FIXED_SLOPE = 1e-6
"""A prior deviation of the slope so small that it stays 1."""
BASELINE_MONTHS = 24
"""A baseline along the time since hire is learnt first only from a longer history, as seasons are."""
PSEUDO_ROWS = 20
"""Rows without an exit, added to a rate that is estimated from too few exits for trees."""


@dataclass(frozen=True)
class ExitModel:
    """Trees that rank agents, and a calibrator per horizon; without trees the risk is the same for everybody.

    Attributes
    ----------
    trees : MonotoneBoosting or None
        One margin for all horizons.
    calibrators : dict of int to Calibrator
        By horizon, growing.
    rows, events : int
        Agent-months of the training, and how many of them had an exit in the longest window that was known.
    months : tuple of str
        The months of the training.
    mean_member_variance : float
        Mean variance among the members, in squared log-odds.
    """

    trees: MonotoneBoosting | None
    calibrators: dict[int, Calibrator]
    rows: int
    events: int
    months: tuple[str, ...]
    mean_member_variance: float = 0.0

    def margins(self, encoded: np.ndarray) -> np.ndarray:
        """Return each member's uncalibrated log-odds, n x members."""
        return np.zeros((len(encoded), 1)) if self.trees is None else self.trees.margins(encoded)

    def contributions(self, encoded: np.ndarray) -> np.ndarray:
        """Return each feature's part of the mean margin, n x (features + 1), the constant last."""
        return (
            np.zeros((len(encoded), encoded.shape[1] + 1)) if self.trees is None else self.trees.contributions(encoded)
        )

    def contributions_by_member(self, encoded: np.ndarray) -> Iterator[np.ndarray]:
        """Yield each member's contributions, whose mean `contributions` returns."""
        yield from [self.contributions(encoded)] if self.trees is None else self.trees.contributions_by_member(encoded)

    def gain_shares(self) -> np.ndarray:
        """Return each feature's share of the gain of the trees; empty where there are none."""
        return np.zeros(0) if self.trees is None else self.trees.gain_shares()

    def epistemic_variance(self, margins: np.ndarray) -> np.ndarray:
        """Return the variance of the mean of `margins` that comes from having been trained on these agents only."""
        if margins.shape[1] == 1 or self.trees is None:
            return np.zeros(len(margins))
        return epistemic_variance(margins, group_share=self.trees.group_share, mean_variance=self.mean_member_variance)


def fit_exits(training: TrainingSet, *, horizons: Sequence[int], spec: Spec, trees: MonotoneBoosting) -> ExitModel:
    """Fit trees on every window that is known, and calibrate each horizon on months that its trees were not fitted on.

    Parameters
    ----------
    training : TrainingSet
        With labels for every window to learn from and every horizon.
    horizons : sequence of int
        Months ahead for which there shall be a risk.
    spec : Spec
        How.
    trees : MonotoneBoosting
        Unfitted.

    Returns
    -------
    ExitModel
        The calibrator of a horizon that could not be calibrated on later months has no months.
    """
    rules, headline = spec.calibration, spec.headline
    mature = {h: sorted(training.as_of[training.labels[h].notna()].unique()) for h in horizons}
    cuts = calibration_cuts(
        mature,
        headline=headline,
        months=rules.months,
        is_enough=lambda cut: _is_trainable(training.known_at(cut), headline, spec),
    )
    trees = without_baseline_if_short(trees, training)
    final = fit_trees(trees, training, spec)
    distinct = sorted({cut for cut in cuts.values() if cut})
    earlier = {cut: fit_trees(trees, training.known_at(cut), spec) for cut in distinct}
    calibrators = {}
    for horizon, cut in cuts.items():
        on_later = _calibrate_on_later_months(earlier[cut], training.after(cut), horizon, spec) if cut else None
        calibrators[horizon] = on_later or _calibrate_to_rate(final, training, horizon)
    headline_cut = cuts[headline]
    if headline_cut and not rules.refit:
        final = earlier[headline_cut]
    longest = training.labels[_trainable_windows(training, spec)].ffill(axis=1).iloc[:, -1]
    months = _names(training.as_of[longest.notna()])
    variance = mean_member_variance(final.margins(training.encoded[-ROWS_FOR_VARIANCE:]))
    return ExitModel(final, calibrators, int(longest.notna().sum()), int(longest.sum()), months, variance)


def fit_constant_rate(training: TrainingSet, *, horizons: Sequence[int]) -> ExitModel:
    """Return a model with the same risk for everybody, for a kind of exit with too few events for trees."""
    calibrators = {}
    for horizon in horizons:
        label = training.labels[horizon].dropna()
        rate = max(label.sum(), 0.5) / (len(label) + PSEUDO_ROWS)
        calibrators[horizon] = Calibrator(intercept=float(logit(rate)))
    exits = int(training.labels[list(horizons)].max(axis=1).sum())
    return ExitModel(None, calibrators, len(training.agent), exits, _names(training.as_of))


def unfitted_trees(
    spec: Spec, constraints: list[int], *, members: int, baseline: Sequence[int] | None = None
) -> MonotoneBoosting:
    """Return the unfitted estimator of a specification; without a baseline every round uses all columns."""
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


def without_baseline_if_short(trees: MonotoneBoosting, training: TrainingSet) -> MonotoneBoosting:
    """Leave the baseline rounds out where history is too short to separate time since hire from the date of hire."""
    is_short = training.as_of.nunique() <= BASELINE_MONTHS
    return clone(trees).set_params(baseline_rounds=0) if is_short else trees


def fit_trees(trees: MonotoneBoosting, training: TrainingSet, spec: Spec) -> MonotoneBoosting:
    """Fit a clone of `trees` on the rows with at least one known window, and on the columns with enough history.

    Parameters
    ----------
    trees : MonotoneBoosting
        Its settings are used; it is not changed.
    training : TrainingSet
        Rows in canonical order.
    spec : Spec
        Names the windows.
    """
    windows = _trainable_windows(training, spec)
    labelled = training.where(training.labels[windows].notna().any(axis=1))
    has_history = labelled.as_of.nunique() >= labelled.history_months
    encoded = np.where(has_history, labelled.encoded, np.nan)
    return clone(trees).fit(encoded, labelled.labels[windows].to_numpy(), labelled.agent)


def _trainable_windows(training: TrainingSet, spec: Spec) -> list[int]:
    """Return the windows with enough mature months: a longer one known for a few early months describes only those."""
    least = spec.calibration.minimum_training_months
    mature = {ahead: training.as_of[training.labels[ahead].notna()].nunique() for ahead in spec.trees.learn_from}
    return [ahead for ahead, months in mature.items() if months >= least] or [spec.headline]


def _is_trainable(past: TrainingSet, headline: int, spec: Spec) -> bool:
    """Say whether enough months and exits are known to fit trees."""
    label = past.labels[headline]
    months, exits = past.as_of[label.notna()].nunique(), label.sum()
    return bool(months >= spec.calibration.minimum_training_months and exits >= spec.calibration.minimum_events)


def _calibrate_on_later_months(
    trees: MonotoneBoosting, later: TrainingSet, horizon: int, spec: Spec
) -> Calibrator | None:
    """Fit a horizon's calibrator on months after those the trees were fitted on; null where they hold too few exits."""
    labelled = later.where(later.labels[horizon].notna())
    label = labelled.labels[horizon].to_numpy()
    if label.sum() < spec.calibration.minimum_events:
        return None
    margin = mean_of_members(trees.margins(labelled.encoded))
    return fit_platt(margin, label, labelled.agent, months=_names(labelled.as_of))


def _calibrate_to_rate(trees: MonotoneBoosting, training: TrainingSet, horizon: int) -> Calibrator:
    """Set the intercept so that the mature months have the rate they had; the slope of the trees stays as it is."""
    mature = training.where(training.labels[horizon].notna())
    label = mature.labels[horizon].to_numpy()
    margin = mean_of_members(trees.margins(mature.encoded))
    fitted = fit_platt(margin, label, mature.agent, deviation=FIXED_SLOPE)
    return Calibrator(fitted.slope, fitted.intercept, (0.0, 0.0, 1.0 / max(float(label.sum()), 1.0)))


def _names(as_of: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({f"{month:%Y-%m}" for month in as_of.unique()}))
