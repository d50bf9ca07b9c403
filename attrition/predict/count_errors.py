"""The errors that the risks of a month share: how far expected numbers of resignations are off, by horizon and level.

If all risks were right, the number of resignations of a unit would vary by chance alone. In addition all risks of a
month may be too high or too low together, and those of one site, team or role may differ from the rest of the centre.
Both errors are estimated from the months of a backtest and shrunk to defaults, since few months tell little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

COLUMN_OF_LEVEL = {"site": "site", "team": "team_id", "job_role": "job_role"}
"""Column that names the unit of each level below the centre."""
CENTRE_ERROR = 0.17
"""Relative standard deviation of the error that all risks of a month share, where there is no backtest."""
OWN_ERROR = {"site": 0.12, "team": 0.20, "job_role": 0.14}
"""Relative standard deviation of a unit's error beside the centre's, where there is no backtest.

Chosen, as `CENTRE_ERROR` and both weights, on three of our synthetic centres and tried on other worlds
(`benchmarks/coverage_of_ranges.py`).
"""
PRIOR_WINDOWS = 4.0
"""Weight of the centre's default error, as a number of windows of the horizon that do not overlap."""
PRIOR_UNITS = 8.0
"""Weight of the default error of units, as a number of units in one window."""


@dataclass(frozen=True)
class CountErrors:
    """Relative errors of expected numbers, by horizon; a horizon without a value has the default.

    Parameters
    ----------
    centre : mapping of int to float
        By horizon in months, the relative variance of the error that all units share.
    own : mapping of (str, int) to float
        By level and horizon, the relative variance of the error of one unit beside the centre's.
    """

    centre: Mapping[int, float] = field(default_factory=dict)
    own: Mapping[tuple[str, int], float] = field(default_factory=dict)

    def deviation(self, level: str, horizon: int, *, share: float = 0.0) -> float:
        """Return the relative standard deviation of the error of a unit's expected number.

        Parameters
        ----------
        level : str
            ``centre``, ``site``, ``team`` or ``job_role``.
        horizon : int
            In months.
        share : float
            The unit's share of the centre's expected number; a unit that is the whole centre has no error of its own.
        """
        variance = self.centre.get(horizon, CENTRE_ERROR**2)
        if level in OWN_ERROR:
            variance += max(0.0, 1.0 - share) * self.own.get((level, horizon), OWN_ERROR[level] ** 2)
        return float(np.sqrt(variance))


def count_errors(backtested: pd.DataFrame) -> CountErrors:
    """Return the errors of expected numbers in past months, shrunk to the defaults.

    Parameters
    ----------
    backtested : DataFrame
        Agent-months of a backtest with mature labels: ``as_of``, ``horizon_months``, ``risk``, ``resigned`` (0 or 1),
        and whichever of ``site``, ``team_id``, ``job_role`` are known.

    Returns
    -------
    CountErrors
        For every horizon in `backtested`; empty for an empty table.

    Notes
    -----
    Method of moments: the squared difference of observed and expected numbers, less what independent events explain,
    over the squared expected number. The windows of months less far apart than the horizon overlap, so the evidence is
    the number of months divided by the horizon; a window counts less the more of its variance is chance. A horizon is
    shrunk to the default times the ratio of estimate to default at the next shorter horizon, whose months mature
    earlier.
    """
    rows = backtested.assign(variance=backtested["risk"] * (1.0 - backtested["risk"]))
    levels = {level: column for level, column in COLUMN_OF_LEVEL.items() if column in rows}
    centre: dict[int, float] = {}
    own: dict[tuple[str, int], float] = {}
    ratios = dict.fromkeys(["centre", *levels], 1.0)
    for horizon in sorted(rows["horizon_months"].unique().tolist()):
        part = rows[rows["horizon_months"] == horizon]
        months = part.groupby("as_of")[["risk", "resigned", "variance"]].sum()
        centre[horizon] = _centre_variance(months, horizon, ratios["centre"] * CENTRE_ERROR**2)
        ratios["centre"] = centre[horizon] / CENTRE_ERROR**2
        for level, column in levels.items():
            default = OWN_ERROR[level] ** 2
            units = part.groupby(["as_of", column])[["risk", "resigned", "variance"]].sum()
            own[level, horizon] = _own_variance(units, months, horizon, ratios[level] * default)
            ratios[level] = own[level, horizon] / default
    return CountErrors(centre, own)


def _centre_variance(months: pd.DataFrame, horizon: int, prior: float) -> float:
    """Return the relative variance of the centre's error, from sums by month, shrunk to a prior variance."""
    beyond_chance = ((months["resigned"] - months["risk"]) ** 2 - months["variance"]).sum()
    chance = months["variance"] / months["risk"] ** 2
    evidence = _evidence(chance, prior) / horizon
    return _shrunk(beyond_chance / (months["risk"] ** 2).sum(), prior, evidence=evidence, weight=PRIOR_WINDOWS)


def _own_variance(units: pd.DataFrame, months: pd.DataFrame, horizon: int, prior: float) -> float:
    """Return the relative variance of the units' errors beside the centre's, from sums by month and unit.

    Each unit is compared with its share of the resignations of the centre, so that the centre's error drops out.
    """
    whole = months.loc[units.index.get_level_values("as_of")].set_index(units.index)
    share = units["risk"] / whole["risk"]
    difference = units["resigned"] - share * whole["resigned"]
    chance = units["variance"] * (1.0 - 2.0 * share) + share**2 * whole["variance"]
    squares = (units["risk"] ** 2).groupby("as_of").transform("sum")
    coefficient = units["risk"] ** 2 * (1.0 - 2.0 * share) + share**2 * squares
    if coefficient.sum() <= 1e-9:
        return prior
    evidence = _evidence((units["variance"] / units["risk"] ** 2)[share < 1.0], prior) / horizon
    observed = (difference**2 - chance).sum() / coefficient.sum()
    return _shrunk(observed, prior, evidence=evidence, weight=PRIOR_UNITS)


def _evidence(chance: pd.Series, prior: float) -> float:
    """Return how many windows without chance tell as much about a variance as windows with this much chance in each."""
    return float(((prior / (prior + chance)) ** 2).sum())


def _shrunk(observed: float, prior: float, *, evidence: float, weight: float) -> float:
    """Return the weighted mean of an observed variance, at least 0, and its prior."""
    return float((evidence * max(0.0, observed) + weight * prior) / (evidence + weight))
