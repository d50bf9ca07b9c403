"""The figures of `attrition life-table`: how long people stay, rates by tenure and by group, small groups hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from attrition.labels.life_table import life_table
from attrition.labels.outcomes import VOLUNTARY
from attrition.labels.tenure_hazards import hazards_by_group, hazards_by_tenure, tenure_days
from attrition.report.disclosure import parts_to_hide
from attrition.report.rounding import round_mean

MILESTONES = (30, 91, 183, 365, 730, 1096, 1826)
"""Days since hire at which the share that stays is written down."""
CURVE_POINTS = 120
"""A curve has about this many points: one on each day would show on which days single people left."""
MIN_ON_CURVE = 50
"""A curve ends where fewer people are left, or a fifth of a small site: rounded as they must be, shares would jump."""
MAX_GROUPS = 60
"""A column with more groups is not shown: it is a name or a number rather than a group."""
EARLY_DAYS, EXPECTED_EARLY, EARLY_SHARE = 91, 5.0, 0.2
"""Early leavers are likely to be missing where, within so many days of hire, at least so many would leave at the rate
of later months, and less than this share of them did: in call centres more leave then, not fewer."""
UNKNOWN = "–"
"""The group of people without one."""
FIGURES = ["exits", "months", "rate", "low", "high", "expected", "ratio", "ratio_low", "ratio_high"]


@dataclass(frozen=True, kw_only=True, eq=False)
class LifeTableFigures:
    """The figures of a life table, safe to be shown.

    Parameters
    ----------
    people, exits : int
        Employments that were observed, and those of them that ended.
    new_hires : int
        Employments observed from their first day.
    lacks_early_leavers : bool
        Whether so few left in the first three months, against all later ones, that they are likely to be missing.
    curve : DataFrame
        The share that stays by ``day`` since hire: ``at_risk``, ``survival``, ``low``, ``high``; it ends where few are
        at risk, and is empty where that is so from the first day.
    milestones : DataFrame
        The rows of the curve at `MILESTONES`.
    tenure : mapping of str to DataFrame
        By kind of exit (``all``, and ``voluntary`` where several kinds are on file), see
        `attrition.labels.tenure_hazards.hazards_by_tenure`; figures of bands with few people are null.
    groups : mapping of str to DataFrame
        By grouping (``site``, ``team_id``, ``job_role``), see `attrition.labels.tenure_hazards.hazards_by_group`, the
        highest ratio first, with ``is_hidden``; a hidden row keeps no figure.
    """

    people: int
    exits: int
    new_hires: int
    lacks_early_leavers: bool
    curve: pd.DataFrame
    milestones: pd.DataFrame
    tenure: Mapping[str, pd.DataFrame]
    groups: Mapping[str, pd.DataFrame]


def life_table_figures(spells: pd.DataFrame, *, min_group: int) -> LifeTableFigures:
    """Return the figures of employments.

    Parameters
    ----------
    spells : DataFrame
        From `attrition.labels.spells.spells_known_at`, with a column for each grouping: ``site``, ``team_id``,
        ``job_role``; a grouping without values, or with too many, is left out.
    min_group : int
        The smallest group that is shown.
    """
    days = tenure_days(spells)
    kinds = {"all": days}
    if days["exit_kind"].nunique() > 1 and (days["exit_kind"] == VOLUNTARY).any():
        kinds["voluntary"] = days.assign(exit_kind=days["exit_kind"].where(days["exit_kind"] == VOLUNTARY))
    curve = _curve(days, min_group=min_group)
    return LifeTableFigures(
        people=len(days),
        exits=int(days["exit_kind"].notna().sum()),
        new_hires=int((days["entered"] == 0).sum()),
        lacks_early_leavers=_lacks_early_leavers(hazards_by_tenure(days)),
        curve=curve,
        milestones=curve[curve["day"].isin(MILESTONES)].reset_index(drop=True),
        tenure={kind: _without_small_bands(hazards_by_tenure(rows), min_group) for kind, rows in kinds.items()},
        groups={
            name: _groups(days, name, min_group)
            for name in ("site", "team_id", "job_role")
            if name in days and 1 < days[name].nunique() <= MAX_GROUPS
        },
    )


def _lacks_early_leavers(tenure: pd.DataFrame) -> bool:
    """Return whether far fewer left in the first three months than the rate of later months would let expect."""
    is_early = tenure["to_day"] <= EARLY_DAYS
    later = tenure[~is_early]
    expected = float(tenure.loc[is_early, "months"].sum() * later["exits"].sum() / max(later["months"].sum(), 1.0))
    return expected >= EXPECTED_EARLY and tenure.loc[is_early, "exits"].sum() < EARLY_SHARE * expected


def _curve(days: pd.DataFrame, *, min_group: int) -> pd.DataFrame:
    """Return the curve of staying, read off the life table at its points and rounded so that nobody shows."""
    table = life_table(days[["entered", "left", "exit_kind"]])
    least = max(min_group, min(MIN_ON_CURVE, len(days) // 5))
    few = table["time"][table["at_risk"] < least]
    end = float(few.min()) if len(few) else float(table["time"].max())
    step = max(15, int(np.ceil(end / CURVE_POINTS / 15)) * 15)
    points = np.array(sorted({0, *range(0, int(end), step), *(day for day in MILESTONES if day < end)}), dtype=int)
    at_risk = np.array([((days["entered"] <= day) & (days["left"] > day)).sum() for day in points])
    last_row = np.searchsorted(table["time"], points, side="right") - 1  # -1 before the first exit
    columns = {"survival": "survival", "low": "survival_low", "high": "survival_high"}
    shares = {
        name: [
            round_mean(1.0 if row < 0 else table[column].iloc[row], int(count), range_of_one=1.0)
            for row, count in zip(last_row, at_risk, strict=True)
        ]
        for name, column in columns.items()
    }
    curve = pd.DataFrame({"day": points, "at_risk": at_risk, **shares})
    shown = curve[np.logical_and.accumulate(at_risk >= least)]
    shown = shown.assign(low=shown["low"].clip(0, 1), high=shown["high"].clip(0, 1))
    # Fewer are at risk later, so the steps of rounding grow: without this, a share rounded up could exceed an earlier.
    return shown.assign(**{name: shown[name].cummin() for name in columns}).reset_index(drop=True)


def _without_small_bands(table: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return rates by tenure without the figures of bands in which few people were observed."""
    is_small = table["people"] < min_group
    names = ["exits", "months", "rate", "low", "high"]
    return table.assign(is_hidden=is_small, **{name: table[name].astype(float).mask(is_small) for name in names})


def _groups(days: pd.DataFrame, name: str, min_group: int) -> pd.DataFrame:
    """Return rates by group; groups that are small, or would give a small one away, keep no figure."""
    table = hazards_by_group(days.assign(**{name: days[name].fillna(UNKNOWN).astype(str)}), name)
    people = dict(zip(table[name], table["people"].astype(int), strict=True))
    is_hidden = table[name].isin(parts_to_hide(people, min_group))
    figures = {column: table[column].astype(float).mask(is_hidden) for column in ("people", *FIGURES)}
    table = table.assign(is_hidden=is_hidden, **figures)
    return table.sort_values(["is_hidden", "ratio"], ascending=[True, False], ignore_index=True)
