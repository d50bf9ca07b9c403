"""How many of those hired in a half-year were still there after so many days: Kaplan-Meier, with bands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.labels.life_table import life_table
from attrition.labels.spells import spells_known_at
from attrition.report.disclosure import rounded

if TYPE_CHECKING:
    from datetime import date

COHORTS = 6
TOLD = (30, 90, 180, 365)
"""Days at which survival is told in the table."""

STEP = 15
"""Days between the points of a curve: coarser than the days on which single people left."""

LEAST_AT_RISK = 10
LANDMARK = 31
"""Where a monthly file shows nobody who left before being in it, curves begin with those still here after this day."""

COLUMNS = ["cohort", "half", "hires", "since", "day", "survival", "low", "high"]


def cohorts(spells: pd.DataFrame, as_of: date, *, minimum: int) -> pd.DataFrame:
    """Give the survival of the new hires of the latest half-years, exits of every kind counted.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells`.
    as_of : date
        Month-end; what was recorded later is not there yet.
    minimum : int
        Fewest hires of a cohort that is shown.

    Returns
    -------
    DataFrame
        ``cohort`` (first day of the half-year), ``half`` (1 or 2), ``hires``, ``since`` (0, or the day from which on
        hires are watched; ``hires`` then counts who was still there), ``day`` (every `STEP` up to a year, and
        the days `TOLD`), ``survival`` with its band ``low``, ``high`` (95 %), rounded so that one person more or less
        is not seen; ends before fewer than `LEAST_AT_RISK` (or `minimum`) are left to watch.
    """
    known = spells_known_at(spells, pd.Timestamp(as_of))
    seen = known[known["hired"] >= known["entered"].min()]
    since = LANDMARK if (seen["entered"] > seen["hired"]).any() else 0
    seen = seen[(seen["left"].fillna(seen["until"]) - seen["hired"]).dt.days + 1 > since] if since else seen
    first = seen["hired"].dt.to_period("Q").dt.start_time
    half = first.where(first.dt.month.isin([1, 7]), first - pd.DateOffset(months=3))
    parts = [
        _curve(hired, pd.Timestamp(str(cohort)), minimum, since)
        for cohort, hired in seen.groupby(half)
        if len(hired) >= minimum
    ]
    shown = [part for part in parts if part["day"].max() >= TOLD[0]][-COHORTS:]
    return pd.concat(shown, ignore_index=True)[COLUMNS] if shown else pd.DataFrame(columns=COLUMNS)


def _curve(hired: pd.DataFrame, cohort: pd.Timestamp, minimum: int, since: int) -> pd.DataFrame:
    """Read the life table at the days wanted; the first day of work is day one."""
    last = hired["left"].fillna(hired["until"])
    days = pd.DataFrame(
        {"entered": since, "left": (last - hired["hired"]).dt.days + 1, "exit_kind": hired["exit_kind"]}
    )
    table = life_table(days)
    wanted = np.array(sorted(day for day in {since, *range(0, 366, STEP), *TOLD} if day >= since))
    there = np.array([(days["left"] > day).sum() for day in wanted])
    place = np.searchsorted(table["time"], wanted, side="right") - 1
    known = (there >= max(LEAST_AT_RISK, minimum)) & (place < len(table))
    read = table[["survival", "survival_low", "survival_high"]].iloc[np.maximum(place, 0)].reset_index(drop=True)
    read = read.where(pd.Series(place >= 0), 1.0)
    columns = {"survival": "survival", "low": "survival_low", "high": "survival_high"}
    values = {
        name: [rounded(value, n, one=1.0) for value, n in zip(read[column], there, strict=True)]
        for name, column in columns.items()
    }
    curve = pd.DataFrame({"day": wanted, **values})
    shown = curve[known].assign(low=curve["low"].clip(0, 1), high=curve["high"].clip(0, 1))
    # Fewer are watched later, so steps grow: what was rounded up does not rise again.
    shown = shown.assign(**{name: shown[name].cummin() for name in columns})
    return shown.assign(cohort=cohort, half=1 if cohort.month == 1 else 2, hires=len(hired), since=since)


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Give one row per cohort with the survival at the days `TOLD`, null where the curve does not reach."""
    rows = []
    for (cohort, half, hires), curve in table.groupby(["cohort", "half", "hires"]):
        at = curve.set_index("day").reindex(TOLD)
        row: dict[str, object] = {"cohort": cohort, "half": half, "hires": hires}
        for day in TOLD:
            row |= {f"{name}_{day}": at.at[day, name] for name in ("survival", "low", "high")}
        rows.append(row)
    return pd.DataFrame(rows)
