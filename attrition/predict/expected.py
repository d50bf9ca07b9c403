"""The expected number of resignations in the centre and in each site, team and role, with a 90 % interval.

Two errors make up the interval. If all risks were right, the number of resignations would be a sum of independent
events (Poisson-binomial). In addition all risks of a month may be too high or too low together, by 10 % say. This
shared error is estimated from the months of a backtest by `shared_error`, and has a default without a backtest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

SHARED_ERROR = 0.10
"""Relative standard deviation of the error that all risks of a month share, where there is no backtest."""
PRIOR_WINDOWS = 4
"""Weight of the default error, as a number of windows of the horizon that do not overlap.

Twelve months hold few such windows (four of three months), whose estimate alone would often be zero.
"""

COLUMN_OF_LEVEL = {"centre": None, "site": "site", "team": "team_id", "job_role": "job_role"}
COVERAGE = 0.90
EXACT_UP_TO = 200
"""Largest unit, in agents, whose distribution is computed exactly; larger ones use the normal approximation."""

NODES, WEIGHTS = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)]), np.array([1 / 6, 2 / 3, 1 / 6])
"""Nodes and weights of Gauss-Hermite quadrature for a normal distribution."""


def expected_leavers(scores: pd.DataFrame, groups: pd.DataFrame, *, shared_error: float = SHARED_ERROR) -> pd.DataFrame:
    """Return the expected number of resignations of each unit, with its interval.

    It is the sum of the risks of all agents, including those whom the model abstained from ranking.

    Parameters
    ----------
    scores : DataFrame
        The contract's table ``scores``.
    groups : DataFrame
        ``agent_id``, ``as_of`` and whichever of ``site``, ``team_id``, ``job_role`` are known.
    shared_error : float
        Relative standard deviation of the error that all risks of a month share.

    Returns
    -------
    DataFrame
        The contract's table ``expected_leavers``: ``as_of``, ``horizon_months``, ``level``, ``unit`` (``centre`` for
        the whole), ``headcount``, ``expected``, ``low``, ``high``.
    """
    with_groups = scores.merge(groups, on=["agent_id", "as_of"], how="left", validate="many_to_one")
    parts = []
    for level, column in COLUMN_OF_LEVEL.items():
        if column is None or column in with_groups:
            table = with_groups.assign(level=level, unit=level if column is None else with_groups[column]).dropna(
                subset="unit"
            )
            parts.append(_sums_by_unit(table, shared_error))
    return pd.concat(parts, ignore_index=True)


def shared_error(backtested: pd.DataFrame, *, horizon: int) -> float:
    """Return the relative error that all risks of a month share, estimated from past months and shrunk to the default.

    Parameters
    ----------
    backtested : DataFrame
        Agent-months of a backtest at one horizon with mature labels: ``as_of``, ``risk``, ``resigned`` (0 or 1).
    horizon : int
        In months. The windows of months less far apart than this overlap, so the evidence counts as the number of
        months divided by the horizon.

    Returns
    -------
    float
        Relative standard deviation of the observed around the expected number of resignations, without the part that
        independent events explain.
    """
    variance = backtested["risk"] * (1.0 - backtested["risk"])
    months = backtested.assign(variance=variance).groupby("as_of")[["risk", "resigned", "variance"]].sum()
    beyond_chance = ((months["resigned"] - months["risk"]) ** 2 - months["variance"]).sum()
    observed, windows = max(0.0, beyond_chance) / (months["risk"] ** 2).sum(), len(months) / horizon
    return float(np.sqrt((windows * observed + PRIOR_WINDOWS * SHARED_ERROR**2) / (windows + PRIOR_WINDOWS)))


def count_interval(risks: np.ndarray, shared_error: float) -> tuple[float, float]:
    """Return the 5 % and 95 % quantiles of the number of resignations among agents with these risks."""
    tail = (1.0 - COVERAGE) / 2.0
    if len(risks) > EXACT_UP_TO:
        spread = np.sqrt((risks * (1.0 - risks)).sum() + (shared_error * risks.sum()) ** 2)
        quantiles = risks.sum() + spread * ndtri(np.array([tail, 1.0 - tail]))
        return tuple(np.clip(quantiles, 0.0, len(risks)).tolist())
    scales = np.exp(shared_error * NODES - shared_error**2 / 2.0)
    mixture = sum(weight * _count_distribution(risks * scale) for weight, scale in zip(WEIGHTS, scales, strict=True))
    return tuple(np.searchsorted(np.cumsum(mixture), [tail, 1.0 - tail]).astype(float).tolist())


def _count_distribution(risks: np.ndarray) -> np.ndarray:
    """Return the probabilities of 0, 1, ..., n events (Poisson-binomial), convolving one agent at a time."""
    probabilities = np.ones(1)
    for risk in np.clip(risks, 0.0, 1.0):
        probabilities = np.convolve(probabilities, [1.0 - risk, risk])
    return probabilities


def _sums_by_unit(table: pd.DataFrame, shared_error: float) -> pd.DataFrame:
    """Return headcount, expected number and interval of each unit, month and horizon."""
    rows = []
    for (as_of, horizon, level, unit), part in table.groupby(["as_of", "horizon_months", "level", "unit"]):
        low, high = count_interval(part["risk"].to_numpy(), shared_error)
        rows.append((as_of, horizon, level, unit, len(part), part["risk"].sum(), low, high))
    names = ["as_of", "horizon_months", "level", "unit", "headcount", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=names)
