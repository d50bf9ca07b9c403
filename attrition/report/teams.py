"""Working conditions of each team beside similar teams: what its leader can change, and nothing about any one agent.

No estimate of risk is shown here. A condition is shown where the playbook can change it, as a mean over at least the
smallest group of agents, rounded so that no one agent's own value can be worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from attrition.report.rounding import round_group_means
from attrition.report.tables import most_common

if TYPE_CHECKING:
    from datetime import date

    from attrition.predict.intervention import Intervention
    from attrition.report.inputs import ReportInputs

NOT_THE_LEADERS = ("pay", "none")
"""Levers a team leader has no say in; pay is the HR partner's."""

MIN_PEER_TEAMS = 4
"""A team is compared with at least so many others; where fewer share site and role, with less similar ones."""

SIMILARITY = (("site", "role"), ("role",), ())
"""What similar teams share; the first of these that enough teams share counts."""

MIN_DISTANCE = 0.5
"""A mean stands out from this many standard deviations of the teams' means on."""

MAX_WORSE, MAX_BETTER = 5, 2
QUARTILES = (0.25, 0.5, 0.75)
STRONG, SOME = 0.10, 0.03
"""Log-odds from which a topic weighs strongly, or at all, in the model's estimate for a team against similar teams."""


@dataclass(frozen=True, kw_only=True)
class NotableCondition:
    """A condition that stands out: the team's mean, the quartiles of similar teams, its weight in the model.

    ``interventions`` are those of the playbook that can change it.
    """

    feature: str
    mean: float
    peer_median: float
    peer_low: float
    peer_high: float
    is_worse: bool
    weight: Literal["strong", "some", "little"]
    interventions: tuple[str, ...]


@dataclass(frozen=True)
class TeamConditions:
    """One team, how many teams it is compared with and what those share, and its conditions, the most notable first."""

    name: str
    site: str
    headcount: int
    peer_count: int
    shared: tuple[str, ...]
    conditions: tuple[NotableCondition, ...]


@dataclass(frozen=True)
class _Changeable:
    """A feature that the playbook can change, which way is worse, and by which interventions."""

    feature: str
    topic: str
    is_high_worse: bool
    interventions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Comparison:
    """A row per team, a column per feature: means and weights; ``spread`` is the deviation of the teams' means."""

    means: pd.DataFrame
    weights: pd.DataFrame
    features: Sequence[_Changeable]
    spread: np.ndarray


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A condition that stands out, before the most notable are chosen."""

    condition: NotableCondition
    topic: str
    distance: float
    weight: float


_PeerTeams = tuple[tuple[str, ...], dict[str, list[str]]]
"""What teams share, and for each team all teams that share it, itself among them."""


def team_conditions(inputs: ReportInputs, units: pd.DataFrame) -> list[TeamConditions]:
    """Compare the conditions of every team that may be shown.

    Parameters
    ----------
    inputs : ReportInputs
        With ``panel_rows`` and ``driver_views``.
    units : DataFrame
        From `attrition.report.tables.expected_units`; what it hides is hidden here.

    Returns
    -------
    list of TeamConditions
        By site and name; empty without the panel's rows of the month.
    """
    shown = units[(units["level"] == "team") & ~units["is_hidden"].astype(bool)]
    panel_rows, topics = inputs.panel_rows, {feature.name: feature.topic for feature in inputs.features}
    if panel_rows is None or shown.empty:
        return []
    features = [item for item in _changeable(inputs.interventions, topics) if item.feature in panel_rows]
    now = panel_rows[panel_rows["as_of"].dt.date == inputs.as_of].drop(columns="as_of")
    members = inputs.groups.merge(now, on="agent_id", suffixes=("", "_of_panel"))
    members = members[members["team_id"].isin(shown["unit"])]
    means = team_means(members, [item.feature for item in features], min_group=inputs.min_group)
    weights = _weights(inputs.driver_views, inputs.as_of, features, means.index)
    comparison = _Comparison(means, weights, features, means.std().replace(0.0, np.nan).to_numpy())
    places = _sites_and_roles(members)
    peers = _peer_teams(places)
    headcounts = dict(zip(shown["unit"], shown["headcount"].astype(int), strict=True))
    teams = []
    for name in places.index:
        shared, others = _similar(name, peers)
        conditions = _notable_conditions(comparison, name, others) if others and features else ()
        site = str(places.loc[name, "site"])
        teams.append(TeamConditions(name, site, headcounts[name], len(others), shared, conditions))
    return teams


def _changeable(interventions: Iterable[Intervention], topics: Mapping[str, str]) -> list[_Changeable]:
    """Return the features that the playbook can change by a lever of team leaders."""
    by_feature: dict[str, list[str]] = {}
    is_high_worse: dict[str, bool] = {}
    for intervention in interventions:
        if intervention.lever not in NOT_THE_LEADERS:
            for change in intervention.changes:
                by_feature.setdefault(change.feature, []).append(intervention.id)
                is_high_worse.setdefault(change.feature, change.better == "down")
    return [
        _Changeable(name, topics[name], is_high_worse[name], tuple(ids))
        for name, ids in by_feature.items()
        if name in topics
    ]


def team_means(members: pd.DataFrame, features: Sequence[str], *, min_group: int) -> pd.DataFrame:
    """Return means over each team's agents, rounded; null where fewer than `min_group` have a value."""
    values = members[list(features)].apply(pd.to_numeric, errors="coerce")
    grouped = values.groupby(members["team_id"].astype(str))
    people = grouped.count()
    return round_group_means(grouped.mean(), people, spread=values.std()).where(people >= min_group)


