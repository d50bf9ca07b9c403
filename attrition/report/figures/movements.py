"""The drivers that matter most this month, and their changes since the month before and since a year ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.driver_views import CENTRE
from attrition.report.disclosure import sites_to_hide, suppress_small_counts
from attrition.report.figures.tables import topic_points, topic_subjects
from attrition.report.rounding import round_points, round_to_movement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from attrition.features.declare import Feature
    from attrition.report.inputs import ReportInputs

MAX_TOP_DRIVERS = 3
MAX_CHANGES = 5
MONTHS_AGO = {"month": 1, "year": 12}
"""Columns of changes, and how many months ago the month lies with which this month is compared."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Movements:
    """The drivers that raise the flagged most, and those that changed most.

    Drivers are added up by topic, what several features say about one thing. Points are percentage points of the
    estimated risk of a typical agent, rounded; changes are points now minus points then.

    Parameters
    ----------
    top_drivers : DataFrame
        The topics that raise the flagged most over their peers, at most `MAX_TOP_DRIVERS`: ``topic``, ``lever``,
        ``points`` (mean over the flagged), ``raised`` (how many agents), and the changes of the whole centre's points
        since the month before, ``month``, and a year ago, ``year``. Empty where fewer are flagged than the smallest
        group.
    largest_changes : DataFrame
        The topics whose points changed most in the whole centre: ``topic``, ``lever``, ``month``, ``year``.
    by_site : DataFrame
        Per site that may be shown: ``site``; ``topic``, ``lever``, ``points`` (over the centre's mean agent) of the
        driver that raises it most; and ``changed``, ``changed_points`` of the driver that changed most in it since a
        year ago, or since the month before where the data do not reach back.
    subjects : dict of str to str
        For each topic the feature whose phrase names it.
    """

    top_drivers: pd.DataFrame
    largest_changes: pd.DataFrame
    by_site: pd.DataFrame
    subjects: dict[str, str]


def movements(
    inputs: ReportInputs, flagged: Sequence[str], *, hidden: Collection[tuple[str, str]] = ()
) -> Movements | None:
    """Return the drivers of the centre and its sites now and their changes; None without ``driver_views``.

    Parameters
    ----------
    inputs : ReportInputs
        With ``driver_views``: this month and earlier months, scored by one model.
    flagged : sequence of str
        The agents that count as flagged.
    hidden : collection of (level, unit)
        What the table of expected resignations of the same report hides.

    Notes
    -----
    Warning signs are left out: nobody can change them, and another table shows them. So are groups of fewer agents than
    the smallest group that is shown.
    """
    if inputs.driver_views is None or inputs.driver_views.empty:
        return None
    views = inputs.driver_views
    views = views[~views["is_symptom"].astype(bool) & (views["agents"] >= inputs.min_group)]
    now = pd.Timestamp(inputs.as_of)
    table = views.groupby(["as_of", "grouping", "group", "agents", "topic"]).agg(
        points=("points", "sum"), lever=("lever", "first")
    )
    table = table.reset_index()
    centre = _over_time(table[table["grouping"] == CENTRE], now).drop(columns=["group", "agents", "points"])
    shown = _shown_sites(table, inputs.min_group, hidden)
    sites = table[(table["grouping"] == "site") & table["group"].isin(shown)]
    return Movements(
        top_drivers=_top_drivers(inputs, flagged, centre),
        largest_changes=_largest_changes(centre, MAX_CHANGES),
        by_site=_by_site(_over_time(sites, now)),
        subjects=_subjects(inputs, flagged, table["topic"].unique().tolist()),
    )


def _subjects(inputs: ReportInputs, flagged: Sequence[str], topics: Sequence[str]) -> dict[str, str]:
    """Return the feature whose phrase names each topic: the one that names it among the drivers of the flagged."""
    named = topic_subjects(inputs.headline_drivers, flagged) if len(flagged) >= inputs.min_group else {}
    return {topic: named.get(topic) or subject(topic, inputs.features) for topic in topics}


def subject(name: str, features: Sequence[Feature]) -> str:
    """Return the feature whose phrase names a topic.

    It is the one with the shortest name among those that begin with the topic's name, or else among all of the topic.
    """
    names = [feature.name for feature in features if feature.topic == name and not feature.compared]
    of_same_name = [feature for feature in names if feature.startswith(name)]
    return min(of_same_name or names or [name], key=lambda feature: (len(feature), feature))


