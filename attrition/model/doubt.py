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
    Members that saw a share `s` of the agents, drawn without replacement, differ by ``(1 - s) / s`` of the variance
    of one that saw them all (the delete-d jackknife: Shao and Wu 1989).

    Examples
    --------
    >>> variance(np.array([[-2.0, -2.2], [0.0, 0.2]]), group_share=0.5, typical=0.02).round(2)
    array([0.04, 0.04])
    """
    known = margins.shape[1] - 1
    steadied = (known * margins.var(axis=1, ddof=1) + FREEDOM * typical) / (known + FREEDOM)
    return FROM_SHRINKING * group_share / (1.0 - group_share) * steadied
