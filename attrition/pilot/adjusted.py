"""The risk difference between the arms of a pilot, adjusted for baseline covariates by doubly robust estimation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from attrition.pilot.cox import CONFIDENCE
from attrition.pilot.difference import Difference

FOLDS = 5
CATEGORIES = ("site", "tenure_band")
"""Categorical covariates, used in addition to the baseline log-odds."""
BASELINE = "baseline: "
"""Beginning of the names of further covariates, which are numbers without gaps."""


@dataclass(frozen=True)
class PotentialRisks:
    """Each agent's predicted risk with the intervention and without it, by a model that was not fitted on the agent."""

    treated: np.ndarray
    control: np.ndarray


def adjusted_difference(
    rows: pd.DataFrame, *, share: float, seed: int = 0, confidence: float = CONFIDENCE
) -> Difference:
    """Return the risk difference, estimated from cross-fitted doubly robust scores.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated``, ``resigned`` (0 or 1), ``log_odds`` (baseline) and whichever of
        ``site``, ``tenure_band`` are known.
    share : float
        Declared probability of treatment, used as propensity in strata that have one arm only.
    seed : int
        Seed of the folds.
    confidence : float
        Coverage of the interval.

    Notes
    -----
    Augmented inverse-probability weighting (Robins, Rotnitzky & Zhao 1994) with cross-fitting (Chernozhukov et al.
    2018). The propensity is the treated share of the stratum, known from the randomisation. The standard error uses
    the variance of the scores within strata, since randomisation was stratified (Bugni, Canay & Shaikh 2018).
    """
    y, is_treated = rows["resigned"].to_numpy(float), rows["is_treated"].to_numpy(bool)
    treated_share = rows["is_treated"].astype(float).groupby(rows["stratum"]).transform("mean")
    propensity = treated_share.where((treated_share > 0) & (treated_share < 1), share).to_numpy()
    risk = potential_risks(rows, seed=seed)
    score = risk.treated - risk.control
    score = score + np.where(is_treated, (y - risk.treated) / propensity, -(y - risk.control) / (1.0 - propensity))
    half_width = ndtri(0.5 + confidence / 2.0) * _standard_error(score, rows["stratum"])
    value = float(score.mean())
    return Difference(value, value - half_width, value + half_width)


def potential_risks(rows: pd.DataFrame, *, seed: int = 0) -> PotentialRisks:
    """Return each agent's risk if treated and if not, by ridge logistic regressions fitted on the other folds."""
    x, y = covariates(rows), rows["resigned"].to_numpy(int)
    arm = rows["is_treated"].to_numpy(float)[:, None]
    treated, control = np.empty(len(rows)), np.empty(len(rows))
    for train, test in folds(len(rows), seed):
        x_train = np.column_stack([x[train], arm[train]])
        x_both = np.column_stack([np.vstack([x[test], x[test]]), np.repeat([1.0, 0.0], len(test))])
        treated[test], control[test] = np.split(ridge_probabilities(x_train, y[train], x_both), 2)
    return PotentialRisks(treated, control)


def folds(count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the folds as pairs of (train, test) positions; at most `FOLDS`, and no more than there are rows."""
    split = KFold(min(FOLDS, count), shuffle=True, random_state=seed % 2**32)
    return list(split.split(np.zeros(count)))


def covariates(rows: pd.DataFrame) -> np.ndarray:
    """Return the matrix of covariates: standardised numbers, and indicators of categories but the first.

    Examples
    --------
    >>> rows = pd.DataFrame({"log_odds": [0.0, 2.0], "baseline: score": [5.0, 5.0], "site": ["A", "B"]})
    >>> covariates(rows).tolist()
    [[-1.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    """
    numbers = rows[numeric_covariates(rows)].to_numpy(float)
    spread = numbers.std(axis=0)
    names = [name for name in CATEGORIES if name in rows]
    standardised = (numbers - numbers.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    if not names:
        return standardised
    columns = pd.get_dummies(rows[names].astype("string").fillna("unknown"), drop_first=True, dtype=float)
    return np.column_stack([standardised, columns.to_numpy()])


def numeric_covariates(rows: pd.DataFrame) -> list[str]:
    """Return the names of the covariates that are numbers: the baseline log-odds, where known, and further ones."""
    return [str(name) for name in rows if name == "log_odds" or str(name).startswith(BASELINE)]


def ridge_probabilities(x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray) -> np.ndarray:
    """Return predictions of a ridge logistic regression; 0 or 1 where none or all training rows have the label."""
    if y_train.min() == y_train.max():
        return np.full(len(x_test), float(y_train.mean()))
    return LogisticRegression(C=1.0, max_iter=500).fit(x_train, y_train).predict_proba(x_test)[:, 1]


def _standard_error(score: np.ndarray, stratum: pd.Series) -> float:
    """Return the standard error of the mean under stratification; strata of one agent get the overall variance."""
    scores_by_stratum = pd.Series(score).groupby(stratum.to_numpy())
    variance = scores_by_stratum.transform("var").fillna(score.var(ddof=1)).to_numpy()
    return float(np.sqrt(variance.sum()) / len(score))
