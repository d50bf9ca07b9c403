"""Two models that must know nothing, run with every retrain: one sees only noise, one learns shuffled labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attrition.model.boosting import MonotoneBoosting
from attrition.model.metrics import Judged, auc_within_months

NOISE_FEATURES = 8
DRAWS = 4
"""Times that the noise is drawn and trees are grown on it; how far they differ counts as error too."""
HISTORY = (0, 3, 6, 9, 12, 18, 24, 36, 60)
"""Upper ends of the bands of how many months of an agent were trained on.

Agents seen for long in training have stayed for long, and an agent known by its noise would be told to be safe by
that alone; that is tenure, and no leak. So noise is judged among agents that were seen for about equally long.
"""


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
    """Train on noise alone and judge on later months: better than chance means that time is split wrongly.

    The AUC is the mean over several draws of the noise. Its error joins chance in who the agents were with chance in
    what noise was drawn: with a single draw the second would be left out, and a good model stopped by it.
    """
    months = pd.factorize(trial.as_of)[0] * (len(HISTORY) + 1)
    peers = months + np.searchsorted(HISTORY, months_trained(trial))
    found = np.array(
        [
            _judged(trial, noise_features(trial.agent, trial.as_of, seed=seed + draw), peers, seed + draw)
            for draw in range(DRAWS)
        ]
    )
    areas, errors = found.T
    error = np.sqrt((errors**2).mean() + areas.var(ddof=1) / DRAWS)
    return Canary("noise features", float(areas.mean()), float(error), allowed_errors)


def shuffled(trial: Trial, encoded: np.ndarray, *, seed: int, allowed_errors: float = 3.0) -> Canary:
    """Permute labels within each month, then train and judge: better than chance means that y leaks elsewhere."""
    generator = np.random.default_rng(seed)
    known = permuted(trial.known, trial.as_of, generator)
    later = permuted(trial.later, trial.as_of, generator)
    mixed = replace(trial, known=known, later=later)
    months = pd.factorize(trial.as_of)[0]
    return Canary("shuffled labels", *_judged(mixed, encoded, months, seed), allowed_errors)


def noise_features(agent: np.ndarray, as_of: pd.Series, *, seed: int) -> np.ndarray:
    """Draw noise, n x 8: half of it stays with its agent for ever, half is new every month.

    Noise that forgets at once could not tell that an agent of the test was trained on.
    """
    agents, row_agent = np.unique(agent.astype(str), return_inverse=True)
    months, row_month = np.unique(as_of.to_numpy(), return_inverse=True)
    generator = np.random.default_rng(seed)
    drawn = np.empty((len(row_agent), NOISE_FEATURES))
    for place in range(0, NOISE_FEATURES, 2):
        drawn[:, place] = generator.standard_normal(len(agents))[row_agent]
        fresh = generator.standard_normal((len(months), len(agents)), dtype=np.float32)
        drawn[:, place + 1] = fresh[row_month, row_agent]
    return drawn


def months_trained(trial: Trial) -> np.ndarray:
    """Count for each row the months of its agent that were trained on."""
    trained = pd.Series(~np.isnan(trial.known))
    return trained.groupby(trial.agent).transform("sum").to_numpy()


def permuted(label: np.ndarray, as_of: pd.Series, generator: np.random.Generator) -> np.ndarray:
    """Permute the labels that are there within each month; nulls stay where they are."""
    mixed = label.copy()
    for rows in pd.Series(np.arange(len(label))).groupby(as_of.to_numpy()).indices.values():
        there = rows[~np.isnan(label[rows])]
        mixed[there] = generator.permutation(label[there])
    return mixed


def _judged(trial: Trial, encoded: np.ndarray, peers: np.ndarray, seed: int) -> tuple[float, float]:
    """Fit eager trees on what was known (they should find whatever is there); judge later months among peers."""
    train, test = ~np.isnan(trial.known), ~np.isnan(trial.later)
    trees = MonotoneBoosting(1, rounds=60, depth=8, learning_rate=0.1, min_rows_in_leaf=10, seed=seed)
    trees.fit(encoded[train], trial.known[train])
    margin = trees.decision_function(encoded[test])
    return auc_within_months(Judged(trial.later[test], margin, trial.agent[test], peers[test]))
