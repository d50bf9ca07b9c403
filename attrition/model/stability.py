"""Measures how far two models agree on one month: the overlap of their lists and the correlation of their ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import spearmanr

if TYPE_CHECKING:
    import pandas as pd

    from attrition.model.risk import FittedRisk


@dataclass(frozen=True)
class Agreement:
    """How far the risks of two models agree on one month.

    Attributes
    ----------
    people : int
        Agents scored by both.
    listed : int
        Number of agents on each list.
    overlap : float
        Share of the first list that is also on the second. For two random lists it is about the share that is listed.
    rank_correlation : float
        Spearman's, over all agents, rounded to six decimals; NaN if one model gives everybody the same risk.
    """

    people: int
    listed: int
    overlap: float
    rank_correlation: float


def compare_on_month(fitted: FittedRisk, other_fitted: FittedRisk, rows: pd.DataFrame) -> Agreement:
    """Return how far the headline risks of two models agree on the rows of one month.

    The length of the list is the share of agents that the first model declares (`capacity_share`).
    """
    risk, other_risk = _headline_risk(fitted, rows), _headline_risk(other_fitted, rows)
    return measure_agreement(risk, other_risk, capacity_share=fitted.spec.capacity_share)


def _headline_risk(fitted: FittedRisk, rows: pd.DataFrame) -> np.ndarray:
    scores = fitted.score(rows)
    return scores.loc[scores["horizon_months"] == fitted.spec.headline, "risk"].to_numpy()


def measure_agreement(risk: np.ndarray, other_risk: np.ndarray, *, capacity_share: float) -> Agreement:
    """Return how far the risks of two models for the same agents agree.

    Parameters
    ----------
    risk, other_risk : ndarray of shape (n,)
        Risks by the two models, of the same agents in the same order.
    capacity_share : float
        The top share that is listed, rounded up, at least one agent. Of agents that tie at the edge, the first ones
        are.

    Raises
    ------
    ValueError
        There are no agents, or not the same number.

    Examples
    --------
    >>> measure_agreement(np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.4, 0.1, 0.3, 0.2]), capacity_share=0.5)
    Agreement(people=4, listed=2, overlap=0.5, rank_correlation=0.4)
    """
    if len(risk) != len(other_risk) or not len(risk):
        raise ValueError(f"{len(risk)} and {len(other_risk)} risks cannot be compared")
    listed = max(1, int(np.ceil(capacity_share * len(risk))))
    overlap = len(_top_positions(risk, listed) & _top_positions(other_risk, listed)) / listed
    is_constant = np.ptp(risk) == 0 or np.ptp(other_risk) == 0
    correlation = float("nan") if is_constant else round(float(spearmanr(risk, other_risk).statistic), 6)
    return Agreement(len(risk), listed, overlap, correlation)


def _top_positions(risk: np.ndarray, listed: int) -> set[int]:
    return set(np.argsort(-risk, kind="stable")[:listed].tolist())
