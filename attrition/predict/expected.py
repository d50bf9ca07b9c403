"""The expected number of resignations in the centre and in each site, team and role, with a 90 % interval.

Two errors make up the interval. If all risks were right, the number of resignations would be a sum of independent
events (Poisson-binomial). In addition all risks of a unit may be too high or too low together, by 15 % say: the errors
of `attrition.predict.count_errors`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import betainc

from attrition.predict.count_errors import COLUMN_OF_LEVEL, CountErrors

COVERAGE = 0.90
QUANTILES = ((1.0 - COVERAGE) / 2.0, 1.0 - (1.0 - COVERAGE) / 2.0)
"""The shares of the numbers' distribution at which the interval begins and ends."""
EXACT_UP_TO = 200
"""Largest unit, in agents, whose distribution is computed exactly; for larger ones it is a binomial distribution."""
DEVIATIONS = 10.0
"""Numbers further from the mean than this many standard deviations are not looked at."""
UNITS_AT_ONCE = 64
"""Units of about equal size whose distributions are computed together; those of so many fit into the cache."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
COLUMNS = ["as_of", "horizon_months", "level", "unit", "headcount", "expected", "low", "high"]


def expected_leavers(scores: pd.DataFrame, groups: pd.DataFrame, *, errors: CountErrors | None = None) -> pd.DataFrame:
    """Return the expected number of resignations of each unit, with its interval.

    It is the sum of the risks of all agents, including those whom the model abstained from ranking. Agents without a
    risk, who objected to being scored, count at the mean of their unit.

    Parameters
    ----------
    scores : DataFrame
        The contract's table ``scores``.
    groups : DataFrame
        ``agent_id``, ``as_of`` and whichever of ``site``, ``team_id``, ``job_role`` are known.
    errors : CountErrors, optional
        The errors that the risks of a unit share; the defaults without it.

    Returns
    -------
    DataFrame
        The contract's table ``expected_leavers``: ``as_of``, ``horizon_months``, ``level``, ``unit`` (``centre`` for
        the whole), ``headcount``, ``expected``, ``low``, ``high``.
    """
    errors = errors or CountErrors()
    units = groups[["agent_id", "as_of", *(column for column in COLUMN_OF_LEVEL.values() if column in groups)]]
    risks = scores[["agent_id", "as_of", "horizon_months", "risk"]]
    with_groups = risks.merge(units, on=["agent_id", "as_of"], how="left", validate="many_to_one")
    by_month = with_groups.groupby(["as_of", "horizon_months"])["risk"]
    with_groups = with_groups.assign(centre_mean=by_month.transform("mean"))
    share = with_groups["risk"].fillna(with_groups["centre_mean"]) / by_month.transform("sum")
    numbers = with_groups[["as_of", "horizon_months", "risk", "centre_mean"]].assign(share=share)
    parts = [_sums_by_unit(numbers.assign(level="centre", unit="centre"), errors)]
    for level, column in COLUMN_OF_LEVEL.items():
        if column in with_groups:
            table = numbers.assign(level=level, unit=with_groups[column]).dropna(subset="unit")
            # The sums of a table without rows have no types, and would take them from all other levels.
            parts += [_sums_by_unit(table, errors)] if len(table) else []
    return pd.concat(parts, ignore_index=True)


def count_interval(risks: np.ndarray, error: float) -> tuple[float, float]:
    """Return the 5 % and 95 % quantiles of the number of resignations among agents with these risks.

    Parameters
    ----------
    risks : ndarray of shape (n,)
        The agents' risks.
    error : float
        Relative standard deviation of the error that they share; it is lognormal with mean 1.

    Returns
    -------
    tuple of float
        Whole numbers. With chance of less than 5 % the number is below the first, or above the second.

    Examples
    --------
    >>> count_interval(np.full(100, 0.2), 0.0)
    (14.0, 27.0)
    >>> count_interval(np.full(100, 0.2), 0.3)
    (10.0, 33.0)
    """
    [[low, high]] = count_intervals([risks], [error]).tolist()
    return low, high


def count_intervals(units: Sequence[np.ndarray], errors: Sequence[float]) -> np.ndarray:
    """Return the interval of `count_interval` for each of some units, of which risks and error are passed; n x 2."""
    sizes, errors_of_units = np.array([len(risks) for risks in units]), np.array(errors)
    intervals = np.empty((len(units), 2))
    for unit in np.flatnonzero(sizes > EXACT_UP_TO).tolist():
        intervals[unit] = _binomial_quantiles(units[unit], errors_of_units[unit])
    by_size = np.argsort(sizes, kind="stable")[: np.count_nonzero(sizes <= EXACT_UP_TO)]
    for first in range(0, len(by_size), UNITS_AT_ONCE):
        together = by_size[first : first + UNITS_AT_ONCE]
        # An agent without risk changes no probability, and fills up the smaller units.
        risks = np.zeros((sizes[together].max(), len(together)))
        for position, unit in enumerate(together.tolist()):
            risks[: sizes[unit], position] = units[unit]
        intervals[together] = _exact_quantiles(risks, errors_of_units[together])
    return intervals


def _error_factors(error: np.ndarray) -> np.ndarray:
    """Return by what risks are multiplied at each node of the error that they share, along a further axis."""
    return np.asarray(np.exp(error[..., None] * _NODES - error[..., None] ** 2 / 2.0))


def _exact_quantiles(risks: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return the quantiles of the numbers of events of units (risks: agents x units), from their distributions."""
    at_most = _exact(np.clip(risks[:, :, None] * _error_factors(errors), 0.0, 1.0)) @ _WEIGHTS
    return (at_most[:, :, None] < QUANTILES).sum(axis=0)


