"""The watch list: the agents of highest risk, as many as the site can talk to, with drivers and interventions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.predict.playbook import TALK_FIRST
from attrition.report.figures.list_changes import Standing, standing
from attrition.report.figures.tables import merged_by_topic, rows_of

if TYPE_CHECKING:
    from attrition.report.inputs import ReportInputs

GROUPS = ("site", "team_id", "job_role", "tenure_band")
"""Columns of `ReportInputs.groups` that are shown for an agent."""

MAX_DRIVERS = 3
MAX_WARNING_SIGNS = 2
MAX_OTHER_OFFERS = 3
"""Largest numbers of drivers, warning signs, and interventions besides the chosen one that are shown per agent."""

TALKED_TO = ("very_high", "high")
"""Bands that a list of whole bands may hold."""

MIN_POINTS = 0.3
"""A driver that moves the estimate by fewer percentage points is not shown."""


@dataclass(frozen=True, eq=False)
class WatchListEntry:
    """One agent of the watch list.

    Parameters
    ----------
    key, agent_id, name, band : str
        Their `agent_id` in the tables, staff number, name (empty where the site maps none) and risk band.
    risk_low, risk_high : float
        Ends of the interval of the risk at the headline horizon.
    groups : dict of str to str
        The agent's site, team, role and tenure band, as far as they are known.
    raising_drivers, warning_signs, lowering_drivers : list
        Rows of drivers, one per topic, largest first: those that raise the risk, signs that nobody can change, and the
        one that lowers it most. Left out are drivers under `MIN_POINTS` and those equal to the value of peers.
    suggested_offers, other_offers : list
        Rows of ``recommendations``: the chosen one, and others that would save more than they cost.
    interventions_received : list
        Rows of `ReportInputs.recent_interventions`, newest first.
    standing : Standing
        Since when they are on the list, and what changed since the list before.
    """

    key: str
    agent_id: str
    name: str
    band: str
    risk_low: float
    risk_high: float
    groups: dict[str, str]
    raising_drivers: list[Any]
    warning_signs: list[Any]
    lowering_drivers: list[Any]
    suggested_offers: list[Any]
    other_offers: list[Any]
    interventions_received: list[Any]
    standing: Standing


def watch_list(inputs: ReportInputs) -> list[WatchListEntry]:
    """Return the agents with the highest risk, about `ReportInputs.capacity` of them at most, highest band first.

    Agents from whom the model abstained are left out, and everybody where the model orders nobody. Inside a band the
    order is by staff number, because differences in risk there are smaller than the model's error.
    """
    listed = listed_scores(inputs.ranked_scores, capacity=inputs.capacity, in_whole_bands=inputs.withholds_figures)
    order = {band: number for number, band in enumerate(listed["band"].drop_duplicates())}
    listed = listed.assign(order=listed["band"].map(order), number=listed["agent_id"].map(inputs.staff_number))
    listed = listed.sort_values(["order", "number"], kind="stable")
    drivers = inputs.headline_drivers
    by_agent = {
        "drivers": _by_agent(_largest_first(merged_by_topic(drivers[drivers["agent_id"].isin(listed["agent_id"])]))),
        "offers": _by_agent(_worth_offering(inputs.recommendations)),
        "received": _by_agent(_newest_first(inputs.recent_interventions)),
    }
    names = [name for name in GROUPS if name in inputs.groups]
    groups_of = {row.agent_id: {name: getattr(row, name) for name in names} for row in rows_of(inputs.groups)}
    return [
        _entry(
            score,
            standing(score.agent_id, str(score.band), inputs.earlier_lists, pd.Timestamp(inputs.as_of)),
            rows={name: rows[score.agent_id] for name, rows in by_agent.items()},
            groups=groups_of.get(score.agent_id, {}),
            name=inputs.names.get(score.agent_id, ""),
        )
        for score in rows_of(listed)
    ]


def listed_scores(ranked: pd.DataFrame, *, capacity: int, in_whole_bands: bool) -> pd.DataFrame:
    """Return of ranked rows of ``scores``, highest risk first, those of the agents on a month's list.

    Where figures are withheld the list holds whole bands, since a cut through a band would order the people in it: the
    highest band, and those below it while everybody in them fits.
    """
    if not in_whole_bands:
        return ranked.head(capacity)
    bands = [ranked[ranked["band"] == band] for band in TALKED_TO]
    bands = [band for band in bands if len(band)]
    fits = [number for number in range(len(bands)) if sum(map(len, bands[: number + 1])) <= capacity]
    return pd.concat(bands[: max(len(fits), 1)]) if bands else ranked.head(0)


def _worth_offering(recommendations: pd.DataFrame) -> pd.DataFrame:
    """Return what was chosen and what else would save more than it costs, largest saving first.

    What a talk changes is not known before it: its rows show no risk after it and no saving.
    """
    is_chosen = recommendations["chosen"].astype(bool)
    saves = recommendations["eligible"].astype(bool) & (recommendations["expected_saving"] > 0)
    ordered = recommendations[is_chosen | saves].sort_values(
        ["expected_saving", "intervention"], ascending=[False, True], kind="stable", ignore_index=True
    )
    is_talk = ordered["intervention"] == TALK_FIRST
    unknown = ("risk_before", "risk_after", "expected_saving")
    return ordered.assign(**{name: ordered[name].mask(is_talk) for name in unknown if name in ordered})


def _newest_first(interventions: pd.DataFrame | None) -> pd.DataFrame:
    if interventions is None:
        return pd.DataFrame()
    return interventions.sort_values(["start_date", "intervention"], ascending=[False, True], kind="stable")


def _by_agent(table: pd.DataFrame) -> defaultdict[str, list[Any]]:
    """Return the rows of each agent, in the table's order."""
    rows_by_agent: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows_of(table):
        rows_by_agent[row.agent_id].append(row)
    return rows_by_agent


