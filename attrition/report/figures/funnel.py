"""Sites and teams with more or fewer resignations than expected, beyond chance: a funnel plot.

Observed over expected is plotted against the expected number, with control limits that narrow as it grows
(Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24). The limits
cover two sources of variation: chance in single resignations, and the level error, by which the model may expect too
many or too few resignations in all units alike. The number is taken as Poisson around an expectation that follows a
gamma distribution, which makes it negative binomial. A sum of agents with different risks varies a little less, so the
limits are conservative.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

from attrition.predict.count_errors import count_errors
from attrition.report.disclosure import CENTRE, LEVELS, site_of, units_to_hide
from attrition.report.figures.tables import team_sites

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from typing import Any

INNER, OUTER = 0.95, 0.998
"""Probabilities that the inner and the outer control limits cover."""

MAX_MONTHS = 12
"""The months compared are at most this old and one horizon apart, so that no resignation counts twice."""

MIN_EXPECTED = 3.0
"""Units are not compared with the limits where the expected number, rounded to a whole one, is smaller."""

UNIT_COLUMNS = {"site": "site", "team": "team_id"}
"""Column of past scores that names the unit of each level below the centre."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Funnel:
    """Observed over expected resignations of units.

    Parameters
    ----------
    units : DataFrame
        ``level``, ``unit``, ``site``, ``expected`` (rounded to a whole number), ``resigned``, ``ratio`` (resigned over
        expected) with its control limits ``low``, ``high`` (95 %) and ``far_low``, ``far_high`` (99.8 %), ``result``
        and ``is_hidden``. ``result`` is ``within`` the 95 % limits; ``higher`` or ``lower``, outside them;
        ``far_higher`` or ``far_lower``, outside the 99.8 % limits; ``few``, where too few are expected to compare; or
        empty, where the row is hidden. A hidden row keeps no figure.
    windows : list of Timestamp
        The month-ends that were scored; the resignations of the horizon after each are counted.
    level_error : float
        Relative standard deviation of the error of the model's level that all units share.
    """

    units: pd.DataFrame
    windows: list[pd.Timestamp]
    level_error: float

    @property
    def parts(self) -> pd.DataFrame:
        """The rows of sites and teams; the whole centre is compared in the track record instead."""
        return self.units[self.units["level"] != "centre"]

    @property
    def compared_count(self) -> int:
        """How many sites and teams are compared with the limits."""
        return int((~self.parts["result"].isin(["few", ""])).sum())

    @property
    def outside_by_chance(self) -> float:
        """How many sites and teams are expected outside the inner limits by chance alone."""
        return (1.0 - INNER) * self.compared_count


def funnel(
    past_scores: pd.DataFrame, *, horizon: int, min_group: int, hidden: Collection[tuple[str, str]] = ()
) -> Funnel | None:
    """Return observed and expected resignations of each unit.

    None where no month's horizon has passed, or where one of the months has fewer agents than `min_group`.

    Parameters
    ----------
    past_scores : DataFrame
        Earlier scores whose horizon has passed: ``agent_id``, ``as_of``, ``risk``, ``resigned`` and, as far as the
        site has them, ``site``, ``team_id``.
    horizon : int
        Months each score looks ahead.
    min_group : int
        Smallest group that is shown, in every window.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.
    """
    windows = _windows(past_scores, horizon)
    rows = past_scores[past_scores["as_of"].isin(windows)]
    if rows.empty or rows.groupby("as_of").size().min() < min_group:
        return None
    errors = count_errors(past_scores.assign(horizon_months=horizon))
    level_error = errors.deviation("centre", horizon)
    sites, people, sums = team_sites(rows), _people(rows), _sums(rows)
    units_hidden = units_to_hide(people, sites, min_group=min_group, always_hidden=hidden)
    units = list(zip(sums["level"], sums["unit"], strict=True))
    counted = {unit for month in people for unit in month}
    sums = sums.assign(
        site=[site_of(unit, sites) for unit in units],
        is_hidden=[unit in units_hidden or unit not in counted for unit in units],
    )
    return Funnel(units=_compared(sums, level_error), windows=windows, level_error=level_error)


