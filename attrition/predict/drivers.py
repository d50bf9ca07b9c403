"""Why each agent's risk differs from that of peers, exactly: contributions that sum to the difference.

In log-odds, a feature's contribution against peers is the agent's own contribution minus the mean of the
peers' contributions; over all features they sum to the agent's log-odds minus the peers' mean log-odds.
In percentage points they are allotted in proportion, which is the integral of the risk along the straight line
from the peers' mean log-odds to the agent's; they sum to the agent's risk minus the risk at the
peers' mean log-odds ("a typical peer"), column ``peer_risk``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.peers import Peers, peers

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray

    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

KEYS = ["agent_id", "as_of", "horizon_months"]
COLUMNS = [
    *KEYS,
    "feature",
    "family",
    "lever",
    "value",
    "peer_value",
    "category",
    "peer_category",
    "contribution",
    "points",
    "direction",
    "is_symptom",
    "peer_group",
    "peer_count",
    "peer_risk",
    "topic",
    "is_uncertain",
]
TEXTS = ("feature", "family", "lever", "topic")
AGREEING = 0.8
"""Share of the model's members that must see a topic raise the risk, or lower it, for that to be called sure."""


def drivers(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    features: Sequence[Feature],
    groups: pd.DataFrame,
    horizon: int | None = None,
    told: np.ndarray | None = None,
) -> pd.DataFrame:
    """Explain each agent-month against its peers.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        Rows of the panel: ``agent_id``, ``as_of`` and the features; every agent of the months it holds.
    features : sequence of Feature
        What the features say.
    groups : DataFrame
        One row per row of `frame`, in any order: ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.
    horizon : int
        Months ahead; the headline unless said, the one whose risk is explained exactly.
    told : array of bool, optional
        Which rows of `frame` to explain; all of them unless said. The others still count as peers.

    Returns
    -------
    DataFrame
        The contract's table ``drivers``, largest share of risk first for each agent. ``value`` and ``peer_value``
        (the group's median) hold numbers; ``category`` and ``peer_category`` (the most common) hold text.
        Features that say nothing for agent and peers alike (contribution 0) are left out. ``topic`` names what
        features tell together (`attrition.features.declare.Feature`); ``is_uncertain`` says that fewer than
        `AGREEING` of the model's members, which differ in seed and in whom they saw, give the whole topic the same
        sign.
    """
    frame = frame.reset_index(drop=True)
    horizon = fitted.spec.headline if horizon is None else horizon
    members = list(fitted.contributions_by_member(frame, horizon=horizon))
    names = list(members[0].columns)
    own = sum((one.to_numpy(dtype=float) for one in members), start=np.zeros(1)) / len(members)
    base = fitted.contributions(frame.head(1), horizon=horizon)[1]
    group = peers(_aligned(frame, groups))
    difference, peer_log_odds = _against(group, own, base)
    slope, peer_risk = slope_between(peer_log_odds, peer_log_odds + difference.sum(axis=1))
    points = 100.0 * difference * slope[:, None]
    shown = difference if told is None else np.where(told[:, None], difference, 0.0)
    rows, columns = _largest_first(frame, names, points, shown != 0.0)
    told_of = _declared(names, features).iloc[columns].reset_index(drop=True)
    table = frame[["agent_id", "as_of"]].iloc[rows].reset_index(drop=True).assign(horizon_months=horizon)
    table = pd.concat([table, told_of, _values(frame, group, names, (rows, columns))], axis=1)
    table["contribution"], table["points"] = difference[rows, columns], points[rows, columns]
    table["direction"] = _words(("lowers", "raises"), (difference[rows, columns] > 0).astype(int))
    table["peer_group"] = _words(*group.named, rows)
    table["peer_count"], table["peer_risk"] = group.count[rows], peer_risk[rows]
    table["is_uncertain"] = _doubted(members, {one.name: one.topic for one in features}, group)[rows, columns]
    return table[COLUMNS]


