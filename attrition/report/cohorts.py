"""Kaplan-Meier survival of new hires, by half-year of hire, with confidence bands."""

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
TABLE_DAYS = (30, 90, 180, 365)
"""Days at which survival is shown in the table."""

STEP = 15
"""Days between the points of a curve: coarser than the days on which single people left."""

MIN_AT_RISK = 10
LANDMARK = 31
"""Where the data are a monthly file, which lacks whoever left before being in it, curves begin at this day."""

COLUMNS = ["cohort", "half", "hires", "since", "day", "survival", "low", "high"]


def cohorts(spells: pd.DataFrame, as_of: date, *, minimum: int) -> pd.DataFrame:
    """Return the survival of the new hires of the latest half-years; exits of every kind count.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`.
    as_of : date
        Month-end; rows recorded later are ignored.
    minimum : int
        Fewest hires of a cohort that is shown.

    Returns
    -------
    DataFrame
        ``cohort`` (first day of the half-year), ``half`` (1 or 2), ``hires``, ``since`` (0, or the `LANDMARK`, at
        which ``hires`` then counts who was still there), ``day`` (every `STEP` up to a year, and `TABLE_DAYS`),
        ``survival`` with its band ``low``, ``high`` (95 %), rounded so that one person more or less is not visible;
        ends before fewer than `MIN_AT_RISK` (or `minimum`) are at risk.
    """
    known = spells_known_at(spells, pd.Timestamp(as_of))
    hires = known[known["hired"] >= known["entered"].min()]
    since = LANDMARK if (hires["entered"] > hires["hired"]).any() else 0
    hires = hires[_days(hires) > since] if since else hires
    quarter = hires["hired"].dt.to_period("Q").dt.start_time
    half_year = quarter.where(quarter.dt.month.isin([1, 7]), quarter - pd.DateOffset(months=3))
    curves = [
        _curve(members, pd.Timestamp(str(cohort)), minimum, since)
        for cohort, members in hires.groupby(half_year)
        if len(members) >= minimum
    ]
    shown = [curve for curve in curves if curve["day"].max() >= TABLE_DAYS[0]][-MAX_COHORTS:]
    return pd.concat(shown, ignore_index=True)[COLUMNS] if shown else pd.DataFrame(columns=COLUMNS)


def _days(spells: pd.DataFrame) -> pd.Series:
    """Return how many days each spell has lasted so far; the first day of work is day one."""
    return (spells["left"].fillna(spells["until"]) - spells["hired"]).dt.days + 1


def _curve(members: pd.DataFrame, cohort: pd.Timestamp, minimum: int, since: int) -> pd.DataFrame:
    """Return the life table of a cohort at the days of a curve, rounded."""
    lasted = _days(members)
    table = life_table(pd.DataFrame({"entered": since, "left": lasted, "exit_kind": members["exit_kind"]}))
    days = np.array(sorted(day for day in {since, *range(0, 366, STEP), *TABLE_DAYS} if day >= since))
    at_risk = np.array([(lasted > day).sum() for day in days])
    row = np.searchsorted(table["time"], days, side="right") - 1
    is_shown = (at_risk >= max(MIN_AT_RISK, minimum)) & (row < len(table))
    estimates = table[["survival", "survival_low", "survival_high"]].iloc[np.maximum(row, 0)].reset_index(drop=True)
    estimates = estimates.where(pd.Series(row >= 0), 1.0)
    columns = {"survival": "survival", "low": "survival_low", "high": "survival_high"}
    values = {
        name: [round_mean(value, n, one=1.0) for value, n in zip(estimates[column], at_risk, strict=True)]
        for name, column in columns.items()
    }
    curve = pd.DataFrame({"day": days, **values})
    shown = curve[is_shown].assign(low=curve["low"].clip(0, 1), high=curve["high"].clip(0, 1))
    # Fewer are at risk later, so rounding steps grow: a curve must not rise where it is rounded up.
    shown = shown.assign(**{name: shown[name].cummin() for name in columns})
    return shown.assign(cohort=cohort, half=1 if cohort.month == 1 else 2, hires=len(members), since=since)


def survival_by_day(curves: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cohort with its survival at `TABLE_DAYS`, null where the curve does not reach."""
    rows = []
    for (cohort, half, hires), curve in curves.groupby(["cohort", "half", "hires"]):
        by_day = curve.set_index("day").reindex(TABLE_DAYS)
        row: dict[str, object] = {"cohort": cohort, "half": half, "hires": hires}
        for day in TABLE_DAYS:
            row |= {f"{name}_{day}": by_day.at[day, name] for name in ("survival", "low", "high")}
        rows.append(row)
    return pd.DataFrame(rows)
