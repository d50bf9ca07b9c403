"""Survival of new hires: the share still employed by day since hire, for each half-year of hire (Kaplan-Meier).

The curves are published, so they are rounded and cut off where few agents are left; see `attrition.report.disclosure`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.life_table import life_table
from attrition.labels.spells import spells_known_at
from attrition.report.rounding import round_mean

if TYPE_CHECKING:
    from datetime import date

MAX_COHORTS = 6
"""Number of half-years shown, the latest."""

TABLE_DAYS = (30, 90, 180, 365)
"""Days since hire at which survival is shown in the table; a cohort without a value at the first is not shown."""

DAYS_BETWEEN_POINTS = 15
"""A curve has a point on every 15th day only: a point on each day would show on which days single agents left."""

MIN_AT_RISK = 10
"""A curve ends where fewer agents are left: its estimates would depend on a few of them."""

FIRST_MONTH_END_DAY = 31
"""Day at which curves start where the data are a file per month. Such files lack the agents who left before the first
month-end, so survival can be estimated only among those who have reached this day."""

COLUMNS = ["cohort", "half", "hires", "start_day", "day", "survival", "low", "high"]


def cohorts(spells: pd.DataFrame, as_of: date, *, min_group: int) -> pd.DataFrame:
    """Return the survival curves of the agents hired in each of the latest half-years; exits of every kind count.

    Left out are agents hired before the data begin, cohorts of fewer than `min_group` hires, cohorts without a point at
    the first of `TABLE_DAYS`, and all but the latest `MAX_COHORTS`.

    Parameters
    ----------
    spells : DataFrame
        Employment spells, from `attrition.labels.spells`.
    as_of : date
        Month-end; rows recorded later are ignored.
    min_group : int
        Fewest hires of a cohort that is shown.

    Returns
    -------
    DataFrame
        One row per cohort and day: ``cohort`` (first day of the half-year), ``half`` (1 or 2), ``hires`` (agents in the
        cohort), ``start_day`` (day since hire at which the curve begins: 0, or `FIRST_MONTH_END_DAY`, and then
        ``hires`` counts only agents still employed on that day), ``day`` (since hire: every `DAYS_BETWEEN_POINTS` up to
        a year, and `TABLE_DAYS`), ``survival`` and the ends ``low``, ``high`` of its 95 % confidence interval. Shares
        are rounded so that one agent more or less is not visible, in coarser steps where fewer are at risk. A curve has
        no rows from the day on which fewer than `MIN_AT_RISK` (or `min_group`) agents are at risk. The table is empty
        where no cohort is large enough.
    """
    known = spells_known_at(spells, pd.Timestamp(as_of))
    new_hires = known[known["hired"] >= known["entered"].min()]
    start_day = FIRST_MONTH_END_DAY if (new_hires["entered"] > new_hires["hired"]).any() else 0
    new_hires = new_hires[_days_employed(new_hires) > start_day] if start_day else new_hires
    quarter = new_hires["hired"].dt.to_period("Q").dt.start_time
    half_year = quarter.where(quarter.dt.month.isin([1, 7]), quarter - pd.DateOffset(months=3))
    curves = [
        _rounded_curve(members, pd.Timestamp(str(cohort)), min_group, start_day)
        for cohort, members in new_hires.groupby(half_year)
        if len(members) >= min_group
    ]
    shown = [curve for curve in curves if curve["day"].max() >= TABLE_DAYS[0]][-MAX_COHORTS:]
    return pd.concat(shown, ignore_index=True)[COLUMNS] if shown else pd.DataFrame(columns=COLUMNS)


def _days_employed(spells: pd.DataFrame) -> pd.Series:
    """Return how many days each spell has lasted so far; the first day of work is day one."""
    return (spells["left"].fillna(spells["until"]) - spells["hired"]).dt.days + 1


def _rounded_curve(members: pd.DataFrame, cohort: pd.Timestamp, min_group: int, start_day: int) -> pd.DataFrame:
    """Return the survival curve of one cohort, read off its life table at the days of a curve and rounded."""
    days_employed = _days_employed(members)
    table = life_table(pd.DataFrame({"entered": start_day, "left": days_employed, "exit_kind": members["exit_kind"]}))
    all_days = {start_day, *range(0, 366, DAYS_BETWEEN_POINTS), *TABLE_DAYS}
    days = np.array(sorted(day for day in all_days if day >= start_day))
    at_risk = np.array([(days_employed > day).sum() for day in days])
    last_exit_row = np.searchsorted(table["time"], days, side="right") - 1  # -1 before the first exit
    is_shown = (at_risk >= max(MIN_AT_RISK, min_group)) & (last_exit_row < len(table))
    estimates = table[["survival", "survival_low", "survival_high"]].iloc[np.maximum(last_exit_row, 0)]
    estimates = estimates.reset_index(drop=True).where(pd.Series(last_exit_row >= 0), 1.0)
    columns = {"survival": "survival", "low": "survival_low", "high": "survival_high"}
    rounded = {
        name: [
            round_mean(share, agents, range_of_one=1.0)
            for share, agents in zip(estimates[column], at_risk, strict=True)
        ]
        for name, column in columns.items()
    }
    curve = pd.DataFrame({"day": days, **rounded})
    shown = curve[is_shown].assign(low=curve["low"].clip(0, 1), high=curve["high"].clip(0, 1))
    # Fewer are at risk later, so the steps of rounding grow: without this, a share rounded up could exceed an earlier.
    shown = shown.assign(**{name: shown[name].cummin() for name in columns})
    return shown.assign(cohort=cohort, half=1 if cohort.month == 1 else 2, hires=len(members), start_day=start_day)


def survival_by_day(curves: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cohort of `cohorts` with its survival at `TABLE_DAYS`.

    Returns
    -------
    DataFrame
        ``cohort``, ``half``, ``hires`` and, for each day, ``survival_30``, ``low_30``, ``high_30`` and so on; null
        where the curve ends before that day.
    """
    rows = []
    for (cohort, half, hires), curve in curves.groupby(["cohort", "half", "hires"]):
        by_day = curve.set_index("day").reindex(TABLE_DAYS)
        row: dict[str, object] = {"cohort": cohort, "half": half, "hires": hires}
        for day in TABLE_DAYS:
            row |= {f"{name}_{day}": by_day.at[day, name] for name in ("survival", "low", "high")}
        rows.append(row)
    return pd.DataFrame(rows)
