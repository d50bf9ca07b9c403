"""The expected number of resignations in the centre and in each site, team and role, with a 90 % interval.

Two errors make up the interval. If all risks were right, the number of resignations would be a sum of independent
events (Poisson-binomial). In addition all risks of a unit may be too high or too low together, by 15 % say: the errors
of `attrition.predict.count_errors`.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import betainc

from attrition.predict.count_errors import COLUMN_OF_LEVEL, CountErrors

COVERAGE = 0.90
EXACT_UP_TO = 200
"""Largest unit, in agents, whose distribution is computed exactly; for larger ones it is a binomial distribution."""
DEVIATIONS = 10.0
"""Numbers further from the mean than this many standard deviations are not looked at."""

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
    with_groups = scores.merge(groups, on=["agent_id", "as_of"], how="left", validate="many_to_one")
    by_month = with_groups.groupby(["as_of", "horizon_months"])["risk"]
    with_groups = with_groups.assign(centre_mean=by_month.transform("mean"))
    share = with_groups["risk"].fillna(with_groups["centre_mean"]) / by_month.transform("sum")
    with_groups = with_groups.assign(share=share)
    parts = [_sums_by_unit(with_groups.assign(level="centre", unit="centre"), errors)]
    for level, column in COLUMN_OF_LEVEL.items():
        if column in with_groups:
            table = with_groups.assign(level=level, unit=with_groups[column]).dropna(subset="unit")
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
    tail = (1.0 - COVERAGE) / 2.0
    scaled = np.clip(np.exp(error * _NODES - error**2 / 2.0)[:, None] * risks, 0.0, 1.0)
    quantiles = _exact_quantiles if len(risks) <= EXACT_UP_TO else _binomial_quantiles
    low, high = quantiles(scaled, [tail, 1.0 - tail])
    return float(low), float(high)


def _exact_quantiles(risks: np.ndarray, shares: list[float]) -> list[int]:
    """Return the quantiles of the number of events, from the Poisson-binomial distributions of the rows of risks."""
    return np.searchsorted(_WEIGHTS @ _exact(risks), shares).tolist()


def _exact(risks: np.ndarray) -> np.ndarray:
    """Return the probability of at most 0, 1, ..., n events (Poisson-binomial) for each row of risks."""
    probabilities = np.zeros((len(risks), risks.shape[1] + 1))
    probabilities[:, 0] = 1.0
    for column in range(risks.shape[1]):
        moved = probabilities[:, : column + 1] * risks[:, column, None]
        probabilities[:, : column + 1] -= moved
        probabilities[:, 1 : column + 2] += moved
    return np.cumsum(probabilities, axis=1)


def _binomial_quantiles(risks: np.ndarray, shares: list[float]) -> list[int]:
    """Return the quantiles of the number of events, from a binomial distribution for each row of risks.

    It has the mean and the variance of the sum (Ehm 1991 bounds the distance); its number of trials need not be whole.
    Of a large unit few numbers are looked at: some far apart, and all between two of these where a quantile lies.
    """
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
    for position, share in zip(np.searchsorted(share_at_most(grid), shares), shares, strict=True):
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
    counts = []
    for (_, horizon, level, _), rows in zip(units.itertuples(index=False), members, strict=True):
        error = errors.deviation(str(level), int(horizon), share=float(np.nansum(share[rows])))
        risks = _of_everybody(risk[rows], centre_mean[rows])
        counts.append((len(rows), risks.sum(), *count_interval(risks, error)))
    columns = dict(zip(COLUMNS[len(keys) :], zip(*counts, strict=True), strict=True))
    return units.reset_index(drop=True).assign(**{name: list(values) for name, values in columns.items()})


def _of_everybody(risks: np.ndarray, centre_means: np.ndarray) -> np.ndarray:
    """Return the risks of a unit's agents: of those without one its mean, or the centre's where none has one."""
    is_missing = np.isnan(risks)
    if not is_missing.any():
        return risks
    others = (~is_missing).sum()
    return np.where(is_missing, np.nansum(risks) / others if others else centre_means, risks)
