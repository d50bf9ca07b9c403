"""Statistics with agents as clusters, whose months are not independent: sums by agent, and the cluster bootstrap."""

from __future__ import annotations

import numpy as np
import pandas as pd


def sum_by_cluster(agent: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the sums of the rows of `values` (n,) or (n, k) by agent; one row per agent, in order of first appearance.

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
    """Return the weights of a cluster bootstrap: how often each row counts in each draw of whole agents, n x draws.

    Weights instead of copies make the bootstrap one matrix. Agents are numbered by sorted id, so the order
    of rows does not matter.
    """
    agents, codes = np.unique(agent.astype(str), return_inverse=True)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(agents), size=(draws, len(agents)))
    counts = np.stack([np.bincount(one, minlength=len(agents)) for one in drawn], axis=1).astype(np.float32)
    return counts[codes]
