"""By how much resignations differ between arms, adjusted for what was known before: doubly robust scores."""

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
KNOWN_BEFORE = ("site", "tenure_band")
"""Words that are adjusted for, beside the baseline log-odds."""


@dataclass(frozen=True)
class Predicted:
    """Each agent's chance to resign with the intervention and without, by a model that did not see the agent."""

    treated: np.ndarray
    control: np.ndarray


def adjusted_difference(
    rows: pd.DataFrame, *, share: float, seed: int = 0, confidence: float = CONFIDENCE
) -> Difference:
    """Estimate the risk difference from doubly robust scores, cross-fitted.

    Parameters
    ----------
    rows : DataFrame
        One row per agent: ``stratum``, ``is_treated``, ``resigned`` (0 or 1), ``log_odds`` (baseline) and those of
        ``site``, ``tenure_band`` there are.
    share : float
        Chance to be treated that was declared; counts where a stratum has one arm only.
    seed : int
        Of the folds.

    Notes
    -----
    Augmented inverse-probability weighting (Robins, Rotnitzky & Zhao 1994) with cross-fitting (Chernozhukov et al.
    2018). The chance of treatment is the share of the stratum, known since it was drawn. The error is that of the
    scores within strata, since lots were drawn within them (Bugni, Canay & Shaikh 2018).
    """
    y, is_treated = rows["resigned"].to_numpy(float), rows["is_treated"].to_numpy(bool)
    drawn = rows["is_treated"].astype(float).groupby(rows["stratum"]).transform("mean")
    chance = drawn.where((drawn > 0) & (drawn < 1), share).to_numpy()
    said = predicted(rows, seed=seed)
    score = said.treated - said.control
    score = score + np.where(is_treated, (y - said.treated) / chance, -(y - said.control) / (1.0 - chance))
    half = ndtri(0.5 + confidence / 2.0) * _error(score, rows["stratum"])
    value = float(score.mean())
    return Difference(value, value - half, value + half)


def predicted(rows: pd.DataFrame, *, seed: int = 0) -> Predicted:
    """Predict everybody twice, treated and not, each by a ridge logistic model of the other folds."""
    x, y = covariates(rows), rows["resigned"].to_numpy(int)
    arm = rows["is_treated"].to_numpy(float)[:, None]
    treated, control = np.empty(len(rows)), np.empty(len(rows))
    for others, mine in folds(len(rows), seed):
        learn = np.column_stack([x[others], arm[others]])
        both = np.column_stack([np.vstack([x[mine], x[mine]]), np.repeat([1.0, 0.0], len(mine))])
        treated[mine], control[mine] = np.split(_chance(learn, y[others], both), 2)
    return Predicted(treated, control)


def folds(count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split rows into pairs of (others, mine)."""
    split = KFold(min(FOLDS, count), shuffle=True, random_state=seed % 2**32)
    return list(split.split(np.zeros(count)))


def covariates(rows: pd.DataFrame) -> np.ndarray:
    """Lay what was known before as numbers: the baseline log-odds, standardised, a column per word but one."""
    risk = rows["log_odds"].to_numpy(float)
    spread = risk.std() or 1.0
    words = [name for name in KNOWN_BEFORE if name in rows]
    columns = pd.get_dummies(rows[words].astype("string").fillna("unknown"), drop_first=True, dtype=float)
    return np.column_stack([(risk - risk.mean()) / spread, columns.to_numpy()])


def _chance(learn: np.ndarray, y: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Predict by logistic regression with a ridge of one; the rate where everybody, or nobody, resigned."""
    if y.min() == y.max():
        return np.full(len(asked), float(y.mean()))
    return LogisticRegression(C=1.0, max_iter=500).fit(learn, y).predict_proba(asked)[:, 1]


def _error(score: np.ndarray, stratum: pd.Series) -> float:
    """Give the standard error of the mean of scores drawn within strata; a stratum of one borrows the whole spread."""
    by = pd.Series(score).groupby(stratum.to_numpy())
    spread = by.transform("var").fillna(score.var(ddof=1)).to_numpy()
    return float(np.sqrt(spread.sum()) / len(score))
