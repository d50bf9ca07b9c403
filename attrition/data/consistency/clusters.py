"""Find clusters in positive numbers of which each is several times larger than the one before, as units make them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

BIN = 1.25
"""Numbers are counted in bins each of which ends at 1.25 times its beginning."""
GAP_BINS = 2
"""Clusters are parted by at least this many neighbouring bins that are as good as empty."""
EMPTY_SHARE = 0.002
"""A bin with a smaller share of the numbers is as good as empty."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Numbers of about one size: their median, how many they are, and the lowest and highest."""

    median: float
    rows: int
    low: float
    high: float


def find_clusters(values: np.ndarray) -> list[Cluster]:
    """Return the clusters of positive numbers, the smallest numbers first; numbers in empty bins are left out.

    Examples
    --------
    >>> import numpy as np
    >>> [(cluster.median, cluster.rows) for cluster in find_clusters(np.array([15.0, 16, 17, 2400, 2500]))]
    [(16.0, 3), (2450.0, 2)]
    """
    import numpy as np

    if not len(values):
        return []
    bins = np.floor(np.log(values) / math.log(BIN)).astype(int)
    numbers, counts = np.unique(bins, return_counts=True)
    filled = numbers[counts >= max(1, EMPTY_SHARE * len(values))]
    begins = np.flatnonzero(np.diff(filled, prepend=filled[0] - GAP_BINS - 1) > GAP_BINS)
    ends = [*begins[1:] - 1, len(filled) - 1]
    members = [
        values[(bins >= filled[first]) & (bins <= filled[last])] for first, last in zip(begins, ends, strict=True)
    ]
    return [
        Cluster(median=float(np.median(part)), rows=len(part), low=float(part.min()), high=float(part.max()))
        for part in members
    ]
