"""One kind of exit: trees that order agents for all horizons at once, and a sigmoid per horizon that sets the level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.base import clone

from attrition.model.boosting import MonotoneBoosting, mean_of_members
from attrition.model.calibration import Calibration, sigmoid
from attrition.model.doubt import typical_variance, variance
from attrition.model.known import Known
from attrition.model.splits import calibration_cuts

if TYPE_CHECKING:
    from attrition.model.spec import Spec

ROWS_FOR_DOUBT = 5_000
"""Newest rows on which the members' typical disagreement is measured."""
SURE = 1e-6
"""A deviation of the slope so small that it stays 1."""
BASELINE_MONTHS = 24
"""A baseline along the time since hire is learnt first only from a longer history, as seasons are."""
PSEUDO_ROWS = 20
"""Rows that never left, added to a rate that is learnt from too few exits for trees."""


@dataclass(frozen=True)
class ExitModel:
    """What orders agents, and what sets the level of each horizon; without trees the risk is the same for everybody.

    Attributes
    ----------
    trees : MonotoneBoosting or None
        One margin for all horizons.
    levels : dict of int to Calibration
        By horizon, growing.
    rows, events : int
        Agent-months that were learnt from, and how many of them had an exit in the longest window that was known.
    months : tuple of str
        The months that were learnt from.
    typical_variance : float
        How far the members disagree on average, in squared log-odds.
    """

    trees: MonotoneBoosting | None
    levels: dict[int, Calibration]
    rows: int
    events: int
    months: tuple[str, ...]
    typical_variance: float = 0.0

    def margins(self, encoded: np.ndarray) -> np.ndarray:
        """Give each member's uncalibrated log-odds, n x members."""
        return np.zeros((len(encoded), 1)) if self.trees is None else self.trees.margins(encoded)

    def contributions(self, encoded: np.ndarray) -> np.ndarray:
        """Give each feature's part of the mean margin, n x (features + 1), the constant last."""
        return (
            np.zeros((len(encoded), encoded.shape[1] + 1)) if self.trees is None else self.trees.contributions(encoded)
        )

    def contributions_by_member(self, encoded: np.ndarray) -> Iterator[np.ndarray]:
        """Yield each member's contributions, as `contributions` gives their mean."""
        yield from [self.contributions(encoded)] if self.trees is None else self.trees.contributions_by_member(encoded)

    def gain_shares(self) -> np.ndarray:
        """Give each feature's share of the gain of the trees; nothing where there are none."""
        return np.zeros(0) if self.trees is None else self.trees.gain_shares()

    def doubt(self, margins: np.ndarray) -> np.ndarray:
        """Give the variance of the mean of `margins` that comes from having seen these agents and no others."""
        if margins.shape[1] == 1 or self.trees is None:
            return np.zeros(len(margins))
        return variance(margins, group_share=self.trees.group_share, typical=self.typical_variance)


def fit_exits(known: Known, *, horizons: Sequence[int], spec: Spec, trees: MonotoneBoosting) -> ExitModel:
    """Grow trees on every window that is known, and calibrate each horizon on later months than its trees had seen.

    Parameters
    ----------
    known : Known
        Rows in canonical order, with labels for every window learnt from and every horizon.
    horizons : sequence of int
        Months ahead for which a risk is claimed.
    spec : Spec
        How.
    trees : MonotoneBoosting
        Unfitted.

    Returns
    -------
    ExitModel
        A horizon that could not be calibrated on later months is recognisable by no months of calibration.
    """
    rules, headline = spec.calibration, spec.headline
    mature = {h: sorted(known.as_of[known.labels[h].notna()].unique()) for h in horizons}
    cuts = calibration_cuts(
        mature, headline=headline, months=rules.months, is_enough=lambda cut: _teaches(known.at(cut), headline, spec)
    )
    trees = suited(trees, known)
    final = grown(trees, known, spec)
    earlier = {cut: grown(trees, known.at(cut), spec) for cut in sorted({cut for cut in cuts.values() if cut})}
    levels = {}
    for horizon, cut in cuts.items():
        found = _on_later_months(earlier[cut], known.after(cut), horizon, spec) if cut else None
        levels[horizon] = found or _at_the_rate(final, known, horizon)
    calibrated = cuts[headline]
    if calibrated and not rules.refit:
        final = earlier[calibrated]
    longest = known.labels[_learnable(known, spec)].ffill(axis=1).iloc[:, -1]
    months = _names(known.as_of[longest.notna()])
    typical = typical_variance(final.margins(known.encoded[-ROWS_FOR_DOUBT:]))
    return ExitModel(final, levels, int(longest.notna().sum()), int(longest.sum()), months, typical)


