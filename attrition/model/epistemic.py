"""The epistemic variance of a risk: how far members trained on different agents disagree, scaled to all agents."""

from __future__ import annotations

import numpy as np

SHRINKAGE_FACTOR = 2.0
"""Trees tuned for the smallest error err by shrinking about as much as by chance, so the variance counts twice.

Nychka (1988) on intervals for smoothing splines, whose average coverage holds for the same reason.
"""
PRIOR_MEMBERS = 6.0
"""A few members estimate a variance badly, so the mean one is mixed in, with the weight of so many more members.

Chosen on one synthetic centre, where the true risks are known.
"""


def mean_member_variance(margins: np.ndarray) -> float:
    """Return the mean over rows of the variance among members, n x members; zero for a single member."""
    return float(margins.var(axis=1, ddof=1).mean()) if margins.shape[1] > 1 else 0.0


def epistemic_variance(margins: np.ndarray, *, group_share: float, mean_variance: float) -> np.ndarray:
    """Return the variance of the mean of members around the log-odds they estimate.

    Parameters
    ----------
    margins : ndarray of shape (n, members)
        Log-odds by each member; at least two.
    group_share : float
        Share of all agents that each member was trained on.
    mean_variance : float
        `mean_member_variance` where the model was fitted, so that a row has the same variance alone and among others.

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
    >>> margins = np.array([[-2.0, -2.2], [0.0, 0.2]])
    >>> epistemic_variance(margins, group_share=0.5, mean_variance=0.02).round(2)
    array([0.02, 0.02])
    """
    freedom = margins.shape[1] - 1
    shrunk = (freedom * margins.var(axis=1, ddof=1) + PRIOR_MEMBERS * mean_variance) / (freedom + PRIOR_MEMBERS)
    spread = (group_share - _share_in_common(freedom + 1, group_share)) / group_share**2
    return SHRINKAGE_FACTOR / spread * shrunk


def _share_in_common(members: int, share: float) -> float:
    """Return the share of all agents that two arcs of a circle have in common, on average over pairs of members."""
    steps = np.arange(1, members) / members
    return float((np.maximum(share - steps, 0.0) + np.maximum(share - 1.0 + steps, 0.0)).mean())