def _exact(risks: np.ndarray) -> np.ndarray:
    """Return the probability of at most 0, 1, ..., n events (Poisson-binomial), along the axis of the n risks."""
    probabilities = np.zeros((len(risks) + 1, *risks.shape[1:]))
    probabilities[0] = 1.0
    for agent, risk in enumerate(risks):
        moved = probabilities[: agent + 1] * risk
        probabilities[: agent + 1] -= moved
        probabilities[1 : agent + 2] += moved
    return np.cumsum(probabilities, axis=0)


def _binomial_quantiles(risks: np.ndarray, error: np.ndarray) -> list[int]:
    """Return the quantiles of the number of events of one unit, from a binomial distribution at each node of the error.

    It has the mean and the variance of the sum (Ehm 1991 bounds the distance); its number of trials need not be whole.
    Of a large unit few numbers are looked at: some far apart, and all between two of these where a quantile lies.
    """
    risks = np.clip(_error_factors(error)[:, None] * risks, 0.0, 1.0)
    mean, squares = risks.sum(axis=1)[:, None], (risks**2).sum(axis=1)[:, None]
    trials, probability = mean**2 / squares, squares / mean

    def share_at_most(numbers: np.ndarray) -> np.ndarray:
        at_most = betainc(np.maximum(trials - numbers, 1e-9), numbers + 1.0, 1.0 - probability)
        return np.asarray(_WEIGHTS @ np.where(numbers >= trials, 1.0, at_most))

    spread = np.sqrt(mean - squares)
    first = int(max(0.0, (mean - DEVIATIONS * spread).min()))
    end = int(min(risks.shape[1], (mean + DEVIATIONS * spread).max())) + 1
    apart = math.isqrt(end - first)
    grid = np.arange(first, end, apart)
    quantiles = []
    for position, share in zip(np.searchsorted(share_at_most(grid), QUANTILES), QUANTILES, strict=True):
        start = int(grid[position - 1]) + 1 if position else first
        between = np.arange(start, min(first + position * apart + 1, end))
        quantiles.append(start + int(np.searchsorted(share_at_most(between), share)))
    return quantiles


def _sums_by_unit(table: pd.DataFrame, errors: CountErrors) -> pd.DataFrame:
    """Return headcount, expected number and interval of each unit, month and horizon."""
    if table.empty:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["as_of", "horizon_months", "level", "unit"]
    codes = table.groupby(keys).ngroup().to_numpy()
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    units = table[keys].take([rows[0] for rows in members])
    # Sums over arrays and not over parts of the table, each of which would take as long as all its sums.
    risk, centre_mean, share = (table[name].to_numpy(dtype=float) for name in ("risk", "centre_mean", "share"))
    share = np.nan_to_num(share)
    risks = [_of_everybody(risk[rows], centre_mean[rows]) for rows in members]
    deviations = [
        errors.deviation(str(level), int(horizon), share=float(share[rows].sum()))
        for (_, horizon, level, _), rows in zip(units.itertuples(index=False), members, strict=True)
    ]
    low, high = count_intervals(risks, deviations).T
    return units.reset_index(drop=True).assign(
        headcount=[len(rows) for rows in members], expected=[part.sum() for part in risks], low=low, high=high
    )


def _of_everybody(risks: np.ndarray, centre_means: np.ndarray) -> np.ndarray:
    """Return the risks of a unit's agents: of those without one its mean, or the centre's where none has one."""
    is_missing = np.isnan(risks)
    if not is_missing.any():
        return risks
    others = (~is_missing).sum()
    return np.where(is_missing, np.nansum(risks) / others if others else centre_means, risks)
