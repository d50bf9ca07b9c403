"""Rates of leaving by tenure and by group: exits over the time that people were employed, with exact intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2

DAYS_PER_MONTH = 365.25 / 12
TENURE_EDGES = (0, 30, 91, 183, 365, 730, 1096, 1826)
"""Days since hire at which bands of tenure begin; the last one has no end."""
RATE_COLUMNS = ["people", "exits", "months", "rate", "low", "high"]


def tenure_days(spells: pd.DataFrame) -> pd.DataFrame:
    """Return spells in days since hire, as `attrition.labels.life_table` reads them.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells.spells_known_at`: ``hired``, ``entered``, ``until``, ``exit_kind``, ``left``.

    Returns
    -------
    DataFrame
        The same rows and columns, with ``entered`` and ``left`` in days since hire; the first day of work is day one,
        and who was employed before the data begin is at risk only after the days that lie before them.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> spells = pd.DataFrame({"hired": [day("2025-01-01")], "entered": [day("2025-01-11")],
    ...     "until": [day("2025-03-31")], "left": [day("2025-01-31")], "exit_kind": ["voluntary"]})
    >>> tenure_days(spells)[["entered", "left"]].values.tolist()
    [[10, 31]]
    """
    entered = (spells["entered"] - spells["hired"]).dt.days
    left = (spells["left"].fillna(spells["until"]) - spells["hired"]).dt.days + 1
    return spells.assign(entered=entered, left=left)


def hazards_by_tenure(
    spells: pd.DataFrame, *, edges: Sequence[int] = TENURE_EDGES, level: float = 0.95
) -> pd.DataFrame:
    """Return the rate of leaving per month in each band of tenure.

    Parameters
    ----------
    spells : DataFrame
        One row per spell: ``entered``, ``left`` (days since hire) and ``exit_kind``, null where it is censored.
    edges : sequence of int
        Days since hire at which bands begin.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame
        One row per band: ``from_day``, ``to_day`` (null for the last), ``people`` (at risk in it for a day or more),
        ``exits``, ``months`` (of employment in it), ``rate`` (exits per month of employment), ``low``, ``high``.

    Notes
    -----
    A hazard that is constant within each band; delayed entry and censoring count by the days that were observed. The
    intervals are Garwood's (1936) for a Poisson number.

    Examples
    --------
    >>> spells = pd.DataFrame({"entered": [0, 0, 20], "left": [10, 40, 60], "exit_kind": ["voluntary", None, "other"]})
    >>> hazards_by_tenure(spells, edges=[0, 30])[["people", "exits", "months"]].round(2).values.tolist()
    [[3.0, 1.0, 1.64], [2.0, 1.0, 1.31]]
    """
    rows = []
    for first, last in zip(edges, [*edges[1:], np.inf], strict=True):
        days = _days_within(spells, first, last)
        exits = int((spells["exit_kind"].notna() & (spells["left"] > first) & (spells["left"] <= last)).sum())
        months = float(days.sum() / DAYS_PER_MONTH)
        rows.append((first, last, int((days > 0).sum()), exits, months, *_rate(exits, months, level)))
    table = pd.DataFrame(rows, columns=["from_day", "to_day", *RATE_COLUMNS])
    return table.assign(to_day=table["to_day"].replace(np.inf, np.nan))


def hazards_by_group(spells: pd.DataFrame, by: str, *, level: float = 0.95) -> pd.DataFrame:
    """Return the rate of leaving of each group, and how it compares with everybody's at the same tenure.

    Returns
    -------
    DataFrame
        One row per group in the order of names: `by`, ``people``, ``exits``, ``months``, ``rate`` (exits per month of
        employment) with ``low`` and ``high``; ``expected``, the exits that the group would have had with the rates of
        everybody at the same tenure; ``ratio``, exits over expected, with ``ratio_low`` and ``ratio_high``.

    Notes
    -----
    Indirect standardisation by `TENURE_EDGES`: a group of new hires is compared with new hires.

    Examples
    --------
    >>> spells = pd.DataFrame({"site": ["A", "A", "B", "B"], "entered": 0, "left": [10, 30, 30, 30],
    ...     "exit_kind": ["voluntary", None, None, None]})
    >>> hazards_by_group(spells, "site")[["site", "exits", "expected"]].round(2).values.tolist()
    [['A', 1, 0.4], ['B', 0, 0.6]]
    """
    everybody = hazards_by_tenure(spells, level=level)
    rates = everybody["rate"].fillna(0.0).to_numpy()
    rows = []
    for name, members in spells.groupby(by, sort=True):
        own = hazards_by_tenure(members, level=level)
        exits, months = int(own["exits"].sum()), float(own["months"].sum())
        expected = float((own["months"].to_numpy() * rates).sum())
        row = {by: name, "people": len(members), "exits": exits, "months": months}
        row |= dict(zip(("rate", "low", "high"), _rate(exits, months, level), strict=True)) | {"expected": expected}
        rows.append(row | dict(zip(("ratio", "ratio_low", "ratio_high"), _rate(exits, expected, level), strict=True)))
    columns = [by, *RATE_COLUMNS, "expected", "ratio", "ratio_low", "ratio_high"]
    return pd.DataFrame(rows, columns=columns)


def poisson_interval(count: float, *, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of the mean of a Poisson number (Garwood 1936).

    Examples
    --------
    >>> [round(limit, 2) for limit in poisson_interval(10)]
    [4.8, 18.39]
    """
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2) / 2)


def _days_within(spells: pd.DataFrame, first: float, last: float) -> pd.Series:
    """Return how many days of each spell were observed after `first` and up to `last` days since hire."""
    return (spells["left"].clip(upper=last) - spells["entered"].clip(lower=first)).clip(lower=0)


def _rate(count: float, exposure: float, level: float) -> tuple[float, float, float]:
    """Return a count over its exposure with an interval; null without exposure."""
    if not exposure > 0:
        return float("nan"), float("nan"), float("nan")
    low, high = poisson_interval(count, level=level)
    return count / exposure, low / exposure, high / exposure