def _sites_and_roles(members: pd.DataFrame) -> pd.DataFrame:
    """Return each team's site and most common role, in reading order."""
    grouped = members.assign(team=members["team_id"].astype(str)).groupby("team")
    table = pd.DataFrame(index=pd.Index(sorted(map(str, grouped.groups)), name="team"))
    for name, column in {"site": "site", "role": "job_role"}.items():
        table[name] = grouped[column].agg(lambda texts: most_common(texts) or "") if column in members else ""
    return table.sort_values("site", kind="stable")


def _weights(views: pd.DataFrame | None, as_of: date, features: Sequence[_Changeable], names: pd.Index) -> pd.DataFrame:
    """Return what each feature's topic contributes for each team, in log-odds; zero where unknown."""
    topics = [item.topic for item in features]
    if views is None:
        return pd.DataFrame(0.0, index=names, columns=topics)
    now = views[(views["grouping"] == "team_id") & (views["as_of"].dt.date == as_of) & ~views["is_symptom"]]
    table = now.pivot_table(index="group", columns="topic", values="contribution", aggfunc="sum")
    return table.reindex(index=names, columns=topics).fillna(0.0)


def _peer_teams(places: pd.DataFrame) -> list[_PeerTeams]:
    """Return the peers of each team, for each degree of similarity."""
    peers: list[_PeerTeams] = []
    for shared in SIMILARITY:
        keys = list(zip(*(places[part] for part in shared), strict=True)) if shared else [()] * len(places)
        members: dict[tuple[str, ...], list[str]] = {}
        for name, key in zip(places.index, keys, strict=True):
            members.setdefault(key, []).append(name)
        peers.append((shared, {name: members[key] for name, key in zip(places.index, keys, strict=True)}))
    return peers


def _similar(name: str, peers: list[_PeerTeams]) -> tuple[tuple[str, ...], list[str]]:
    """Return what a team shares with the teams it is compared with, and those teams."""
    for shared, teams in peers:
        if len(teams[name]) > MIN_PEER_TEAMS:
            return shared, [other for other in teams[name] if other != name]
    return (), []


def _notable_conditions(comparison: _Comparison, name: str, others: list[str]) -> tuple[NotableCondition, ...]:
    """Return what stands out in one team against others."""
    row, peers = comparison.means.index.get_loc(name), comparison.means.index.get_indexer(pd.Index(others))
    values, weights = comparison.means.to_numpy(), comparison.weights.to_numpy()
    low, median, high = _quartiles(values[peers])
    distance = (values[row] - median) / comparison.spread
    weight = weights[row] - np.median(weights[peers], axis=0)
    candidates = []
    for column in np.flatnonzero((np.abs(distance) >= MIN_DISTANCE) & (values[row] != median)).tolist():
        feature = comparison.features[column]
        condition = NotableCondition(
            feature=feature.feature,
            mean=float(values[row, column]),
            peer_median=float(median[column]),
            peer_low=float(low[column]),
            peer_high=float(high[column]),
            is_worse=bool((distance[column] > 0) == feature.is_high_worse),
            weight=_weight_word(weight[column]),
            interventions=feature.interventions,
        )
        sizes = (float(abs(distance[column])), float(abs(weight[column])))
        candidates.append(_Candidate(condition, feature.topic, *sizes))
    return _most_notable(candidates)


def _quartiles(values: np.ndarray) -> np.ndarray:
    """Return the quartiles of each column without nulls; null for a column that no team may show."""
    quartiles = np.full((3, values.shape[1]), np.nan)
    is_known = ~np.isnan(values)
    is_full, has_gaps = is_known.all(axis=0), is_known.any(axis=0) & ~is_known.all(axis=0)
    quartiles[:, is_full] = np.quantile(values[:, is_full], QUARTILES, axis=0)
    if has_gaps.any():  # many times slower
        quartiles[:, has_gaps] = np.nanquantile(values[:, has_gaps], QUARTILES, axis=0)
    return quartiles


def _most_notable(candidates: list[_Candidate]) -> tuple[NotableCondition, ...]:
    """Return one condition per topic, and of these the most notable that are worse and that are better."""
    ordered = sorted(candidates, key=lambda item: (-item.weight, -item.distance, item.condition.feature))
    first = {item.topic: item.condition for item in reversed(ordered)}
    chosen = [item.condition for item in ordered if first[item.topic] is item.condition]
    worse = [condition for condition in chosen if condition.is_worse][:MAX_WORSE]
    return (*worse, *[condition for condition in chosen if not condition.is_worse][:MAX_BETTER])


def _weight_word(weight: float) -> Literal["strong", "some", "little"]:
    """Return how strongly a topic weighs, as a word: a number would be an estimate."""
    return "strong" if abs(weight) >= STRONG else "some" if abs(weight) >= SOME else "little"
