"""The figures of the operations edition: indicators, what is abnormal, where it sits, and what turnover goes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.abnormal import FALSE_DISCOVERIES, comparisons
from attrition.report.figures.drill_down import DrillDown, drill_downs, rounded
from attrition.report.figures.experienced import Experienced, experienced
from attrition.report.figures.indicators import KEYS, indicator_values, shown_sums
from attrition.report.figures.turnover_cost import turnover_cost

if TYPE_CHECKING:
    from collections.abc import Collection

    from attrition.report.inputs import ReportInputs

DIFFERENCE_DIGITS = 4
"""Decimals of mean differences over all teams."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Operations:
    """The figures of the operations edition; numbers are rounded and small groups left out.

    Parameters
    ----------
    values : DataFrame
        From `attrition.report.figures.indicators.indicator_values`.
    abnormal : DataFrame
        The abnormal points, worse ones first: `KEYS`, ``value``; ``past``, the mean of the group's own year before, and
        ``others``, that of the other teams; whether it is abnormal against each, ``is_past``, ``is_others``;
        ``is_higher`` and ``is_worse``.
    compared : int
        How many comparisons were made.
    drill_downs : list of DrillDown
        The abnormal indicators followed down to one team.
    cost : DataFrame
        From `attrition.report.figures.turnover_cost.turnover_cost`.
    experienced : Experienced, optional
        How fast experienced agents resign.
    hidden_teams : int
        Teams that are left out, since they are too small to be shown or would reveal one that is.
    """

    values: pd.DataFrame
    abnormal: pd.DataFrame
    compared: int
    drill_downs: list[DrillDown]
    cost: pd.DataFrame
    experienced: Experienced | None
    hidden_teams: int

    @property
    def false_discoveries(self) -> float:
        """The share of the abnormal points that is expected to be chance, at most."""
        return FALSE_DISCOVERIES


def operations(inputs: ReportInputs, *, hidden: Collection[tuple[str, str]] = ()) -> Operations | None:
    """Return the figures of the operations edition; None where the site supplies none of its tables.

    Parameters
    ----------
    inputs : ReportInputs
        The month, with its ``indicators``.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.
    """
    sums, as_of = inputs.indicators, pd.Timestamp(inputs.as_of)
    if sums is None or not (sums["as_of"] == as_of).any():
        return None
    shown = shown_sums(sums, as_of, min_group=inputs.min_group, hidden=hidden)
    compared = comparisons(shown, as_of)
    of_teams = _of_shown_teams(sums[sums["as_of"] <= as_of], shown, inputs.min_group)
    return Operations(
        values=indicator_values(sums, as_of, min_group=inputs.min_group, hidden=hidden),
        abnormal=_abnormal(compared, shown, as_of),
        compared=len(compared),
        drill_downs=drill_downs(compared, pd.concat([shown, of_teams]), as_of, events=inputs.events),
        cost=_rounded_cost(turnover_cost(shown, of_teams[of_teams["indicator"] == "resignations"])),
        experienced=None
        if inputs.spells is None
        else experienced(inputs.spells, inputs.as_of, min_group=inputs.min_group, complete_to=inputs.exits_complete_to),
        hidden_teams=_teams(sums[sums["as_of"] == as_of]) - _teams(shown[shown["as_of"] == as_of]),
    )


def _abnormal(compared: pd.DataFrame, shown: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return one row per group and indicator that is abnormal against its own past, the other teams, or both."""
    listed = compared[compared["is_abnormal"]].sort_values(["is_worse", "p"], ascending=[False, True])
    points = listed.drop_duplicates(KEYS)[[*KEYS, "value", "distance", "is_worse"]]
    for against in ("past", "others"):
        other = compared[compared["against"] == against]
        other = rounded(other.merge(points[KEYS], on=KEYS), shown, as_of)
        other = other.rename(columns={"usual": against, "is_abnormal": f"is_{against}"})
        points = points.merge(other[[*KEYS, against, f"is_{against}"]], on=KEYS, how="left")
    points = points.assign(usual=points["past"], is_higher=points["distance"] > 0)
    flags = {name: points[name].fillna(False).astype(bool) for name in ("is_past", "is_others")}
    points = rounded(points, shown, as_of).assign(**flags)
    return points[[*KEYS, "value", "past", "others", "is_past", "is_others", "is_higher", "is_worse"]]


def _of_shown_teams(sums: pd.DataFrame, shown: pd.DataFrame, min_group: int) -> pd.DataFrame:
    """Return resignations by month and changes of leader, of groups that may be shown."""
    rows = sums[sums["indicator"].isin(["resignations", "leader_changed"]) & (sums["clusters"] >= min_group)]
    return rows.merge(shown[["level", "unit"]].drop_duplicates(), on=["level", "unit"])


def _teams(sums: pd.DataFrame) -> int:
    return int(sums.loc[sums["level"] == "team", "unit"].nunique())


def _rounded_cost(cost: pd.DataFrame) -> pd.DataFrame:
    names = ["without", "difference", "low", "high"]
    return cost.assign(**{name: cost[name].astype(float).round(DIFFERENCE_DIGITS) for name in names})
