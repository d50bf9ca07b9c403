"""What the columns allow: LightGBM regressions of the true log-odds, on the months that the model learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from attrition.model.encode import Encoding
from attrition.model.spec import Trees

ROUNDS, LEARNING_RATE = 300, 0.1
BASELINE_RATE = 0.3


@dataclass(frozen=True)
class NoiseFree:
    """Both fits: `reachable` of all columns without constraint, and `same_form` as the model is declared."""

    encoding: Encoding
    reachable: lgb.Booster
    same_form: list[lgb.Booster]

    def score(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the log-odds by which the rows can be ordered at best, (n,)."""
        return np.asarray(self.reachable.predict(self.encoding.matrix(rows), num_threads=1))

    def contributions(self, rows: pd.DataFrame) -> np.ndarray:
        """Return the SHAP values of the fit of the model's form, (n, features), without the constant."""
        X = self.encoding.matrix(rows)
        return np.asarray(sum(fit.predict(X, pred_contrib=True, num_threads=1)[:, :-1] for fit in self.same_form))


def fit_noise_free(rows: pd.DataFrame, log_odds: np.ndarray, *, encoding: Encoding, trees: Trees) -> NoiseFree:
    """Return both fits to the true log-odds of earlier months; rows without truth are left out."""
    has_truth = np.isfinite(log_odds)
    X, target = encoding.matrix(rows[has_truth]), log_odds[has_truth]
    form = same_form_fit(X, target, trees, constraints=encoding.constraints, baseline=encoding.baseline)
    return NoiseFree(encoding, reachable_fit(X, target, trees), form)


def reachable_fit(X: np.ndarray, log_odds: np.ndarray, trees: Trees) -> lgb.Booster:
    """Return a fit of all columns without any constraint: how well the rows can be ordered at all.

    Parameters
    ----------
    X : ndarray of shape (n, columns)
        Encoded rows of earlier months.
    log_odds : ndarray of shape (n,)
        The true log-odds of resigning.
    trees : Trees
        Depth, smallest leaf and shares of rows and columns are as declared.
    """
    return _boost(X, log_odds, _parameters(trees), ROUNDS)


def same_form_fit(
    X: np.ndarray, log_odds: np.ndarray, trees: Trees, *, constraints: Sequence[int], baseline: Sequence[int]
) -> list[lgb.Booster]:
    """Return a fit of the model's form: time since hire first, then all columns with their declared directions."""
    columns = np.arange(X.shape[1])
    only_baseline = {"feature_contri": np.isin(columns, list(baseline)).astype(float).tolist(), "feature_fraction": 1.0}
    directions = {"monotone_constraints": list(constraints)}
    parameters = _parameters(trees) | directions
    first = _boost(X, log_odds, parameters | only_baseline | {"learning_rate": BASELINE_RATE}, trees.baseline_rounds)
    return [first, _boost(X, log_odds - first.predict(X), parameters, ROUNDS)]


def _boost(X: np.ndarray, target: np.ndarray, parameters: dict[str, object], rounds: int) -> lgb.Booster:
    data = lgb.Dataset(X, label=target, params=parameters)
    return lgb.train(parameters, data, num_boost_round=max(1, rounds))


def _parameters(trees: Trees) -> dict[str, object]:
    return {
        "objective": "regression",
        "num_leaves": 2**trees.depth,
        "max_depth": trees.depth,
        "learning_rate": LEARNING_RATE,
        "min_data_in_leaf": trees.min_rows_in_leaf,
        "feature_fraction": trees.feature_share,
        "max_bin": trees.bins,
        "lambda_l2": trees.l2,
        "seed": trees.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
