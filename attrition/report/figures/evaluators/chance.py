"""Tell what lies beyond chance where many are compared at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binomtest, fisher_exact, norm

LEVEL = 0.05
"""Chance of naming anybody at all where nobody differs."""


def beyond_chance(p_values: pd.Series) -> pd.Series:
    """Return which of many comparisons lie beyond chance together (Holm 1979); null p-values never do.

    Examples
    --------
    >>> beyond_chance(pd.Series([0.01, 0.03, 0.02, 0.9])).tolist()
    [True, False, False, False]
    """
    ordered = p_values.dropna().sort_values(kind="stable")
    limits = LEVEL / np.arange(len(ordered), 0, -1)
    passed = ordered.index[np.cumprod(ordered.to_numpy() <= limits).astype(bool)]
    return pd.Series(p_values.index.isin(passed), index=p_values.index)


def two_sided(value: pd.Series, error: pd.Series) -> pd.Series:
    """Return how likely values as far from zero are by chance, given their standard errors."""
    return pd.Series(2 * norm.sf(value.abs() / error.where(error > 0)), index=value.index)


def share_interval(count: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share; null without cases."""
    if not total:
        return float("nan"), float("nan")
    interval = binomtest(int(count), int(total)).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def shares_differ(count: int, total: int, other_count: int, other_total: int) -> float:
    """Return how likely two shares lie as far apart by chance (Fisher's exact test); null where one has no cases.

    Examples
    --------
    >>> round(shares_differ(3, 4, 0, 2), 2)
    0.4
    """
    if not total or not other_total:
        return float("nan")
    return float(fisher_exact([[count, total - count], [other_count, other_total - other_count]]).pvalue)
