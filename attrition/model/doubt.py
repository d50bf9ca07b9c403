"""How unsure trees are of a risk: what members that saw different agents disagree about, brought to full size."""

from __future__ import annotations

import numpy as np

FROM_SHRINKING = 2.0
"""Trees tuned for the smallest error err by shrinking about as much as by chance, so the variance counts twice.

Nychka (1988) on intervals for smoothing splines, whose average coverage holds for the same reason.
"""
FREEDOM = 6.0
"""A few members tell a variance badly, so the typical one is mixed in, with the weight of so many more members.

Chosen on one synthetic centre, where the truth is known.
"""


def typical_variance(margins: np.ndarray) -> float:
    """Give the mean over rows of the members' variance, n x members; zero for a single member."""
    return float(margins.var(axis=1, ddof=1).mean()) if margins.shape[1] > 1 else 0.0


def variance(margins: np.ndarray, *, group_share: float, typical: float) -> np.ndarray:
    """Give the variance of the mean of members around the log-odds they estimate.

    Parameters
    ----------
    margins : ndarray of shape (n, members)
        Log-odds by each member; at least two.
    group_share : float
        Share of all agents that each member saw.
    typical : float
        `typical_variance` where the model was fitted, so that one row alone and a thousand have the same doubt.

    Returns
    -------
    ndarray of shape (n,)
        In squared log-odds.

    Notes
    -----
    Means over subsets `s` of all agents, any two of which have a share `o` of all agents in common, spread by
    ``(s - o) / s**2`` of the variance of the mean over all (the delete-d jackknife, Shao and Wu 1989, where `o` is
    ``s**2``; here the subsets are arcs of one circle, which overlap less).

    Examples
    --------
    >>> variance(np.array([[-2.0, -2.2], [0.0, 0.2]]), group_share=0.5, typical=0.02).round(2)
    array([0.02, 0.02])
    """
    known = margins.shape[1] - 1
    steadied = (known * margins.var(axis=1, ddof=1) + FREEDOM * typical) / (known + FREEDOM)
    spread = (group_share - _in_common(known + 1, group_share)) / group_share**2
    return FROM_SHRINKING / spread * steadied


def _in_common(members: int, share: float) -> float:
    """Give the share of all agents that two arcs of a circle have in common, on average over pairs of members."""
    steps = np.arange(1, members) / members
    return float((np.maximum(share - steps, 0.0) + np.maximum(share - 1.0 + steps, 0.0)).mean())
