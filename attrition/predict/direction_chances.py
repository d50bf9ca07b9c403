"""The chance that a contribution has the right direction, from how much it varies among the members of a model."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from attrition.model.epistemic import variance_over_samples
from attrition.model.row_blocks import in_blocks

ALLOWANCE = 1.5
"""Factor of the variance among members, at which the chances are right on the centres named below."""


def direction_chances(by_member: np.ndarray, *, agent_share: float) -> np.ndarray:
    """Return the chance that each contribution, compared with peers, is truly above or below zero as its mean is.

    Parameters
    ----------
    by_member : ndarray of shape (members, n, topics)
        What a topic adds to the log-odds of an agent-month by each member (averaged booster), minus the peers' mean.
    agent_share : float
        Share of the agents that each member was trained on.

    Returns
    -------
    ndarray of shape (n, topics)
        From .5 to 1; 1 where there is one member, which tells nothing, and .5 for a contribution of 0.

    Notes
    -----
    The normal distribution function of the mean over its standard deviation, which is that over samples of agents
    (`attrition.model.epistemic`) with an allowance for what members have wrong in common. Measured against the true
    contributions of five families in the top tenth of four synthetic centres (two of ours, one with drifting pay, one
    with much that no column holds): with a chance of .5 to .6 the direction was right in .56, of .6 to .7 in .68, of .7
    to .8 in .76, of .8 to .9 in .85, of .9 to .95 in .92, and above in .98 (`benchmarks/coverage_of_ranges.py`). Where
    columns of one family stand for another, which members cannot show, chances are too high: in a centre of random
    mechanisms .81 of those above .95 were right.

    Examples
    --------
    >>> sure, unsure = [0.5, 0.6, 0.4], [0.2, -0.3, 0.1]
    >>> direction_chances(np.array([[sure, unsure]]).transpose(2, 0, 1), agent_share=0.7).round(2)
    array([[1. , 0.5]])
    """
    return chances_of(
        variance_among(by_member), by_member.mean(axis=0), members=len(by_member), agent_share=agent_share
    )


def variance_among(by_member: np.ndarray) -> np.ndarray:
    """Return the variance among members, the first axis; 0 of one member."""
    return by_member.var(axis=0, ddof=min(1, len(by_member) - 1))


def chances_of(among_members: np.ndarray, mean: np.ndarray, *, members: int, agent_share: float) -> np.ndarray:
    """Return what `direction_chances` does, from variances among so many members, and their mean; each n x topics."""
    if members == 1:
        return np.ones_like(mean)
    mean_by_topic = np.ascontiguousarray(among_members.T).mean(axis=1)
    chances = np.empty_like(mean)

    def fill(rows: slice) -> None:
        variances = variance_over_samples(
            among_members[rows], members=members, group_share=agent_share, mean_variance=mean_by_topic
        )
        deviations = np.sqrt(ALLOWANCE * variances)
        chances[rows] = ndtr(np.abs(mean[rows]) / np.maximum(deviations, np.finfo(float).tiny))

    in_blocks(fill, len(chances))
    return chances
