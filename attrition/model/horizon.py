"""One horizon: trees that order agents, and the sigmoid, learnt on later months, that sets the level of risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logit

from attrition.model.boosting import MonotoneBoosting, mean_of_members
from attrition.model.calibration import Calibration, sigmoid
from attrition.model.doubt import typical_variance, variance
from attrition.model.splits import Calibrated, calibration_split

if TYPE_CHECKING:
    from attrition.model.spec import Spec

ROWS_FOR_DOUBT = 5_000
"""Newest rows on which the members' typical disagreement is measured."""
PSEUDO_ROWS = 20
"""Rows that never resigned, added to a rate that is learnt from too few exits for trees."""


@dataclass(frozen=True)
class Known:
    """Everything known at the month-end of a fit, in canonical order: the matrix, the keys, the labels by name."""

    encoded: np.ndarray
    agent: np.ndarray
    as_of: pd.Series
    labels: pd.DataFrame

    def where(self, rows: np.ndarray) -> Known:
        """Keep the rows of a boolean mask."""
        return Known(
            self.encoded[rows],
            self.agent[rows],
            self.as_of[rows].reset_index(drop=True),
            self.labels[rows].reset_index(drop=True),
        )


@dataclass(frozen=True)
class HorizonModel:
    """Trees, their calibration, and on what both were learnt; without trees the risk is the same for everybody.

    `typical_variance` is how far the members disagree on average, in squared log-odds.
    """

    trees: MonotoneBoosting | None
    calibration: Calibration
    rows: int
    events: int
    months: tuple[str, ...]
    typical_variance: float = 0.0

    def margins(self, encoded: np.ndarray) -> np.ndarray:
        """Give each member's uncalibrated log-odds, n x members."""
        return np.zeros((len(encoded), 1)) if self.trees is None else self.trees.margins(encoded)

    def doubt(self, margins: np.ndarray) -> np.ndarray:
        """Give the variance of the mean of `margins` that comes from having seen these agents and no others."""
        share = self.trees.group_share if self.trees is not None else 0.0
        return variance(margins, group_share=share, typical=self.typical_variance)

    def log_odds(self, encoded: np.ndarray) -> np.ndarray:
        """Give calibrated log-odds."""
        return self.calibration.log_odds(mean_of_members(self.margins(encoded)))


def fit_horizon(known: Known, *, horizon: int, spec: Spec, constraints: list[int], members: int) -> HorizonModel:
    """Grow trees on mature labels and calibrate them on the last mature months, a gap of the horizon apart.

    Parameters
    ----------
    known : Known
        Rows in canonical order; ``labels["voluntary_<horizon>"]`` is null where immature.
    horizon : int
        Months ahead.
    spec : Spec
        How trees are grown and calibrated.
    constraints : list of {-1, 0, 1}
        Direction of risk along each column.
    members : int
        Boosters to average.

    Returns
    -------
    HorizonModel
        Uncalibrated (slope 1) where history is too short for a gap, recognisable by no months of calibration.
    """
    mature = known.where(known.labels[f"voluntary_{horizon}"].notna().to_numpy())
    label = mature.labels[f"voluntary_{horizon}"].to_numpy()
    trees = trees_of(spec, constraints, members)
    split = _split(mature.as_of, label, horizon=horizon, spec=spec)
    if split is None:
        rough = Calibration(covariance=(0.0, 0.0, 1.0 / max(float(label.sum()), 1.0)))
        return _described(trees.fit(mature.encoded, label, mature.agent), rough, mature, label)
    training, later = split.training, split.calibration
    trees.fit(mature.encoded[training], label[training], mature.agent[training])
    margin = trees.decision_function(mature.encoded[later])
    months = tuple(_names(mature.as_of[later]))
    found = sigmoid(margin, label[later], mature.agent[later], months=months)
    if spec.calibration.refit:
        trees = trees_of(spec, constraints, members).fit(mature.encoded, label, mature.agent)
        return _described(trees, found, mature, label)
    return _described(trees, found, mature.where(training), label[training])


def _split(as_of: pd.Series, label: np.ndarray, *, horizon: int, spec: Spec) -> Calibrated | None:
    """Hold back the declared months for calibration, or half of them where history is short, or give up."""
    rules = spec.calibration
    for months in (rules.months, rules.months // 2):
        split = calibration_split(as_of, months=max(months, 1), horizon=horizon)
        events = min(label[split.training].sum(), label[split.calibration].sum())
        if as_of[split.training].nunique() >= rules.minimum_training_months and events >= rules.minimum_events:
            return split
    return None


def fit_involuntary(known: Known, *, horizon: int, spec: Spec) -> HorizonModel:
    """Grow the smaller model of the competing exits: one booster, uncalibrated; a rate where exits are few."""
    mature = known.where(known.labels[f"involuntary_{horizon}"].notna().to_numpy())
    label = mature.labels[f"involuntary_{horizon}"].to_numpy()
    events = label.sum()
    if events < spec.calibration.minimum_events:
        rate = max(events, 0.5) / (len(label) + PSEUDO_ROWS)
        return _described(None, Calibration(intercept=float(logit(rate))), mature, label)
    small = spec.model_copy(
        update={
            "trees": spec.trees.model_copy(
                update={"rounds": spec.involuntary.rounds, "depth": spec.involuntary.depth, "learning_rate": 0.08}
            )
        }
    )
    trees = trees_of(small, [0] * mature.encoded.shape[1], 1).fit(mature.encoded, label)
    return _described(trees, Calibration(), mature, label)


def trees_of(spec: Spec, constraints: list[int], members: int) -> MonotoneBoosting:
    """Give the unfitted estimator that a specification declares."""
    grown = spec.trees
    return MonotoneBoosting(
        members,
        rounds=grown.rounds,
        depth=grown.depth,
        learning_rate=grown.learning_rate,
        min_rows_in_leaf=grown.min_rows_in_leaf,
        group_share=grown.agent_share,
        row_share=grown.row_share,
        feature_share=grown.feature_share,
        l2=grown.l2,
        bins=grown.bins,
        constraints=constraints,
        seed=grown.seed,
    )


def _described(
    trees: MonotoneBoosting | None, calibration: Calibration, mature: Known, label: np.ndarray
) -> HorizonModel:
    months = tuple(_names(mature.as_of))
    typical = 0.0 if trees is None else typical_variance(trees.margins(mature.encoded[-ROWS_FOR_DOUBT:]))
    return HorizonModel(trees, calibration, len(label), int(label.sum()), months, typical)


def _names(as_of: pd.Series) -> list[str]:
    return sorted({f"{month:%Y-%m}" for month in as_of.unique()})
