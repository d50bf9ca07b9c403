"""Sums by agent and the cluster bootstrap, for statistics that treat an agent's months as dependent."""

from __future__ import annotations

import numpy as np
import pandas as pd


def sum_by_cluster(agent: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sums of `values` by agent, one row per agent in order of first appearance.

    Parameters
    ----------
    agent : ndarray of shape (n,)
    values : ndarray of shape (n,) or (n, k)

    Examples
    --------
    >>> sum_by_cluster(np.array(["b", "a", "b"]), np.array([1.0, 2.0, 4.0])).tolist()
    [5.0, 2.0]
    """
    codes, agents = pd.factorize(agent)
    sums = np.zeros((len(agents), *values.shape[1:]))
    np.add.at(sums, codes, values)
    return sums


def bootstrap_weights(agent: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """Return the weights of a cluster bootstrap: how often each row's agent was drawn in each draw, n x draws.

    With weights, no rows have to be copied and a metric is computed for all draws at once. Agents are numbered by
    sorted id, so an agent's weights do not depend on the order of the rows.
    """
    agents, codes = np.unique(agent.astype(str), return_inverse=True)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(agents), size=(draws, len(agents)))
    counts = np.stack([np.bincount(agents_of_draw, minlength=len(agents)) for agents_of_draw in drawn], axis=1).astype(
        np.float32
    )
    return counts[codes]
