"""Working conditions of each team beside teams like it: what its leader can change, and nothing of any one person.

No estimate of risk stands here. A condition is shown where the playbook can move it, as a mean over at least a group
of agents, so coarse that no one agent's own value can be worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from attrition.report.disclosure import blurred

if TYPE_CHECKING:
    from datetime import date

    from attrition.predict.playbook import Intervention
    from attrition.report.products import Products

LEADERS_LEVERS = ("workload", "schedule", "coaching", "team", "career_path")
"""What a team leader has a say in; pay is the HR partner's."""

FEWEST_ALIKE = 4
"""A team is compared with at least so many others; where fewer share site and role, with more distant ones."""

LADDER = (("site", "role"), ("role",), ())
"""Teams are alike that share these; the first rung with enough teams counts."""

STANDS_OUT = 0.5
"""A mean stands out from this many standard deviations of the teams' means on."""

MOST_WORSE, MOST_BETTER = 5, 2
QUARTILES = (0.25, 0.5, 0.75)
STRONG, SOME = 0.10, 0.03
"""Log-odds from which a topic weighs strongly, or at all, in the model's estimate for a team against teams alike."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A condition that stands out: the team's mean, the median and quartiles of teams alike, and how much it weighs."""

    feature: str
    here: float
    alike: float
    low: float
    high: float
    is_worse: bool
    weight: Literal["strong", "some", "little"]
    offers: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """One team, how many it is compared with and what those share; the most telling conditions first."""

    name: str
    site: str
    headcount: int
    alike: int
    shared: tuple[str, ...]
    standings: tuple[Standing, ...]


_Rung = tuple[tuple[str, ...], dict[str, list[str]]]


@dataclass(frozen=True)
class _Condition:
    feature: str
    topic: str
    is_high_worse: bool
    offers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Board:
    """What teams are compared on: a row per team, a column per condition; ``spread`` is that of the teams' means."""

    means: pd.DataFrame
    weights: pd.DataFrame
    conditions: Sequence[_Condition]
    spread: np.ndarray


@dataclass(frozen=True, eq=False)
class _Found:
    """A standing before the most telling are chosen."""

    standing: Standing
    topic: str
    distance: float
    heavy: float


def teams(products: Products, units: pd.DataFrame) -> list[Team]:
    """Compare the conditions of every team that may be shown.

    Parameters
    ----------
    products : Products
        With ``frame`` and ``driver_views``.
    units : DataFrame
        From `attrition.report.tables.expected_units`: what is hidden there is hidden here.

    Returns
    -------
    list of Team
        By site and name; none where the panel's rows of the month are not given.
    """
    shown = units[(units["level"] == "team") & ~units["is_hidden"].astype(bool)]
    frame, topic_of = products.frame, {feature.name: feature.topic for feature in products.features}
    if frame is None or shown.empty:
        return []
    conditions = [found for found in _movable(products.interventions, topic_of) if found.feature in frame]
    rows = products.groups.merge(frame[frame["as_of"].dt.date == products.as_of].drop(columns="as_of"), on="agent_id",
                                 suffixes=("", "_of_frame"))  # fmt: skip
    rows = rows[rows["team_id"].isin(shown["unit"])]
    means = team_means(rows, [found.feature for found in conditions], minimum=products.min_group)
    weights = _weights(products.driver_views, products.as_of, conditions, means.index)
    board = _Board(means, weights, conditions, means.std().replace(0.0, np.nan).to_numpy())
    places = _places(rows)
    kin = _kin(places)
    heads = dict(zip(shown["unit"], shown["headcount"].astype(int), strict=True))
    told = []
    for name in places.index:
        shared, others = _alike(name, kin)
        found = _standings(board, name, others) if others and conditions else ()
        told.append(Team(name, str(places.loc[name, "site"]), heads[name], len(others), shared, found))
    return told


def _movable(interventions: Iterable[Intervention], topic_of: Mapping[str, str]) -> list[_Condition]:
    """List the features the playbook can move by a leader's lever, which way is worse, and by which offers."""
    offers: dict[str, list[str]] = {}
    is_high_worse: dict[str, bool] = {}
    for offered in interventions:
        if offered.lever in LEADERS_LEVERS:
            for change in offered.changes:
                offers.setdefault(change.feature, []).append(offered.id)
                is_high_worse.setdefault(change.feature, change.better == "down")
    return [
        _Condition(name, topic_of[name], is_high_worse[name], tuple(ids))
        for name, ids in offers.items()
        if name in topic_of
    ]


