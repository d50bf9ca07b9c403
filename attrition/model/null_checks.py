"""Null checks of a retrain: a model of noise features and a model of shuffled labels must not beat chance.

If one does, test months or labels have leaked into the training.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from attrition.model.boosting import MonotoneBoosting
from attrition.model.check import NOISE_CHECK, SHUFFLE_CHECK
from attrition.model.metrics import LabelledScores, auc_within_months

NOISE_FEATURES = 8
NOISE_DRAWS = 4
"""The noise is drawn this many times, with new trees each time; their variance is part of the standard error."""
HISTORY_BAND_ENDS = (0, 3, 6, 9, 12, 18, 24, 36, 60)
"""Upper ends of the bands into which agents are grouped by the number of their months in the training.

An agent with many months in the training has stayed for long. Noise that identifies such agents would predict that they
stay, which is an effect of tenure and not a leak. So the AUC only compares agents within a band.
"""


@dataclass(frozen=True)
class NullCheck:
    """The result of a null check.

    Attributes
    ----------
    name : str
        "noise features" or "shuffled labels".
    auc, standard_error : float
        AUC within months of the model that must not beat chance.
    allowed_errors : float
        By how many standard errors the AUC may differ from .5.
    """

    name: str
    auc: float
    standard_error: float
    allowed_errors: float

    @property
    def passes(self) -> bool:
        """Return whether the AUC differs from .5 by no more than is allowed; an AUC of NaN does not pass."""
        return bool(abs(self.auc - 0.5) <= self.allowed_errors * self.standard_error)


@dataclass(frozen=True)
class LabelSplit:
    """Agent-months with two labels: for training (NaN in test months) and for testing (NaN in training months)."""

    agent: np.ndarray
    as_of: pd.Series
    train_label: np.ndarray
    test_label: np.ndarray


def check_noise_features(split: LabelSplit, *, seed: int, allowed_errors: float = 3.0) -> NullCheck:
    """Return the check of trees that are trained on noise and tested on later months.

    If noise beats chance, training and test months were split wrongly. The AUC is the mean over several draws of the
    noise. Its standard error includes the variance among the draws; without it, the noise of a single draw could fail a
    good model.
    """
    month_codes = pd.factorize(split.as_of)[0] * (len(HISTORY_BAND_ENDS) + 1)
    peer_groups = month_codes + np.searchsorted(HISTORY_BAND_ENDS, months_in_training(split))
    draws = np.array(
        [
            _auc_of_deep_trees(
                split, noise_features(split.agent, split.as_of, seed=seed + draw), peer_groups, seed + draw
            )
            for draw in range(NOISE_DRAWS)
        ]
    )
    aucs, errors = draws.T
    error = np.sqrt((errors**2).mean() + aucs.var(ddof=1) / NOISE_DRAWS)
    return NullCheck(NOISE_CHECK, float(aucs.mean()), float(error), allowed_errors)


def check_shuffled_labels(
    split: LabelSplit, encoded: np.ndarray, *, seed: int, allowed_errors: float = 3.0
) -> NullCheck:
    """Return the check of trees whose labels were permuted within each month, in training and in testing.

    If they beat chance, labels leak in another way.
    """
    generator = np.random.default_rng(seed)
    train_label = permute_within_months(split.train_label, split.as_of, generator)
    test_label = permute_within_months(split.test_label, split.as_of, generator)
    permuted = replace(split, train_label=train_label, test_label=test_label)
    month_codes = pd.factorize(split.as_of)[0]
    return NullCheck(SHUFFLE_CHECK, *_auc_of_deep_trees(permuted, encoded, month_codes, seed), allowed_errors)


def noise_features(agent: np.ndarray, as_of: pd.Series, *, seed: int) -> np.ndarray:
    """Return noise, n x 8: every second column is constant for each agent, the others are drawn anew each month.

    The constant columns identify agents, so they would reveal a split that puts months of one agent into both sets.
    """
    agents, row_agent = np.unique(agent.astype(str), return_inverse=True)
    months, row_month = np.unique(as_of.to_numpy(), return_inverse=True)
    generator = np.random.default_rng(seed)
    noise = np.empty((len(row_agent), NOISE_FEATURES))
    for column in range(0, NOISE_FEATURES, 2):
        noise[:, column] = generator.standard_normal(len(agents))[row_agent]
        monthly = generator.standard_normal((len(months), len(agents)), dtype=np.float32)
        noise[:, column + 1] = monthly[row_month, row_agent]
    return noise


def months_in_training(split: LabelSplit) -> np.ndarray:
    """Return for each row how many months of its agent have a training label."""
    has_train_label = pd.Series(~np.isnan(split.train_label))
    return has_train_label.groupby(split.agent).transform("sum").to_numpy()


def permute_within_months(label: np.ndarray, as_of: pd.Series, generator: np.random.Generator) -> np.ndarray:
    """Return the labels permuted within each month; rows with NaN keep it."""
    permuted = label.copy()
    for rows in pd.Series(np.arange(len(label))).groupby(as_of.to_numpy()).indices.values():
        labelled = rows[~np.isnan(label[rows])]
        permuted[labelled] = generator.permutation(label[labelled])
    return permuted


def _auc_of_deep_trees(
    split: LabelSplit, encoded: np.ndarray, peer_groups: np.ndarray, seed: int
) -> tuple[float, float]:
    """Return AUC and standard error, within peer groups of the test rows, of trees deep enough to overfit."""
    is_train, is_test = ~np.isnan(split.train_label), ~np.isnan(split.test_label)
    trees = MonotoneBoosting(1, rounds=60, depth=8, learning_rate=0.1, min_rows_in_leaf=10, seed=seed)
    trees.fit(encoded[is_train], split.train_label[is_train])
    margin = trees.decision_function(encoded[is_test])
    # Peer groups take the place of months here: agents of the same month and band are compared.
    return auc_within_months(
        LabelledScores(split.test_label[is_test], margin, split.agent[is_test], peer_groups[is_test])
    )
