"""The sample of agents that each member (averaged model) is fitted on, and by which members an agent is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class AgentSamples:
    """Which agents each of several members is fitted on; every member leaves the others out.

    The agents stand on a circle in random order, and each member gets an arc of it. The arcs begin at equal distances,
    so every agent is left out by about the same number of members. If the agents were drawn independently, some would
    be in all members and some in hardly any, and the ranking would be less stable.

    Attributes
    ----------
    agents : Index of shape (agents,)
        Every agent once.
    position : ndarray of shape (agents,)
        Where each of them stands on the circle, from 0 to 1.
    members : int
        Number of arcs.
    share : float
        Share of the circle that each arc covers.
    """

    agents: pd.Index
    position: np.ndarray
    members: int
    share: float

    def is_left_out(self, agent: Any) -> np.ndarray:
        """Return for each row and member whether the member is fitted without the row's agent; n x members.

        An agent whom no member is fitted on is left out by all of them.
        """
        codes = self.agents.get_indexer(pd.Index(np.asarray(agent)))
        starts = np.arange(self.members) / self.members
        is_outside = (self.position[:, None] + starts) % 1.0 >= self.share
        return np.where((codes >= 0)[:, None], is_outside[codes], True)

    def member_rows(self, agent: Any) -> list[np.ndarray]:
        """Return for each member the positions of the rows that it is fitted on."""
        return [np.flatnonzero(~column) for column in self.is_left_out(agent).T]


def agent_samples(agent: Any, members: int, share: float, seed: int) -> AgentSamples:
    """Draw the sample of agents of each member.

    Parameters
    ----------
    agent : array-like of shape (n,)
        Whose row each row is.
    members : int
        Number of members.
    share : float
        Share of the agents that each member is fitted on, between 0 and 1.
    seed : int
        Seed of the random order.

    Examples
    --------
    >>> samples = agent_samples(np.repeat(np.arange(100), 3), members=4, share=0.75, seed=0)
    >>> samples.is_left_out(np.arange(100)).sum(axis=1).tolist() == [1] * 100
    True
    """
    agents = pd.Index(pd.unique(np.asarray(agent)))
    position = np.random.default_rng(seed).permutation(len(agents)) / len(agents)
    return AgentSamples(agents, position, members, share)
