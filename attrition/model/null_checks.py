"""Null checks, run with every retrain: a model of noise features and one of shuffled labels must not beat chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attrition.model.boosting import MonotoneBoosting
from attrition.model.metrics import LabelledScores, auc_within_months

NOISE_FEATURES = 8
DRAWS = 4
"""Draws of the noise, each with trees of its own; the variance among them is part of the error."""
HISTORY = (0, 3, 6, 9, 12, 18, 24, 36, 60)
"""Upper ends of the bands of how many months of an agent are in the training.

Agents with many months in the training have stayed for long, and noise that identifies them would predict that they
stay; that is tenure, and no leak. So noise is tested among agents with about equally many months.
"""


@dataclass(frozen=True)
class NullCheck:
    """The AUC within months of a model that must not beat chance, its standard error, and how many are allowed."""

    name: str
    auc: float
    error: float
    allowed_errors: float

    @property
    def passes(self) -> bool:
        """Whether the AUC lies within the allowed standard errors of .5; an unknown AUC does not pass."""
        return bool(abs(self.auc - 0.5) <= self.allowed_errors * self.error)


@dataclass(frozen=True)
class LabelSplit:
    """Agent-months with their labels for training (null for later months) and for testing (null for earlier months)."""

    agent: np.ndarray
    as_of: pd.Series
    train_label: np.ndarray
    test_label: np.ndarray


def check_noise_features(split: LabelSplit, *, seed: int, allowed_errors: float = 3.0) -> NullCheck:
    """Train on noise alone and test on later months: better than chance means that months are split wrongly.

    The AUC is the mean over several draws of the noise. Its error joins chance in who the agents were with chance in
    what noise was drawn: with a single draw the second would be left out, and a good model stopped by it.
    """
    months = pd.factorize(split.as_of)[0] * (len(HISTORY) + 1)
    peers = months + np.searchsorted(HISTORY, months_in_training(split))
    draws = np.array(
        [
            _auc_of_eager_trees(split, noise_features(split.agent, split.as_of, seed=seed + draw), peers, seed + draw)
            for draw in range(DRAWS)
        ]
    )
    aucs, errors = draws.T
    error = np.sqrt((errors**2).mean() + aucs.var(ddof=1) / DRAWS)
    return NullCheck("noise features", float(aucs.mean()), float(error), allowed_errors)


def check_shuffled_labels(
    split: LabelSplit, encoded: np.ndarray, *, seed: int, allowed_errors: float = 3.0
) -> NullCheck:
    """Permute labels within each month, then train and test: better than chance means that labels leak elsewhere."""
    generator = np.random.default_rng(seed)
    train = permute_within_months(split.train_label, split.as_of, generator)
    test = permute_within_months(split.test_label, split.as_of, generator)
    permuted = replace(split, train_label=train, test_label=test)
    months = pd.factorize(split.as_of)[0]
    return NullCheck("shuffled labels", *_auc_of_eager_trees(permuted, encoded, months, seed), allowed_errors)


def noise_features(agent: np.ndarray, as_of: pd.Series, *, seed: int) -> np.ndarray:
    """Return noise, n x 8: half of the columns are constant for each agent, half are new every month.

    Noise that is new every month alone could not identify an agent of the training.
    """
    agents, row_agent = np.unique(agent.astype(str), return_inverse=True)
    months, row_month = np.unique(as_of.to_numpy(), return_inverse=True)
    generator = np.random.default_rng(seed)
    noise = np.empty((len(row_agent), NOISE_FEATURES))
    for place in range(0, NOISE_FEATURES, 2):
        noise[:, place] = generator.standard_normal(len(agents))[row_agent]
        monthly = generator.standard_normal((len(months), len(agents)), dtype=np.float32)
        noise[:, place + 1] = monthly[row_month, row_agent]
    return noise


def months_in_training(split: LabelSplit) -> np.ndarray:
    """Return for each row the number of months of its agent in the training."""
    is_trained = pd.Series(~np.isnan(split.train_label))
    return is_trained.groupby(split.agent).transform("sum").to_numpy()


def permute_within_months(label: np.ndarray, as_of: pd.Series, generator: np.random.Generator) -> np.ndarray:
    """Return the labels permuted within each month; nulls stay where they are."""
    permuted = label.copy()
    for rows in pd.Series(np.arange(len(label))).groupby(as_of.to_numpy()).indices.values():
        labelled = rows[~np.isnan(label[rows])]
        permuted[labelled] = generator.permutation(label[labelled])
    return permuted


def _auc_of_eager_trees(split: LabelSplit, encoded: np.ndarray, peers: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the AUC and its error among peers in later months, of trees deep enough to find whatever there is."""
    train, test = ~np.isnan(split.train_label), ~np.isnan(split.test_label)
    trees = MonotoneBoosting(1, rounds=60, depth=8, learning_rate=0.1, min_rows_in_leaf=10, seed=seed)
    trees.fit(encoded[train], split.train_label[train])
    margin = trees.decision_function(encoded[test])
    return auc_within_months(LabelledScores(split.test_label[test], margin, split.agent[test], peers[test]))
