"""Whether an effect differs between groups of agents: each group's hazard ratio, drawn towards that of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2

from attrition.pilot.cox import CONFIDENCE, hazard_ratio

FEWEST_AGENTS, FEWEST_RESIGNATIONS = 10, 5
BY = ("band", "site", "tenure_band")
COLUMNS = ["by", "group", "agents", "resigned", "ratio", "low", "high", "difference_p"]


def subgroups(rows: pd.DataFrame, *, by: Sequence[str] = BY, confidence: float = CONFIDENCE) -> pd.DataFrame:
    """Estimate the effect in every group that is large enough to speak of.

    Parameters
    ----------
    rows : DataFrame
        As for `attrition.pilot.cox.hazard_ratio`, and the columns of `by`.

    Returns
    -------
    DataFrame
        ``by``, ``group``, ``agents``, ``resigned``, ``ratio``, ``low``, ``high`` (shrunk; null in a group with fewer
        than 10 agents or 5 resignations, or without any in one arm) and ``difference_p``: how often groups would
        differ as much by chance alone.

    Notes
    -----
    Empirical Bayes: the variance between groups is that of DerSimonian and Laird (1986); a group's estimate is the
    mean of its own and of all groups', weighted by precision, and its error holds that of the common mean too.
    """
    parts = [_of_one(rows, name, confidence) for name in by if name in rows]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def _of_one(rows: pd.DataFrame, name: str, confidence: float) -> pd.DataFrame:
    groups = rows[name].astype("string").fillna("unknown")
    table = pd.DataFrame([_estimate(part) | {"group": str(group)} for group, part in rows.groupby(groups, sort=True)])
    table = table.assign(by=name, ratio=np.nan, low=np.nan, high=np.nan, difference_p=np.nan)
    told = table["error"].notna()
    if told.sum() < 2:
        return table
    mean, error, p = shrunk(table.loc[told, "log_ratio"].to_numpy(), table.loc[told, "error"].to_numpy())
    half = ndtri(0.5 + confidence / 2.0) * error
    table.loc[told, ["ratio", "low", "high"]] = np.exp(np.column_stack([mean, mean - half, mean + half]))
    return table.assign(difference_p=p)


def shrunk(value: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Draw estimates towards their common mean: means, errors, and the chance of so much difference by chance.

    Examples
    --------
    >>> mean, error, p = shrunk(np.array([-1.0, 0.0]), np.array([1.0, 1.0]))
    >>> mean.tolist(), round(p, 2)
    ([-0.5, -0.5], 0.48)
    """
    weight = error**-2.0
    common = (weight * value).sum() / weight.sum()
    scatter = (weight * (value - common) ** 2).sum()
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(0.0, (scatter - (len(value) - 1)) / spare)
    weight = 1.0 / (error**2 + between)
    common, common_variance = (weight * value).sum() / weight.sum(), 1.0 / weight.sum()
    own = between / (between + error**2)
    mean = own * value + (1.0 - own) * common
    variance = own * error**2 + (1.0 - own) ** 2 * common_variance
    return mean, np.sqrt(variance), float(chi2.sf(scatter, len(value) - 1))


def _estimate(part: pd.DataFrame) -> dict[str, float]:
    """Estimate one group; without an error where it is too few."""
    resigned = int(part["resigned"].sum())
    found = hazard_ratio(part)
    enough = len(part) >= FEWEST_AGENTS and resigned >= FEWEST_RESIGNATIONS and found.is_estimable
    log_ratio = float(np.log(found.value)) if enough else np.nan
    error = found.error if enough else np.nan
    return {"agents": len(part), "resigned": resigned, "log_ratio": log_ratio, "error": error}