def _aligned(frame: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Give the groups in the frame's order; every agent-month has exactly one row in each."""
    keys = frame[["agent_id", "as_of"]]
    return keys.merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")


def _against(group: Peers, own: np.ndarray, base: float) -> tuple[np.ndarray, np.ndarray]:
    """Subtract the peers' mean; an agent without peers is set against the model's base."""
    mean = np.where(group.count[:, None] > 0, group.mean(pd.DataFrame(own)), 0.0)
    return own - mean, base + mean.sum(axis=1)


def _doubted(members: Sequence[pd.DataFrame], topic_of: Mapping[str, str], group: Peers) -> np.ndarray:
    """Tell for each agent-month and feature whether the members disagree on the sign of the whole topic, n x features.

    Members take different twins of a topic by chance, so that a single feature's sign says little.
    """
    topics, names = pd.factorize(np.array([topic_of[name] for name in members[0].columns]))
    of_topic = (topics[:, None] == np.arange(len(names))).astype(float)
    said = [_against(group, own.to_numpy(dtype=float) @ of_topic, 0.0)[0] for own in members]
    raising, lowering = (sum(sign * one > 0 for one in said) for sign in (1, -1))
    agreeing = np.where(sum(said, start=np.zeros(1)) > 0, raising, lowering)
    return (agreeing < AGREEING * len(members))[:, topics]


def slope_between(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the risk gained per unit of log-odds between two points, and the risk at the first."""
    first, last = 1.0 / (1.0 + np.exp(-start)), 1.0 / (1.0 + np.exp(-end))
    way = end - start
    near = np.abs(way) < 1e-9
    return np.where(near, first * (1.0 - first), (last - first) / np.where(near, 1.0, way)), first


def _declared(names: list[str], features: Sequence[Feature]) -> pd.DataFrame:
    """Give what features say of themselves, one row per name."""
    rows = [(one.name, one.family, one.lever, one.is_symptom, one.topic) for one in features]
    told = pd.DataFrame(rows, columns=["feature", "family", "lever", "is_symptom", "topic"]).set_index("feature")
    return told.loc[names].rename_axis("feature").reset_index().astype(dict.fromkeys(TEXTS, "str"))


def _values(frame: pd.DataFrame, group: Peers, names: list[str], places: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    """Look up the agent's value and the peers', numbers and texts apart."""
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in names}
    numbers = pd.DataFrame({name: frame[name] if is_number[name] else np.nan for name in names}, dtype=float)
    table = pd.DataFrame({"value": numbers.to_numpy()[places], "peer_value": group.median(numbers)[places]})
    texts = {place: frame[name].astype(object) for place, name in enumerate(names) if not is_number[name]}
    typical = {place: group.most_common(own) for place, own in texts.items() if own.notna().any()}
    return table.assign(
        category=_texts({place: own.to_numpy() for place, own in texts.items()}, places),
        peer_category=_texts(typical, places),
    )


def _texts(columns: Mapping[int, np.ndarray], places: tuple[np.ndarray, np.ndarray]) -> ExtensionArray:
    """Pick texts by row and column; null in columns that hold numbers."""
    rows, at = places
    codes, words = np.full(len(rows), -1), pd.Index([], dtype=object)
    for place, values in columns.items():
        here = np.flatnonzero(at == place)
        own, known = pd.factorize(values[rows[here]])
        codes[here] = np.where(own >= 0, own + len(words), -1)
        words = words.append(pd.Index(known, dtype=object))
    return pd.array(words.to_numpy(), dtype="string").take(codes, allow_fill=True)


def _words(words: Sequence[str], codes: np.ndarray, rows: np.ndarray | None = None) -> ExtensionArray:
    return pd.array(list(words), dtype="str").take(codes if rows is None else codes[rows])


def _largest_first(
    frame: pd.DataFrame, names: list[str], points: np.ndarray, is_shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Order the places that are shown by month, agent, and how much of the risk they tell (ties by the name)."""
    by_name = np.argsort(np.array(names), kind="stable")
    agents = np.lexsort((frame["agent_id"].astype(str).to_numpy(dtype=object), frame["as_of"]))
    order = np.argsort(-np.abs(points[agents][:, by_name]), axis=1, kind="stable")
    rows, columns = np.repeat(agents, len(names)), by_name[order].ravel()
    kept = is_shown[rows, columns]
    return rows[kept], columns[kept]
