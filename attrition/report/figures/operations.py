"""The figures of the operations edition: indicators, what is abnormal, where it sits, and what turnover goes with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.figures.abnormal import comparisons
from attrition.report.figures.drill_down import DrillDown, drill_downs, rounded
from attrition.report.figures.experienced import Experienced, experienced
from attrition.report.figures.indicators import BY_NAME, ENDS, KEYS, MONTHS, indicator_values, shown_sums
from attrition.report.figures.turnover_cost import turnover_cost

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.inputs import ReportInputs

TEAM_INDICATORS = (
    *("first_contact_resolution", "handling_seconds", "adherence", "occupancy", "utilisation"),
    *("fatal_errors", "nonfatal_errors", "absence", "turnover", "new_agents"),
)
"""The indicators of the table of teams."""
QUEUE_INDICATORS = (
    *("service_level", "connect_rate", "first_contact_resolution", "handling_seconds", "talk_seconds"),
    *("hold_seconds", "wrap_seconds", "occupancy", "scheduled_of_required", "schedule_fit"),
)
"""The indicators of the table of queues."""
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

    @cached_property
    def by_month(self) -> pd.DataFrame:
        """`KEYS` and ``ago_0``, this month's value, to ``ago_12``, that of a year ago, in reading order."""
        last = self.values["as_of"].max().to_period("M").ordinal
        ago = last - self.values["as_of"].dt.to_period("M").map(lambda month: month.ordinal)
        table = self.values.assign(ago=ago).pivot_table(index=KEYS, columns="ago", values="value")
        table = table.reindex(columns=range(MONTHS)).add_prefix("ago_").reset_index().rename_axis(columns=None)
        return _in_reading_order(table)

    @cached_property
    def latest(self) -> pd.DataFrame:
        """This month's values with their ranges, ``month_ago`` and ``year_ago``, in reading order."""
        now = self.values[self.values["as_of"] == self.values["as_of"].max()][[*KEYS, *ENDS]]
        earlier = self.by_month[[*KEYS, "ago_1", "ago_12"]].rename(columns={"ago_1": "month_ago", "ago_12": "year_ago"})
        return _in_reading_order(now.merge(earlier, on=KEYS, how="left"))

    def wide(self, level: str, names: Sequence[str]) -> pd.DataFrame:
        """Return one row per unit of a level, with this month's value of those of the indicators that are there."""
        rows = self.latest[self.latest["level"] == level]
        table = rows.pivot_table(index=["site", "unit"], columns="indicator", values="value")
        return table.reindex(columns=[name for name in names if name in table]).reset_index().rename_axis(columns=None)


def operations_of(month: MonthFigures) -> Operations | None:
    """Return the figures of the operations edition of a month, with what its expected resignations hide hidden."""
    rows = month.units[month.units["is_hidden"].astype(bool)]
    hidden = set(zip(rows["level"].astype(str), rows["unit"].astype(str), strict=True))
    return operations(month.inputs, hidden=hidden)


def operations(inputs: ReportInputs, *, hidden: Collection[tuple[str, str]] = ()) -> Operations | None:
    """Return the figures of the operations edition; None where there are none that may be shown.

    That is where the site supplies none of its tables, and where no group is large enough, not even the centre.

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
    if not (shown["as_of"] == as_of).any():
        return None
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


def _in_reading_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows by indicator, and within each the centre, sites, queues and teams."""
    places = {name: place for place, name in enumerate(BY_NAME)}
    order = rows["indicator"].map(places) * 10 + rows["level"].map(["centre", "site", "queue", "team"].index)
    return rows.assign(order=order).sort_values(["order", "site", "unit"]).drop(columns="order").reset_index(drop=True)


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