def _over_time(table: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return the points of each group and topic now, and their changes since earlier months, rounded."""
    keys = ["group", "topic"]
    current = table[table["as_of"] == now].set_index(keys)[["lever", "agents", "points"]]
    for name, months in MONTHS_AGO.items():
        then = table[table["as_of"] == now - pd.offsets.MonthEnd(months)].set_index(keys)[["points", "agents"]]
        current = current.join(then.rename(columns={"points": f"{name}_points", "agents": f"{name}_agents"}))
        fewer = current[["agents", f"{name}_agents"]].min(axis=1)
        current[name] = _rounded(current["points"] - current[f"{name}_points"], fewer, round_to_movement)
    current["points"] = _rounded(current["points"], current["agents"], round_points)
    return current.reset_index()[["group", "topic", "lever", "agents", "points", *MONTHS_AGO]]


def _rounded(points: pd.Series, people: pd.Series, rounded: Callable[[pd.Series, int], pd.Series]) -> pd.Series:
    """Return points rounded by the number of people behind each."""
    parts = [rounded(points[people == n], int(n)) for n in people.dropna().unique()]
    return pd.concat(parts).reindex(points.index) if parts else pd.Series(np.nan, index=points.index)


def _largest_changes(table: pd.DataFrame, max_rows: int) -> pd.DataFrame:
    """Return the rows with the largest changes since a year ago, then since the month before, at most `max_rows`.

    Rows whose changes are both rounded to zero are left out.
    """
    sized = table.assign(year_size=table["year"].abs().fillna(0.0), month_size=table["month"].abs().fillna(0.0))
    sized = sized.sort_values(["year_size", "month_size", "topic"], ascending=[False, False, True], kind="stable")
    changed = sized[(sized["year_size"] > 0) | (sized["month_size"] > 0)]
    return changed.head(max_rows).drop(columns=["year_size", "month_size"]).reset_index(drop=True)


def _top_drivers(inputs: ReportInputs, flagged: Sequence[str], centre: pd.DataFrame) -> pd.DataFrame:
    """Return the topics that raise the flagged most, with the changes of the whole centre."""
    columns = ["topic", "lever", "points", "raised", *MONTHS_AGO]
    if len(flagged) < inputs.min_group:
        return pd.DataFrame(columns=columns)
    everyone, min_group = inputs.all_driver_points, inputs.min_group
    points = topic_points(inputs.headline_drivers, flagged, everyone=everyone, symptoms=False, min_group=min_group)
    points = points.head(MAX_TOP_DRIVERS)
    points = points.assign(
        points=round_points(points["points"], len(flagged)), raised=suppress_small_counts(points["raised"], min_group)
    )
    return points.merge(centre.drop(columns="lever"), on="topic", how="left")[columns]


def _shown_sites(table: pd.DataFrame, min_group: int, hidden: Collection[tuple[str, str]]) -> set[str]:
    """Return the sites that may be shown in each of the months."""
    groups = table.drop_duplicates(["as_of", "grouping", "group"])
    months = []
    for _, now in groups.groupby("as_of"):
        sites = now[now["grouping"] == "site"].set_index("group")["agents"].astype(int)
        without_site = int(now.loc[now["grouping"] == CENTRE, "agents"].sum()) - int(sites.sum())
        months.append({str(name): int(count) for name, count in sites.items()} | {"": without_site})
    not_shown = sites_to_hide(months, min_group=min_group, always_hidden=hidden)
    return {name for month in months for name in month if name} - not_shown


def _by_site(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per site: the driver that raises it most, and the one that changed most."""
    rows = []
    for site, drivers in table.groupby("group"):
        above = round_to_movement(drivers["points"], int(drivers["agents"].min()))  # the centre's mean is rounded too
        raising = drivers[above > 0].sort_values(["points", "topic"], ascending=[False, True]).head(1)
        compared = "year" if drivers["year"].notna().any() else "month"
        changed = drivers.assign(size=drivers[compared].abs()).sort_values(["size", "topic"], ascending=[False, True])
        changed = changed.head(1)
        changed = changed[changed["size"] > 0]
        rows.append(
            {
                "site": site,
                "topic": raising["topic"].iloc[0] if len(raising) else "",
                "lever": raising["lever"].iloc[0] if len(raising) else "",
                "points": raising["points"].iloc[0] if len(raising) else np.nan,
                "changed": changed["topic"].iloc[0] if len(changed) else "",
                "changed_points": changed[compared].iloc[0] if len(changed) else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=["site", "topic", "lever", "points", "changed", "changed_points"])
