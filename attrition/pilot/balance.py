"""Checks how comparable two groups are that were not randomised: overlap of propensities, and balance of covariates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.pilot.adjusted import BASELINE, CATEGORIES, numeric_covariates

MAXIMUM_DIFFERENCE = 0.10
"""Largest standardised difference after weighting at which a covariate counts as balanced (Austin 2009)."""


def balance(rows: pd.DataFrame, weight: np.ndarray) -> pd.DataFrame:
    """Return the standardised mean differences of the covariates, without weights and with them.

    Parameters
    ----------
    rows : DataFrame
        ``is_treated`` and whichever covariates are known, see `attrition.pilot.adjusted.covariates`.
    weight : array, shape (rows,)
        Weight of each row after adjustment.

    Returns
    -------
    DataFrame
        ``what`` (the covariate), ``before``, ``after``: differences of means, treated less control, in unweighted
        standard deviations.

    Examples
    --------
    >>> rows = pd.DataFrame({"is_treated": [True, True, False, False], "log_odds": [0.0, 2.0, 0.0, -2.0]})
    >>> balance(rows, np.array([1.0, 1.0, 2.0, 0.0])).round(2).values.tolist()
    [['log_odds', 2.0, 1.0]]
    """
    columns = {name.removeprefix(BASELINE): rows[name].to_numpy(float) for name in numeric_covariates(rows)}
    for name in (name for name in CATEGORIES if name in rows):
        values = rows[name].astype("string").fillna("unknown")
        columns |= {f"{name}: {value}": (values == value).to_numpy(float) for value in sorted(values.unique())}
    treated = rows["is_treated"].to_numpy(bool)
    table = [
        (
            name,
            _standardised_difference(values, treated, np.ones(len(rows))),
            _standardised_difference(values, treated, weight),
        )
        for name, values in columns.items()
    ]
    return pd.DataFrame(table, columns=["what", "before", "after"])


def within_overlap(propensity: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Return whether the propensity of each row lies in the range of both groups.

    Examples
    --------
    >>> within_overlap(np.array([0.1, 0.3, 0.9, 0.2, 0.05]), np.array([True, True, True, False, False])).tolist()
    [True, False, False, True, False]
    """
    low = max(propensity[is_treated].min(), propensity[~is_treated].min())
    high = min(propensity[is_treated].max(), propensity[~is_treated].max())
    return (propensity >= low) & (propensity <= high)


def _standardised_difference(values: np.ndarray, treated: np.ndarray, weight: np.ndarray) -> float:
    """Return the difference of weighted means in unweighted standard deviations; 0 where both groups are constant."""
    means = [np.average(values[arm], weights=weight[arm]) for arm in (treated, ~treated)]
    spread = np.sqrt((values[treated].var() + values[~treated].var()) / 2.0)
    return float((means[0] - means[1]) / spread) if spread else 0.0
