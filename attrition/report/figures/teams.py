"""Working conditions of each team compared with similar teams, for team leaders.

A condition is a feature that an intervention of the playbook can change. Its mean over the team's agents is shown,
rounded so that no agent's own value can be worked out, and only for teams of at least the smallest group. Single agents
and estimates of risk are not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from attrition.report.figures.tables import most_common
from attrition.report.rounding import round_group_means

if TYPE_CHECKING:
    from datetime import date

    from attrition.predict.intervention import Intervention
    from attrition.report.inputs import ReportInputs

LEVERS_LEFT_OUT = ("pay", "none")
"""Levers that a team leader cannot use: pay is decided by the HR partner, "none" is what nobody can change."""

MIN_PEER_TEAMS = 4
"""A team is compared with at least this many others; less similar ones are used where there are too few."""

SIMILARITY = (("site", "role"), ("role",), ())
"""What similar teams have in common, from most to least similar; the first that gives `MIN_PEER_TEAMS` is used."""

MIN_DISTANCE = 0.5
"""A mean is notable where it lies at least this many standard deviations of the teams' means from the peers' median."""

MAX_WORSE, MAX_BETTER = 5, 2
"""Largest numbers of conditions shown per team: those worse and those better than in similar teams."""

QUARTILES = (0.25, 0.5, 0.75)
STRONG_WEIGHT, SOME_WEIGHT = 0.10, 0.03
"""A topic weighs strongly, or somewhat, where it moves the model's estimate for a team by at least this many log-odds
more or less than for similar teams."""


@dataclass(frozen=True, kw_only=True)
class NotableCondition:
    """A condition in which a team differs from similar teams.

    ``peer_low`` and ``peer_high`` are the quartiles of similar teams; ``weight`` is how much its topic weighs in the
    model's estimate for the team; ``interventions`` are the ids of those that can change it.
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
    """One team and its notable conditions, the most notable first.

    ``peer_count`` is how many teams it is compared with; ``shared`` is what they have in common, one of `SIMILARITY`.
    """

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
    """Means and weights with a row per team and a column per feature, in the order of ``features``.

    ``spread`` is the standard deviation of the teams' means, per feature.
    """

    means: pd.DataFrame
    weights: pd.DataFrame
    features: Sequence[_Changeable]
    spread: np.ndarray


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A notable condition, with the values by which the most notable are chosen."""

    condition: NotableCondition
    topic: str
    distance: float
    weight: float


_PeerTeams = tuple[tuple[str, ...], dict[str, list[str]]]
"""What teams share, and for each team all teams that share it, itself among them."""


def team_conditions(inputs: ReportInputs, units: pd.DataFrame) -> list[TeamConditions]:
    """Return the notable conditions of every team that may be shown.

    Parameters
    ----------
    inputs : ReportInputs
        With ``panel_rows`` and ``driver_views``.
    units : DataFrame
        From `attrition.report.figures.tables.expected_units`; what it hides is hidden here.

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
    sites_and_roles = _sites_and_roles(members)
    peers = _peer_teams(sites_and_roles)
    headcounts = dict(zip(shown["unit"], shown["headcount"].astype(int), strict=True))
    teams = []
    for name in sites_and_roles.index:
        shared, others = _similar_teams(name, peers)
        conditions = _notable_conditions(comparison, name, others) if others and features else ()
        site = str(sites_and_roles.loc[name, "site"])
        teams.append(TeamConditions(name, site, headcounts[name], len(others), shared, conditions))
    return teams


def _changeable(interventions: Iterable[Intervention], topics: Mapping[str, str]) -> list[_Changeable]:
    """Return the features that the playbook can change by a lever of team leaders."""
    by_feature: dict[str, list[str]] = {}
    is_high_worse: dict[str, bool] = {}
    for intervention in interventions:
        if intervention.lever not in LEVERS_LEFT_OUT:
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


def _peer_teams(sites_and_roles: pd.DataFrame) -> list[_PeerTeams]:
    """Return the peers of each team, for each degree of similarity."""
    peers: list[_PeerTeams] = []
    for shared in SIMILARITY:
        keys = (
            list(zip(*(sites_and_roles[part] for part in shared), strict=True))
            if shared
            else [()] * len(sites_and_roles)
        )
        members: dict[tuple[str, ...], list[str]] = {}
        for name, key in zip(sites_and_roles.index, keys, strict=True):
            members.setdefault(key, []).append(name)
        peers.append((shared, {name: members[key] for name, key in zip(sites_and_roles.index, keys, strict=True)}))
    return peers


def _similar_teams(name: str, peers: list[_PeerTeams]) -> tuple[tuple[str, ...], list[str]]:
    """Return what a team has in common with the teams it is compared with, and those teams; nothing where too few."""
    for shared, teams in peers:
        if len(teams[name]) > MIN_PEER_TEAMS:
            return shared, [other for other in teams[name] if other != name]
    return (), []


def _notable_conditions(comparison: _Comparison, name: str, others: list[str]) -> tuple[NotableCondition, ...]:
    """Return the conditions in which one team differs notably from others."""
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
    """Return the quartiles of each column without nulls; null for a column that is null for all teams."""
    quartiles = np.full((3, values.shape[1]), np.nan)
    is_known = ~np.isnan(values)
    is_full, has_gaps = is_known.all(axis=0), is_known.any(axis=0) & ~is_known.all(axis=0)
    quartiles[:, is_full] = np.quantile(values[:, is_full], QUARTILES, axis=0)
    if has_gaps.any():  # only for these columns, because nanquantile is many times slower
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
    """Return how strongly a topic weighs as a word; a number would be an estimate of risk, which is not shown."""
    return "strong" if abs(weight) >= STRONG_WEIGHT else "some" if abs(weight) >= SOME_WEIGHT else "little"