def rate_alone(known: Known, *, horizons: Sequence[int]) -> ExitModel:
    """Give everybody the same risk, where there are too few exits of a kind for trees."""
    levels = {}
    for horizon in horizons:
        label = known.labels[horizon].dropna()
        rate = max(label.sum(), 0.5) / (len(label) + PSEUDO_ROWS)
        levels[horizon] = Calibration(intercept=float(logit(rate)))
    exits = int(known.labels[list(horizons)].max(axis=1).sum())
    return ExitModel(None, levels, len(known.agent), exits, _names(known.as_of))


def trees_of(
    spec: Spec, constraints: list[int], *, members: int, baseline: Sequence[int] | None = None
) -> MonotoneBoosting:
    """Give the unfitted estimator that a specification declares; without a baseline all columns begin together."""
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
        baseline=baseline,
        baseline_rounds=grown.baseline_rounds if baseline else 0,
        seed=grown.seed,
    )


def suited(trees: MonotoneBoosting, known: Known) -> MonotoneBoosting:
    """Leave the baseline out where history is too short to tell how long people are here from when they came."""
    short = known.as_of.nunique() <= BASELINE_MONTHS
    return clone(trees).set_params(baseline_rounds=0) if short else trees


def grown(trees: MonotoneBoosting, known: Known, spec: Spec) -> MonotoneBoosting:
    """Grow fresh trees on the rows of which at least one window is known, from columns with enough history.

    Parameters
    ----------
    trees : MonotoneBoosting
        Its settings are taken; it stays as it is.
    known : Known
        Rows in canonical order.
    spec : Spec
        Names the windows.
    """
    windows = _learnable(known, spec)
    taught = known.where(known.labels[windows].notna().any(axis=1))
    learnable = taught.as_of.nunique() >= taught.history_months
    encoded = np.where(learnable, taught.encoded, np.nan)
    return clone(trees).fit(encoded, taught.labels[windows].to_numpy(), taught.agent)


def _learnable(known: Known, spec: Spec) -> list[int]:
    """Keep the windows with enough mature months: a longer one known of a few early months tells of those alone."""
    least = spec.calibration.minimum_training_months
    mature = {ahead: known.as_of[known.labels[ahead].notna()].nunique() for ahead in spec.trees.learn_from}
    return [ahead for ahead, months in mature.items() if months >= least] or [spec.headline]


def _teaches(past: Known, headline: int, spec: Spec) -> bool:
    """Tell whether enough months and exits are known to grow trees on."""
    label = past.labels[headline]
    months, exits = past.as_of[label.notna()].nunique(), label.sum()
    return bool(months >= spec.calibration.minimum_training_months and exits >= spec.calibration.minimum_events)


def _on_later_months(trees: MonotoneBoosting, later: Known, horizon: int, spec: Spec) -> Calibration | None:
    """Learn a horizon's sigmoid on months that the trees had not seen; nothing where they hold too few exits."""
    seen = later.where(later.labels[horizon].notna())
    label = seen.labels[horizon].to_numpy()
    if label.sum() < spec.calibration.minimum_events:
        return None
    margin = mean_of_members(trees.margins(seen.encoded))
    return sigmoid(margin, label, seen.agent, months=_names(seen.as_of))


def _at_the_rate(trees: MonotoneBoosting, known: Known, horizon: int) -> Calibration:
    """Set the level so that the mature months have the rate they had, with the slope of the trees as it is."""
    mature = known.where(known.labels[horizon].notna())
    label = mature.labels[horizon].to_numpy()
    margin = mean_of_members(trees.margins(mature.encoded))
    found = sigmoid(margin, label, mature.agent, deviation=SURE)
    return Calibration(found.slope, found.intercept, (0.0, 0.0, 1.0 / max(float(label.sum()), 1.0)))


def _names(as_of: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({f"{month:%Y-%m}" for month in as_of.unique()}))
