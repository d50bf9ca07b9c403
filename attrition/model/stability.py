"""The agreement of two models on one month: the overlap of their lists, and the correlation of their ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr


@dataclass(frozen=True)
class Agreement:
    """How far two models agree on one month.

    Attributes
    ----------
    people : int
        Agents scored by both.
    listed : int
        Length of each list.
    overlap : float
        Share of the one list that is on the other too; by chance it would be the share that is listed.
    rank_correlation : float
        Spearman's, over all agents; null when one model gives everybody the same risk.
    """

    people: int
    listed: int
    overlap: float
    rank_correlation: float


def agreement(ours: np.ndarray, theirs: np.ndarray, *, share: float) -> Agreement:
    """Return how far the risks of two models for the same agents agree.

    Parameters
    ----------
    ours, theirs : ndarray of shape (n,)
        Risks of the same agents in the same order.
    share : float
        The top share that is listed. Of agents that tie at its edge, the earlier are.

    Raises
    ------
    ValueError
        There are no agents, or not the same number.

    Examples
    --------
    >>> agreement(np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.4, 0.1, 0.3, 0.2]), share=0.5)
    Agreement(people=4, listed=2, overlap=0.5, rank_correlation=0.4)
    """
    if len(ours) != len(theirs) or not len(ours):
        raise ValueError(f"{len(ours)} and {len(theirs)} risks cannot be compared")
    listed = max(1, int(np.ceil(share * len(ours))))
    overlap = len(_top(ours, listed) & _top(theirs, listed)) / listed
    is_flat = np.ptp(ours) == 0 or np.ptp(theirs) == 0
    correlation = float("nan") if is_flat else round(float(spearmanr(ours, theirs).statistic), 6)
    return Agreement(len(ours), listed, overlap, correlation)


def _top(risk: np.ndarray, listed: int) -> set[int]:
    return set(np.argsort(-risk, kind="stable")[:listed].tolist())
