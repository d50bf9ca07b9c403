"""Which sites and teams had more or fewer resignations than expected, beyond what chance alone brings.

A funnel plot (Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics in Medicine 24):
observed over expected against the expected number, with limits that narrow as it grows. The limits hold the chance of
single resignations and an error of the model's level that all units share: the number is Poisson around an expectation
that itself varies by a gamma distribution (negative binomial). A sum of agents with different risks varies a little
less, so the limits are on the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import nbinom, poisson

from attrition.predict.expected import shared_error
from attrition.report.disclosure import hidden_everywhere
from attrition.report.tables import team_sites

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping
    from typing import Any

INNER, OUTER = 0.95, 0.998
LONGEST = 12
"""Months of which the windows are taken, one horizon apart, so that no resignation counts twice."""

LEAST_EXPECTED = 3.0
"""With a smaller expected number, rounded to whole ones, nothing can be told."""

LEVELS = {"centre": None, "site": "site", "team": "team_id"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Funnel:
    """Observed over expected of units.

    Parameters
    ----------
    units : DataFrame
        ``level``, ``unit``, ``site``, ``expected`` (whole), ``resigned``, ``ratio``, ``low``, ``high``, ``far_low``,
        ``far_high`` (the ratios between which 95 % and 99.8 % lie by chance), ``result`` (``far_higher``, ``higher``,
        ``within``, ``lower``, ``far_lower``, ``few``) and ``is_hidden``; a hidden row keeps no figure.
    windows : list of Timestamp
        The month-ends that were looked ahead from.
    level_error : float
        Relative standard deviation of the level that all units share.
    """

    units: pd.DataFrame
    windows: list[pd.Timestamp]
    level_error: float

    @property
    def parts(self) -> pd.DataFrame:
        """The sites and teams: what the whole centre did is told by its account."""
        return self.units[self.units["level"] != "centre"]

    @property
    def compared(self) -> int:
        """How many of them were held against the limits."""
        return int((~self.parts["result"].isin(["few", ""])).sum())

    @property
    def by_chance(self) -> float:
        """How many of them would lie outside the inner limits by chance alone."""
        return (1.0 - INNER) * self.compared


def funnel(
    judged: pd.DataFrame, *, horizon: int, minimum: int, hidden: Collection[tuple[str, str]] = ()
) -> Funnel | None:
    """Set what happened against what was expected, unit by unit; nothing where no month can be judged.

    Parameters
    ----------
    judged : DataFrame
        Earlier scores whose horizon has passed: ``agent_id``, ``as_of``, ``risk``, ``resigned``, and those of
        ``site``, ``team_id`` there are.
    horizon : int
        Months each score looks ahead.
    minimum : int
        Smallest group that is shown, in every window.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.
    """
    windows = _windows(judged, horizon)
    seen = judged[judged["as_of"].isin(windows)]
    if seen.empty or seen.groupby("as_of").size().min() < minimum:
        return None
    error = shared_error(judged, horizon=horizon)
    homes = team_sites(seen)
    sums = _sums(seen)
    gone = hidden_everywhere(_people(seen), homes, minimum=minimum, also=hidden)
    units = list(zip(sums["level"], sums["unit"], strict=True))
    known = {name for month in _people(seen) for name in month}
    sums = sums.assign(
        site=[homes.get(name, "") if level == "team" else name if level == "site" else "" for level, name in units],
        is_hidden=[unit in gone or unit not in known for unit in units],
    )
    return Funnel(units=_held(sums, error), windows=windows, level_error=error)


def _windows(judged: pd.DataFrame, horizon: int) -> list[pd.Timestamp]:
    """Choose the newest judged month and those whole horizons before it."""
    if judged.empty:
        return []
    last = judged["as_of"].max()
    wanted = [last - pd.offsets.MonthEnd(back) if back else last for back in range(0, LONGEST, horizon)]
    return sorted(set(wanted) & set(judged["as_of"].unique()))


def _sums(seen: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for level, column in LEVELS.items():
        if column is None or column in seen:
            unit = pd.Series(level, index=seen.index) if column is None else seen[column]
            sums = seen.groupby(unit.astype(object))[["risk", "resigned"]].sum().reset_index(names="unit")
            parts.append(sums.assign(level=level))
    return pd.concat(parts, ignore_index=True)


def _people(seen: pd.DataFrame) -> list[dict[tuple[str, str], int]]:
    """Count the people of each unit in each window."""
    months = []
    for _, now in seen.groupby("as_of"):
        people = {("centre", "centre"): len(now)}
        for level, column in LEVELS.items():
            if column is not None and column in now:
                people |= {(level, str(unit)): int(n) for unit, n in now[column].value_counts().items()}
        months.append(people)
    return months


def _held(sums: pd.DataFrame, error: float) -> pd.DataFrame:
    """Hold each unit against the limits; all of it follows from the whole numbers that are shown."""
    expected = (sums["risk"].astype(float) + 0.5).floordiv(1.0).mask(sums["is_hidden"])
    resigned = sums["resigned"].astype(float).mask(sums["is_hidden"])
    tested = expected >= LEAST_EXPECTED
    columns = {"low": 1 - INNER, "far_low": 1 - OUTER, "high": 1 + INNER, "far_high": 1 + OUTER}
    bounds = {
        name: [limit(e, error, tail / 2) if t else np.nan for e, t in zip(expected, tested, strict=True)]
        for name, tail in columns.items()
    }
    table = sums.assign(expected=expected, resigned=resigned, ratio=(resigned / expected).where(tested), **bounds)
    table = table.assign(result=[_result(row, t) for row, t in zip(table.to_dict("records"), tested, strict=True)])
    names = ["level", "unit", "site", "expected", "resigned", "ratio"]
    table = table[[*names, "low", "high", "far_low", "far_high", "result", "is_hidden"]]
    order = {"centre": 0, "site": 1, "team": 2}
    places = table.assign(place=table["level"].map(order)).sort_values(["place", "site", "unit"], kind="stable")
    return places.drop(columns="place").reset_index(drop=True)


def _result(row: Mapping[Hashable, Any], is_tested: bool) -> str:
    if not is_tested:
        return "" if row["is_hidden"] else "few"
    for name, is_so in (
        ("far_higher", row["ratio"] > row["far_high"]),
        ("far_lower", row["ratio"] < row["far_low"]),
        ("higher", row["ratio"] > row["high"]),
        ("lower", row["ratio"] < row["low"]),
    ):
        if is_so:
            return name
    return "within"


@cache
def limit(expected: float, error: float, point: float) -> float:
    """Give the ratio of observed to expected that chance stays under with probability `point`.

    Exact at mid-p: a number beyond the limit has fewer than `point` (or one minus it) of the chance beyond it, half of
    its own counted; between whole numbers the limit is interpolated.

    Examples
    --------
    >>> round(limit(20.0, 0.0, 0.975), 2), round(limit(20.0, 0.1, 0.975), 2), round(limit(2000.0, 0.0, 0.975), 2)
    (1.46, 1.52, 1.04)
    """
    spread = np.sqrt(expected + (error * expected) ** 2)
    numbers = np.arange(max(0, int(expected - 8 * spread)), int(expected + 10 * spread) + 10)
    shape = 1.0 / error**2 if error > 0 else np.inf
    chance = poisson(expected) if not np.isfinite(shape) else nbinom(shape, shape / (shape + expected))
    middle = chance.cdf(numbers) - chance.pmf(numbers) / 2
    return float(np.interp(point, middle, numbers, left=0.0)) / expected