def _windows(past_scores: pd.DataFrame, horizon: int) -> list[pd.Timestamp]:
    """Return the newest month-end and those one, two, three... horizons before it, as far as they were scored."""
    if past_scores.empty:
        return []
    last = past_scores["as_of"].max()
    month_ends = [last - pd.offsets.MonthEnd(back) if back else last for back in range(0, MAX_MONTHS, horizon)]
    return sorted(set(month_ends) & set(past_scores["as_of"].unique()))


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of risks and resignations of each unit."""
    units = {"centre": pd.Series("centre", index=rows.index)}
    units |= {level: rows[column] for level, column in UNIT_COLUMNS.items() if column in rows}
    parts = []
    for level, unit in units.items():
        sums = rows.groupby(unit.astype(object))[["risk", "resigned"]].sum().reset_index(names="unit")
        parts.append(sums.assign(level=level))
    return pd.concat(parts, ignore_index=True)


def _people(rows: pd.DataFrame) -> list[dict[tuple[str, str], int]]:
    """Return how many people each unit had in each window."""
    months = []
    for _, now in rows.groupby("as_of"):
        people = {CENTRE: len(now)}
        for level, column in UNIT_COLUMNS.items():
            if column in now:
                people |= {(level, str(unit)): int(n) for unit, n in now[column].value_counts().items()}
        months.append(people)
    return months


def _compared(sums: pd.DataFrame, level_error: float) -> pd.DataFrame:
    """Return the rows of `Funnel.units`, computed from the whole numbers that are shown so that they reveal no more."""
    expected = (sums["risk"].astype(float) + 0.5).floordiv(1.0).mask(sums["is_hidden"])
    resigned = sums["resigned"].astype(float).mask(sums["is_hidden"])
    is_large = expected >= MIN_EXPECTED
    tails = {"low": 1 - INNER, "far_low": 1 - OUTER, "high": 1 + INNER, "far_high": 1 + OUTER}
    limits = {
        name: [
            control_limit(number, level_error, tail / 2) if large else np.nan
            for number, large in zip(expected, is_large, strict=True)
        ]
        for name, tail in tails.items()
    }
    table = sums.assign(expected=expected, resigned=resigned, ratio=(resigned / expected).where(is_large), **limits)
    table = table.assign(result=[_result(row, t) for row, t in zip(table.to_dict("records"), is_large, strict=True)])
    names = ["level", "unit", "site", "expected", "resigned", "ratio"]
    table = table[[*names, "low", "high", "far_low", "far_high", "result", "is_hidden"]]
    ordered = table.assign(order=table["level"].map(LEVELS.index)).sort_values(["order", "site", "unit"], kind="stable")
    return ordered.drop(columns="order").reset_index(drop=True)


def _result(row: Mapping[Hashable, Any], is_large: bool) -> str:
    if not is_large:
        return "" if row["is_hidden"] else "few"
    for name, is_outside in (
        ("far_higher", row["ratio"] > row["far_high"]),
        ("far_lower", row["ratio"] < row["far_low"]),
        ("higher", row["ratio"] > row["high"]),
        ("lower", row["ratio"] < row["low"]),
    ):
        if is_outside:
            return name
    return "within"


@cache
def control_limit(expected: float, level_error: float, probability: float) -> float:
    """Return a quantile of the ratio of observed to expected resignations where only chance is at work.

    The distribution function is mid-p: it counts half of the probability of the number itself. Between whole numbers it
    is interpolated.

    Parameters
    ----------
    expected : float
        Expected number, above zero.
    level_error : float
        Relative standard deviation of the error that all units share; 0 for chance alone.
    probability : float
        Which quantile, between 0 and 1.

    Examples
    --------
    >>> round(control_limit(20.0, 0.0, 0.975), 2), round(control_limit(20.0, 0.1, 0.975), 2)
    (1.46, 1.52)
    >>> round(control_limit(2000.0, 0.0, 0.975), 2)
    1.04
    """
    spread = np.sqrt(expected + (level_error * expected) ** 2)
    numbers = np.arange(max(0, int(expected - 8 * spread)), int(expected + 10 * spread) + 10)
    shape = 1.0 / level_error**2 if level_error > 0 else np.inf
    distribution = poisson(expected) if not np.isfinite(shape) else nbinom(shape, shape / (shape + expected))
    mid_p = distribution.cdf(numbers) - distribution.pmf(numbers) / 2
    return float(np.interp(probability, mid_p, numbers, left=0.0)) / expected
