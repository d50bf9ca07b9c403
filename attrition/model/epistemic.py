"""The epistemic variance of a risk: how much the log-odds would differ if the model were trained on other agents.

It is estimated from the variance among the members (the averaged boosters), which are trained on different agents.
"""

from __future__ import annotations

import numpy as np

PRIOR_MEMBERS = 6.0
"""A row's variance among few members is imprecise, so it is averaged with the mean variance of all rows.

The mean variance has the weight of this many members. The number was chosen on one synthetic centre, where the true
risks are known.
"""


def mean_member_variance(margins: np.ndarray) -> float:
    """Return the mean over rows of the variance among members; 0 for a single member.

    `margins` holds log-odds, a row per agent-month and a column per member.
    """
    return float(margins.var(axis=1, ddof=1).mean()) if margins.shape[1] > 1 else 0.0


def epistemic_variance(margins: np.ndarray, *, group_share: float, mean_variance: float) -> np.ndarray:
    """Return each row's variance of the members' mean around its mean over samples of agents.

    Parameters
    ----------
    margins : ndarray of shape (n, members)
        Log-odds by each member; at least two.
    group_share : float
        Share of all agents that each member was trained on, `s` in the notes.
    mean_variance : float
        `mean_member_variance` of the training rows. It is passed in, so that a row has the same variance whether it is
        scored alone or with others.

    Returns
    -------
    ndarray of shape (n,)
        In squared log-odds.

    Notes
    -----
    Let each member use a share `s` of all agents, and any two members have a share `o` of all agents in common. Then
    the variance among members is ``(s - o) / s**2`` of the variance, over samples of agents, of a model trained on all
    agents (the delete-d jackknife, Shao and Wu 1989, where `o` is ``s**2``). Here the agents are put on a circle in
    random order, and each member is trained on an arc of length `s`; the arcs begin one member's part of the circle
    apart, so that they overlap less.

    Examples
    --------
    >>> margins = np.array([[-2.0, -2.2], [0.0, 0.2]])
    >>> epistemic_variance(margins, group_share=0.5, mean_variance=0.02).round(2)
    array([0.01, 0.01])
    """
    return variance_over_samples(
        margins.var(axis=1, ddof=1), members=margins.shape[1], group_share=group_share, mean_variance=mean_variance
    )


def variance_over_samples(
    among_members: np.ndarray, *, members: int, group_share: float, mean_variance: float | np.ndarray
) -> np.ndarray:
    """Return what `epistemic_variance` does, from the variances among so many members."""
    degrees = members - 1
    member_variance = (degrees * among_members + PRIOR_MEMBERS * mean_variance) / (degrees + PRIOR_MEMBERS)
    variance_ratio = (group_share - _share_in_common(members, group_share)) / group_share**2
    return 1.0 / variance_ratio * member_variance


def _share_in_common(members: int, share: float) -> float:
    """Return the share of all agents that two members (arcs of a circle) have in common, averaged over all pairs."""
    steps = np.arange(1, members) / members
    return float((np.maximum(share - steps, 0.0) + np.maximum(share - 1.0 + steps, 0.0)).mean())
