"""Two models that must know nothing, run with every retrain: one sees only noise, one learns shuffled labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.model.boosting import MonotoneBoosting
from attrition.model.metrics import Judged, auc_within_months

NOISE_FEATURES = 8
PERSISTENCE = 0.95
"""Half of the noise drifts slowly with each agent: noise that forgets at once could not reveal a missing gap."""


@dataclass(frozen=True)
class Canary:
    """A model that must know nothing: its AUC within months, its standard error, and how far off .5 it may be."""

    name: str
    auc: float
    error: float
    allowed_errors: float

    @property
    def is_quiet(self) -> bool:
        """Whether the AUC lies within the allowed standard errors of .5; an unknown AUC is not quiet."""
        return bool(abs(self.auc - 0.5) <= self.allowed_errors * self.error)


@dataclass(frozen=True)
class Trial:
    """Rows for a canary: keys, the label known at the origin (else null), the label of scored months (else null)."""

    agent: np.ndarray
    as_of: pd.Series
    known: np.ndarray
    later: np.ndarray


def noise(trial: Trial, *, seed: int, allowed_errors: float = 3.0) -> Canary:
    """Train on noise alone and judge on later months: better than chance means that time is split wrongly."""
    return _judge("noise features", trial, noise_features(trial.agent, trial.as_of, seed=seed), seed, allowed_errors)


def shuffled(trial: Trial, encoded: np.ndarray, *, seed: int, allowed_errors: float = 3.0) -> Canary:
    """Permute labels within each month, then train and judge: better than chance means that y leaks elsewhere."""
    generator = np.random.default_rng(seed)
    mixed = Trial(
        trial.agent,
        trial.as_of,
        permuted(trial.known, trial.as_of, generator),
        permuted(trial.later, trial.as_of, generator),
    )
    return _judge("shuffled labels", mixed, encoded, seed, allowed_errors)


def noise_features(agent: np.ndarray, as_of: pd.Series, *, seed: int) -> np.ndarray:
    """Draw noise, n x 8: half of it a slow random walk of each agent, half new every month."""
    agents, row_agent = np.unique(agent.astype(str), return_inverse=True)
    months, row_month = np.unique(as_of.to_numpy(), return_inverse=True)
    generator = np.random.default_rng(seed)
    drawn = np.empty((len(row_agent), NOISE_FEATURES))
    for place in range(NOISE_FEATURES):
        steps = generator.standard_normal((len(months), len(agents)), dtype=np.float32)
        if place % 2:
            drift(steps)
        drawn[:, place] = steps[row_month, row_agent]
    return drawn


def drift(steps: np.ndarray) -> None:
    """Turn white noise, months x agents, into a stationary slow walk, in place."""
    for month in range(1, len(steps)):
        steps[month] = PERSISTENCE * steps[month - 1] + np.sqrt(1 - PERSISTENCE**2) * steps[month]


def permuted(label: np.ndarray, as_of: pd.Series, generator: np.random.Generator) -> np.ndarray:
    """Permute the labels that are there within each month; nulls stay where they are."""
    mixed = label.copy()
    for rows in pd.Series(np.arange(len(label))).groupby(as_of.to_numpy()).indices.values():
        there = rows[~np.isnan(label[rows])]
        mixed[there] = generator.permutation(label[there])
    return mixed


def _judge(name: str, trial: Trial, encoded: np.ndarray, seed: int, allowed_errors: float) -> Canary:
    """Fit eager trees (they should find whatever is there) on what was known; judge on the later months."""
    train, test = ~np.isnan(trial.known), ~np.isnan(trial.later)
    trees = MonotoneBoosting(
        1, rounds=60, depth=5, learning_rate=0.1, min_rows_in_leaf=20, feature_share=0.5, seed=seed
    )
    trees.fit(encoded[train], trial.known[train])
    margin = trees.decision_function(encoded[test])
    judged = Judged(trial.later[test], margin, trial.agent[test], trial.as_of.to_numpy()[test])
    return Canary(name, *auc_within_months(judged), allowed_errors)
