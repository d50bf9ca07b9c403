"""Population stability: how far the values of a month have moved from those a model was trained on, beyond chance.

The bins are fixed on the training months. A small sample has a large index by chance alone: the index of two samples of
one population, divided by 1/n + 1/m, is about chi-squared with one degree of freedom less than there are bins
(Yurdakul 2018). So an index counts only where it is above a declared limit, and above what the training months
themselves showed, which holds seasons and slow trends, with what chance adds once in a thousand times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

BINS = 10
COMMON_CATEGORIES = 12
"""Categories with a bin of their own; the rarer ones share one."""
CHANCE = 0.001
"""How often chance alone may exceed what is put down to it, for one feature in one month."""
HALF = 0.5
"""Added to each bin, so that an empty one has a logarithm."""


@dataclass(frozen=True, eq=False)
class Bins:
    """Bins of one column, fixed once: the edges of numbers, or the common categories."""

    edges: np.ndarray | None
    categories: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: pd.Series) -> Bins:
        """Return bins with about as many values of the training months in each.

        Examples
        --------
        >>> Bins.of(pd.Series(range(100))).edges.round(1).tolist()
        [9.9, 19.8, 29.7, 39.6, 49.5, 59.4, 69.3, 79.2, 89.1]
        """
        known = values.dropna()
        if pd.api.types.is_numeric_dtype(known):
            shares = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
            edges = np.unique(np.quantile(known.to_numpy(dtype=float), shares)) if len(known) else np.zeros(0)
            return cls(edges)
        return cls(None, tuple(known.astype(str).value_counts().index[:COMMON_CATEGORIES]))

    def places(self, values: pd.Series) -> np.ndarray:
        """Return the number of each value's bin; values must not be blank.

        Examples
        --------
        >>> Bins(np.array([1.0, 2.0])).places(pd.Series([0.0, 1.0, 1.5, 9.0])).tolist()
        [0, 0, 1, 2]
        >>> Bins(None, ("full", "part")).places(pd.Series(["part", "full", "other"])).tolist()
        [1, 0, 2]
        """
        if self.edges is not None:
            return np.searchsorted(self.edges, values.to_numpy(dtype=float), side="left")
        number = {name: place for place, name in enumerate(self.categories)}
        return values.astype(str).map(number).fillna(len(number)).to_numpy(dtype=int)

    @property
    def size(self) -> int:
        """How many bins there are."""
        return 1 + (len(self.categories) if self.edges is None else len(self.edges))


def stability_index(reference: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the population stability index of counts in the same bins as the reference; of each row of several.

    Examples
    --------
    >>> stability_index(np.array([1000, 1000]), np.array([[500, 500], [750, 250]])).round(2).tolist()
    [0.0, 0.27]
    """
    was, now = ((bins + HALF) / (bins + HALF).sum(axis=-1, keepdims=True) for bins in (reference, counts))
    return ((now - was) * np.log(now / was)).sum(axis=-1)


def index_by_chance(bins: int, agents: np.ndarray, reference_agents: int) -> np.ndarray:
    """Return the index that samples of one population, of each size, exceed once in a thousand times.

    Examples
    --------
    >>> index_by_chance(10, np.array([30, 300]), 400).round(2).tolist()
    [1.0, 0.16]
    """
    return chi2.ppf(1.0 - CHANCE, max(bins - 1, 1)) * (1.0 / np.maximum(agents, 1) + 1.0 / max(reference_agents, 1))
