"""An agent's months are not independent: sums by agent, and redraws of whole agents."""

from __future__ import annotations

import numpy as np
import pandas as pd


def sum_by(agent: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sum the rows of `values` (n,) or (n, k) by agent; one row per agent, in order of first appearance.

    Examples
    --------
    >>> sum_by(np.array(["b", "a", "b"]), np.array([1.0, 2.0, 4.0])).tolist()
    [5.0, 2.0]
    """
    codes, agents = pd.factorize(agent)
    sums = np.zeros((len(agents), *values.shape[1:]))
    np.add.at(sums, codes, values)
    return sums


def redraws(agent: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """Draw whole agents with replacement, `draws` times; how often each row then counts, n x draws.

    Weights instead of copies make the bootstrap one matrix. Agents are numbered by sorted id, so the order
    of rows does not matter.
    """
    agents, codes = np.unique(agent.astype(str), return_inverse=True)
    generator = np.random.default_rng(seed)
    chosen = generator.integers(len(agents), size=(draws, len(agents)))
    counts = np.stack([np.bincount(one, minlength=len(agents)) for one in chosen], axis=1).astype(np.float32)
    return counts[codes]