def count_not_scored(inputs: ReportInputs) -> int:
    """Return the number of agents the model abstained from."""
    return int(inputs.headline_scores["abstained"].astype(bool).sum())


def count_beyond_capacity(inputs: ReportInputs, entries: list[WatchListEntry]) -> int:
    """Return how many scored agents are in the bands of the list but not on it, for want of capacity."""
    bands = {entry.band for entry in entries}
    return int(inputs.ranked_scores["band"].isin(bands).sum()) - len(entries)


def _entry(
    score: Any,
    place: Standing,
    *,
    rows: Mapping[str, list[Any]],
    groups: Mapping[str, Any],
    name: str,
) -> WatchListEntry:
    drivers, offers = rows["drivers"], rows["offers"]
    drivers = [row for row in drivers if not is_same_as_peers(row)]
    drivers = [row for row in drivers if not abs(row.points) < MIN_POINTS]  # points are null where they are withheld
    raising = [row for row in drivers if row.direction == "raises"]
    lowering = [row for row in drivers if row.direction == "lowers" and not row.is_symptom]
    return WatchListEntry(
        key=str(score.agent_id),
        agent_id=str(score.number),
        name=name,
        band=str(score.band),
        risk_low=float(score.risk_low),
        risk_high=float(score.risk_high),
        groups={name: str(value) for name, value in groups.items() if pd.notna(value)},
        raising_drivers=[row for row in raising if not row.is_symptom][:MAX_DRIVERS],
        warning_signs=[row for row in raising if row.is_symptom][:MAX_WARNING_SIGNS],
        lowering_drivers=lowering[:1],
        suggested_offers=[row for row in offers if row.chosen],
        other_offers=[row for row in offers if not row.chosen][:MAX_OTHER_OFFERS],
        interventions_received=rows["received"],
        standing=place,
    )


def is_same_as_peers(row: Any) -> bool:
    """Return whether an agent's value of a driver equals that of peers: a sentence about it would say nothing."""
    category = getattr(row, "category", None)
    if isinstance(category, str):
        return bool(category == row.peer_category)
    return bool(row.value == row.peer_value) or bool(pd.isna(row.value) and pd.isna(row.peer_value))


def _largest_first(drivers: pd.DataFrame) -> pd.DataFrame:
    sized = drivers.assign(size=drivers["points"].abs())
    return sized.sort_values(["size", "subject"], ascending=[False, True], kind="stable").drop(columns="size")