def team_means(rows: pd.DataFrame, features: Sequence[str], *, minimum: int) -> pd.DataFrame:
    """Average over each team's agents, coarsely; null where fewer than a group have a value."""
    values = rows[list(features)].apply(pd.to_numeric, errors="coerce")
    grouped = values.groupby(rows["team_id"].astype(str))
    people = grouped.count()
    return blurred(grouped.mean(), people, spread=values.std()).where(people >= minimum)


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each team's site and most common role, in reading order."""
    parts = {"site": "site", "role": "job_role"}
    grouped = rows.assign(team=rows["team_id"].astype(str)).groupby("team")
    table = pd.DataFrame(index=pd.Index(sorted(map(str, grouped.groups)), name="team"))
    for name, column in parts.items():
        table[name] = grouped[column].agg(_most_common) if column in rows else ""
    return table.sort_values("site", kind="stable")


def _most_common(values: pd.Series) -> str:
    counts = values.dropna().astype(str).value_counts()
    return "" if counts.empty else min(counts[counts == counts.max()].index)


def _weights(
    views: pd.DataFrame | None, as_of: date, conditions: Sequence[_Condition], names: pd.Index
) -> pd.DataFrame:
    """Lay out what each condition's topic contributes for each team, in log-odds; zero where nothing is told."""
    topics = [condition.topic for condition in conditions]
    if views is None:
        return pd.DataFrame(0.0, index=names, columns=topics)
    now = views[(views["grouping"] == "team_id") & (views["as_of"].dt.date == as_of) & ~views["is_symptom"]]
    table = now.pivot_table(index="group", columns="topic", values="contribution", aggfunc="sum")
    return table.reindex(index=names, columns=topics).fillna(0.0)


def _kin(places: pd.DataFrame) -> list[_Rung]:
    """Give for each rung of the ladder, and each team, all teams that share it; the team itself among them."""
    kin: list[_Rung] = []
    for shared in LADDER:
        keys = list(zip(*(places[part] for part in shared), strict=True)) if shared else [()] * len(places)
        teams_of: dict[tuple[str, ...], list[str]] = {}
        for name, key in zip(places.index, keys, strict=True):
            teams_of.setdefault(key, []).append(name)
        kin.append((shared, {name: teams_of[key] for name, key in zip(places.index, keys, strict=True)}))
    return kin


def _alike(name: str, kin: list[_Rung]) -> tuple[tuple[str, ...], list[str]]:
    """Name the teams to compare with, and what they share."""
    for shared, teams_of in kin:
        if len(teams_of[name]) > FEWEST_ALIKE:
            return shared, [other for other in teams_of[name] if other != name]
    return (), []


def _standings(board: _Board, name: str, others: list[str]) -> tuple[Standing, ...]:
    """Choose what stands out of one team against others."""
    place, rest = board.means.index.get_loc(name), board.means.index.get_indexer(pd.Index(others))
    values, heavy = board.means.to_numpy(), board.weights.to_numpy()
    low, alike, high = _quartiles(values[rest])
    distance = (values[place] - alike) / board.spread
    heavier = heavy[place] - np.median(heavy[rest], axis=0)
    found = []
    for at in np.flatnonzero((np.abs(distance) >= STANDS_OUT) & (values[place] != alike)).tolist():
        condition = board.conditions[at]
        standing = Standing(
            feature=condition.feature,
            here=float(values[place, at]),
            alike=float(alike[at]),
            low=float(low[at]),
            high=float(high[at]),
            is_worse=bool((distance[at] > 0) == condition.is_high_worse),
            weight=_word(heavier[at]),
            offers=condition.offers,
        )
        found.append(_Found(standing, condition.topic, float(abs(distance[at])), float(abs(heavier[at]))))
    return _most_telling(found)


def _quartiles(values: np.ndarray) -> np.ndarray:
    """Give the quartiles of each column, nulls apart; a condition that no team may show has none."""
    found = np.full((3, values.shape[1]), np.nan)
    known = ~np.isnan(values)
    whole, some = known.all(axis=0), known.any(axis=0) & ~known.all(axis=0)
    found[:, whole] = np.quantile(values[:, whole], QUARTILES, axis=0)
    if some.any():  # many times slower
        found[:, some] = np.nanquantile(values[:, some], QUARTILES, axis=0)
    return found


def _most_telling(found: list[_Found]) -> tuple[Standing, ...]:
    """Keep one per topic and the most telling of what is worse and of what is better."""
    order = sorted(found, key=lambda one: (-one.heavy, -one.distance, one.standing.feature))
    first = {one.topic: one.standing for one in reversed(order)}
    chosen = [one.standing for one in order if first[one.topic] is one.standing]
    worse = [one for one in chosen if one.is_worse][:MOST_WORSE]
    return (*worse, *[one for one in chosen if not one.is_worse][:MOST_BETTER])


def _word(weight: float) -> Literal["strong", "some", "little"]:
    """Say how strongly a topic weighs, never by how much: that would be an estimate."""
    return "strong" if abs(weight) >= STRONG else "some" if abs(weight) >= SOME else "little"
