"""The figures of a month's report, computed once for all languages, pages and workbooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from attrition.report.disclosure import suppress_small_counts, suppress_small_track_record
from attrition.report.figures.lever_counts import lever_counts
from attrition.report.figures.list_changes import ListChanges, list_changes
from attrition.report.figures.tables import (
    expected_units,
    flagged_agents,
    lever_points,
    quality_rules,
    rows_read_and_used,
    topic_points,
    with_previous_points,
)
from attrition.report.figures.teams import TeamConditions, team_conditions
from attrition.report.figures.track_record import TrackRecordVerdict, latest_year, verdict
from attrition.report.figures.watch_list import WatchListEntry, count_beyond_capacity, count_not_scored, watch_list
from attrition.report.model_metrics import headline_metrics
from attrition.report.rounding import round_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attrition.report.inputs import ReportInputs

Figures = TypeVar("Figures")


@dataclass(frozen=True, kw_only=True, eq=False)
class MonthFigures:
    """The figures of a month's report; small groups are already suppressed and numbers rounded.

    Parameters
    ----------
    inputs : ReportInputs
        What they were computed from.
    track_record : DataFrame
        The latest year of earlier months, from `attrition.report.figures.track_record.latest_year`.
    verdict : TrackRecordVerdict
        How well they performed.
    units : DataFrame
        Expected resignations, from `attrition.report.figures.tables.expected_units`.
    flagged : list of str
        The share of agents with the highest risk.
    levers : DataFrame
        Mean points of the flagged over peers, from `attrition.report.figures.tables.lever_points`, and
        ``points_before``, those of the month before.
    lever_units : DataFrame
        For how many people of each unit a lever matters, from `attrition.report.figures.lever_counts.lever_counts`.
    features, warning_signs : DataFrame
        The drivers and the warning signs of the flagged, from `attrition.report.figures.tables.topic_points`.
    watch_list : list of WatchListEntry
        The agents to talk to.
    beyond_capacity, not_scored : int
        Agents in the bands of the watch list who are not on it, and agents from whom the model abstained.
    list_changes : ListChanges or None
        What became of the list before this one.
    quality : DataFrame
        Rows of the quality table, from `attrition.report.figures.tables.quality_rules`.
    rows_read, rows_used : int
        Rows of all source tables.
    metrics : DataFrame
        Holdout metrics, from `attrition.report.model_metrics.headline_metrics`.
    calibration : DataFrame
        `ReportInputs.calibration` without small groups; may be empty.
    teams : list of TeamConditions
        Working conditions of each team that may be shown.
    computed : dict
        What `once` has returned so far.
    """

    inputs: ReportInputs
    track_record: pd.DataFrame
    verdict: TrackRecordVerdict
    units: pd.DataFrame
    flagged: list[str]
    levers: pd.DataFrame
    lever_units: pd.DataFrame
    features: pd.DataFrame
    warning_signs: pd.DataFrame
    watch_list: list[WatchListEntry]
    beyond_capacity: int
    not_scored: int
    list_changes: ListChanges | None
    quality: pd.DataFrame
    rows_read: int
    rows_used: int
    metrics: pd.DataFrame
    calibration: pd.DataFrame
    teams: list[TeamConditions]
    computed: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def hidden(self) -> set[tuple[str, str]]:
        """The units that the table of expected resignations hides, by level and name; other tables hide them too."""
        return _hidden(self.units)

    def once(self, compute: Callable[[MonthFigures], Figures]) -> Figures:
        """Return what a function computes from these figures; it is called once, for all editions and languages."""
        if compute not in self.computed:
            self.computed[compute] = compute(self)
        return self.computed[compute]


def month_figures(inputs: ReportInputs) -> MonthFigures:
    """Return the figures of a month."""
    track_record = latest_year(inputs.history)
    flagged = flagged_agents(inputs)
    entries = [] if inputs.mode == "group_only" else watch_list(inputs.of_people)
    rows_read, rows_used = rows_read_and_used(inputs)
    units = expected_units(inputs)
    return MonthFigures(
        inputs=inputs,
        track_record=suppress_small_track_record(track_record, inputs.min_group),
        verdict=verdict(track_record, horizon=inputs.horizon),
        units=units,
        flagged=flagged,
        levers=_levers(inputs, flagged),
        lever_units=_lever_units(inputs, units),
        features=_features(inputs, flagged, symptoms=False),
        warning_signs=_features(inputs, flagged, symptoms=True),
        watch_list=entries,
        beyond_capacity=count_beyond_capacity(inputs, entries),
        not_scored=count_not_scored(inputs),
        list_changes=None if inputs.mode == "group_only" else list_changes(inputs, [entry.key for entry in entries]),
        quality=quality_rules(inputs),
        rows_read=rows_read,
        rows_used=rows_used,
        metrics=headline_metrics(inputs),
        calibration=_calibration(inputs),
        teams=team_conditions(inputs, units),
    )


def _hidden(units: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the level and the name of each hidden row of `attrition.report.figures.tables.expected_units`."""
    rows = units[units["is_hidden"].astype(bool)]
    return set(zip(rows["level"].astype(str), rows["unit"].astype(str), strict=True))


def _levers(inputs: ReportInputs, flagged: list[str]) -> pd.DataFrame:
    """Return the mean points per lever over the flagged, with those of the month before.

    Empty where fewer are flagged than the smallest group; ``points_before`` is null where that was so last month.
    """
    points = _rounded(lever_points(inputs.all_driver_points, flagged), flagged, inputs.min_group)
    drivers, previous = inputs.previous_drivers, inputs.previous_flagged
    if drivers is None or len(previous) < inputs.min_group:
        return with_previous_points(points, None)
    return with_previous_points(points, _rounded(lever_points(drivers, previous), previous, inputs.min_group))


def _lever_units(inputs: ReportInputs, units: pd.DataFrame) -> pd.DataFrame:
    """Return for how many people of each unit a lever matters; units without an expected number have no count."""
    groups = inputs.groups.drop(columns="as_of", errors="ignore")
    return lever_counts(inputs.all_driver_points, groups, min_group=inputs.min_group, hidden=_hidden(units))


def _features(inputs: ReportInputs, flagged: list[str], *, symptoms: bool) -> pd.DataFrame:
    min_group = inputs.min_group
    points = topic_points(
        inputs.headline_drivers, flagged, everyone=inputs.all_driver_points, symptoms=symptoms, min_group=min_group
    )
    table = _rounded(points, flagged, min_group)
    return table[table["points"] > 0].reset_index(drop=True)


def _rounded(points: pd.DataFrame, agents: Sequence[str], min_group: int) -> pd.DataFrame:
    """Return mean points rounded and small counts null; no rows where there are fewer agents than `min_group`."""
    if len(agents) < min_group:
        return points.head(0)
    return points.assign(
        points=round_points(points["points"], len(agents)), raised=suppress_small_counts(points["raised"], min_group)
    )


def _calibration(inputs: ReportInputs) -> pd.DataFrame:
    """Return the calibration groups of at least the smallest group shown."""
    groups = inputs.calibration
    return pd.DataFrame() if groups is None else groups[groups["agents"] >= inputs.min_group].reset_index(drop=True)
