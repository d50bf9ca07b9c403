"""Effects by subgroup: hazard ratios shrunk towards their common mean, and a test of heterogeneity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2

from attrition.pilot.cox import CONFIDENCE, hazard_ratio

MINIMUM_AGENTS, MINIMUM_RESIGNATIONS = 10, 5
"""Smaller groups get no estimate."""
GROUPINGS = ("band", "site", "tenure_band")
COLUMNS = ["by", "group", "agents", "resigned", "ratio", "low", "high", "difference_p"]


def subgroups(rows: pd.DataFrame, *, by: Sequence[str] = GROUPINGS, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Return the estimated effect in every subgroup that is large enough.

    Parameters
    ----------
    rows : DataFrame
        As for `attrition.pilot.cox.hazard_ratio`, and the columns of `by`.
    by : sequence of str
        Columns whose values are the groups.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        ``by``, ``group``, ``agents``, ``resigned``, ``ratio`` with its interval ``low``, ``high`` (shrunk) and
        ``difference_p``, the p-value of the test that all groups of ``by`` have the same effect. The ratio is null in
        a group with fewer than 10 agents or 5 resignations, or without any in one arm; ratios and p-value are null
        where fewer than two groups can be estimated.

    Notes
    -----
    Empirical Bayes: the variance between groups is that of DerSimonian and Laird (1986); a group's estimate is the
    mean of its own and the common one, weighted by precision, and its error includes that of the common mean.
    """
    parts = [_of_grouping(rows, name, confidence) for name in by if name in rows]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def _of_grouping(rows: pd.DataFrame, name: str, confidence: float) -> pd.DataFrame:
    """Return the effects in the groups of one column."""
    groups = rows[name].astype("string").fillna("unknown")
    table = pd.DataFrame([_estimate(part) | {"group": str(group)} for group, part in rows.groupby(groups, sort=True)])
    table = table.assign(by=name, ratio=np.nan, low=np.nan, high=np.nan, difference_p=np.nan)
    is_estimated = table["error"].notna()
    if is_estimated.sum() < 2:
        return table
    estimates = table.loc[is_estimated]
    mean, error, p = shrunk(estimates["log_ratio"].to_numpy(), estimates["error"].to_numpy())
    half_width = ndtri(0.5 + confidence / 2.0) * error
    table.loc[is_estimated, ["ratio", "low", "high"]] = np.exp(
        np.column_stack([mean, mean - half_width, mean + half_width])
    )
    return table.assign(difference_p=p)


def shrunk(value: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return estimates shrunk towards their common mean, their standard errors, and the p-value of heterogeneity.

    Examples
    --------
    >>> mean, error, p = shrunk(np.array([-1.0, 0.0]), np.array([1.0, 1.0]))
    >>> mean.tolist(), round(p, 2)
    ([-0.5, -0.5], 0.48)
    """
    weight = error**-2.0
    common = (weight * value).sum() / weight.sum()
    scatter = (weight * (value - common) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, (scatter - (len(value) - 1)) / scale)
    weight = 1.0 / (error**2 + between)
    common, common_variance = (weight * value).sum() / weight.sum(), 1.0 / weight.sum()
    own_weight = between / (between + error**2)
    mean = own_weight * value + (1.0 - own_weight) * common
    variance = own_weight * error**2 + (1.0 - own_weight) ** 2 * common_variance
    return mean, np.sqrt(variance), float(chi2.sf(scatter, len(value) - 1))


def _estimate(part: pd.DataFrame) -> dict[str, float]:
    """Return counts, log hazard ratio and standard error of one group; the last two are null where it is too small."""
    resigned = int(part["resigned"].sum())
    ratio = hazard_ratio(part)
    is_large = len(part) >= MINIMUM_AGENTS and resigned >= MINIMUM_RESIGNATIONS and ratio.is_estimable
    log_ratio = float(np.log(ratio.value)) if is_large else np.nan
    error = ratio.error if is_large else np.nan
    return {"agents": len(part), "resigned": resigned, "log_ratio": log_ratio, "error": error}
