"""Whether two groups that no lot made were alike before: overlap of their chances, and standardised differences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.pilot.adjusted import KNOWN_BEFORE

BALANCED = 0.10
"""Largest standardised difference after weighting that passes as alike (Austin 2009)."""


def balance(rows: pd.DataFrame, weight: np.ndarray) -> pd.DataFrame:
    """Measure how far the groups are apart in what was known before, without weights and with them.

    Parameters
    ----------
    rows : DataFrame
        ``is_treated``, ``log_odds`` and those of ``site``, ``tenure_band`` there are.
    weight : array, shape (rows,)
        Of each row after adjustment.

    Returns
    -------
    DataFrame
        ``what``, ``before``, ``after``: differences of means, treated less control, in standard deviations without
        weights.

    Examples
    --------
    >>> rows = pd.DataFrame({"is_treated": [True, True, False, False], "log_odds": [0.0, 2.0, 0.0, -2.0]})
    >>> balance(rows, np.array([1.0, 1.0, 2.0, 0.0])).round(2).values.tolist()
    [['log_odds', 2.0, 1.0]]
    """
    columns = {"log_odds": rows["log_odds"].to_numpy(float)}
    for name in (name for name in KNOWN_BEFORE if name in rows):
        words = rows[name].astype("string").fillna("unknown")
        columns |= {f"{name}: {word}": (words == word).to_numpy(float) for word in sorted(words.unique())}
    treated = rows["is_treated"].to_numpy(bool)
    table = [
        (name, _apart(values, treated, np.ones(len(rows))), _apart(values, treated, weight))
        for name, values in columns.items()
    ]
    return pd.DataFrame(table, columns=["what", "before", "after"])


def within_overlap(chance: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Mark the rows whose chance of being treated is found on both sides.

    Examples
    --------
    >>> within_overlap(np.array([0.1, 0.3, 0.9, 0.2, 0.05]), np.array([True, True, True, False, False])).tolist()
    [True, False, False, True, False]
    """
    low = max(chance[is_treated].min(), chance[~is_treated].min())
    high = min(chance[is_treated].max(), chance[~is_treated].max())
    return (chance >= low) & (chance <= high)


def _apart(values: np.ndarray, treated: np.ndarray, weight: np.ndarray) -> float:
    means = [np.average(values[arm], weights=weight[arm]) for arm in (treated, ~treated)]
    spread = np.sqrt((values[treated].var() + values[~treated].var()) / 2.0)
    return float((means[0] - means[1]) / spread) if spread else 0.0
