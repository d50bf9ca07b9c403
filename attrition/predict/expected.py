"""How many resignations are to be expected in the centre, a site, a team, a role, with a 90 % interval.

The number of resignations among agents with different risks is a sum of independent events (Poisson-binomial), all
shifted together by an error of the model that everybody shares: the true level may lie, say, 10 % above or
below. That shared error is declared, or estimated from a backtest's months by `shared_error`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

SHARED_ERROR = 0.10
"""Relative standard deviation of the level of risk from month to month, where no backtest says better."""
PRIOR_LOOKS = 4
"""Months, a horizon apart, that a backtest needs to weigh as much as the usual error.

Twelve months of overlapping windows are few looks at a level: by themselves they often say that it never errs.
"""

LEVELS = {"centre": None, "site": "site", "team": "team_id", "job_role": "job_role"}
COVERAGE = 0.90
EXACT_UP_TO = 200
"""Agents in a unit up to which the distribution is summed exactly; above, the normal distribution is close enough."""

NODES, WEIGHTS = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)]), np.array([1 / 6, 2 / 3, 1 / 6])
"""Three points that stand for a normal distribution (Gauss-Hermite)."""


def expected_leavers(scores: pd.DataFrame, groups: pd.DataFrame, *, shared_error: float = SHARED_ERROR) -> pd.DataFrame:
    """Sum the risks of all agents, those the model abstained from ranking included.

    Parameters
    ----------
    scores : DataFrame
        The contract's table ``scores``.
    groups : DataFrame
        ``agent_id``, ``as_of`` and those of ``site``, ``team_id``, ``job_role`` the site has.
    shared_error : float
        Relative standard deviation of the level of risk.

    Returns
    -------
    DataFrame
        The contract's table ``expected_leavers``: ``as_of``, ``horizon_months``, ``level``, ``unit`` (``centre`` for
        the whole), ``headcount``, ``expected``, ``low``, ``high``.
    """
    known = scores.merge(groups, on=["agent_id", "as_of"], how="left", validate="many_to_one")
    parts = []
    for level, column in LEVELS.items():
        if column is None or column in known:
            table = known.assign(level=level, unit=level if column is None else known[column]).dropna(subset="unit")
            parts.append(_summed(table, shared_error))
    return pd.concat(parts, ignore_index=True)


def shared_error(judged: pd.DataFrame, *, horizon: int) -> float:
    """Estimate the shared relative error from past months, steadied by the usual one.

    Parameters
    ----------
    judged : DataFrame
        Agent-months of a backtest at one horizon, labels mature: ``as_of``, ``risk``, ``resigned`` (0 or 1).
    horizon : int
        Months ahead: months less far apart look at the same resignations.

    Returns
    -------
    float
        By how much the months' numbers of resignations differ from those expected beyond chance, as a share.
    """
    chance = judged["risk"] * (1.0 - judged["risk"])
    months = judged.assign(chance=chance).groupby("as_of")[["risk", "resigned", "chance"]].sum()
    beyond_chance = ((months["resigned"] - months["risk"]) ** 2 - months["chance"]).sum()
    seen, looks = max(0.0, beyond_chance) / (months["risk"] ** 2).sum(), len(months) / horizon
    return float(np.sqrt((looks * seen + PRIOR_LOOKS * SHARED_ERROR**2) / (looks + PRIOR_LOOKS)))


def interval(risks: np.ndarray, shared_error: float) -> tuple[float, float]:
    """Give the 5 % and 95 % points of the number of resignations among agents with these risks."""
    tail = (1.0 - COVERAGE) / 2.0
    if len(risks) > EXACT_UP_TO:
        spread = np.sqrt((risks * (1.0 - risks)).sum() + (shared_error * risks.sum()) ** 2)
        points = risks.sum() + spread * ndtri(np.array([tail, 1.0 - tail]))
        return tuple(np.clip(points, 0.0, len(risks)).tolist())
    scales = np.exp(shared_error * NODES - shared_error**2 / 2.0)
    below = np.cumsum(sum(weight * _counted(risks * scale) for weight, scale in zip(WEIGHTS, scales, strict=True)))
    return tuple(np.searchsorted(below, [tail, 1.0 - tail]).astype(float).tolist())


def _counted(risks: np.ndarray) -> np.ndarray:
    """Give the probabilities of 0, 1, ..., n events (Poisson-binomial), one agent at a time."""
    chances = np.ones(1)
    for risk in np.clip(risks, 0.0, 1.0):
        chances = np.convolve(chances, [1.0 - risk, risk])
    return chances


def _summed(table: pd.DataFrame, shared_error: float) -> pd.DataFrame:
    rows = []
    for (as_of, horizon, level, unit), part in table.groupby(["as_of", "horizon_months", "level", "unit"]):
        low, high = interval(part["risk"].to_numpy(), shared_error)
        rows.append((as_of, horizon, level, unit, len(part), part["risk"].sum(), low, high))
    names = ["as_of", "horizon_months", "level", "unit", "headcount", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=names)
