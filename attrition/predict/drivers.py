"""The drivers of each agent's risk: what each feature adds to the difference between the agent and their peers.

In log-odds (column ``contribution``) it is the SHAP value of the agent's feature minus the mean of the peers' values.
Over all features the contributions sum to the agent's log-odds minus the peers' mean log-odds.

In percentage points (column ``points``) the agent's risk minus the risk at the peers' mean log-odds ("a typical peer",
column ``peer_risk``) is divided among the features in proportion to their contributions in log-odds. That equals
integrating the risk along the straight line from the peers' mean log-odds to the agent's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.direction_chances import direction_chances
from attrition.predict.peers import Peers, peers

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.contributions import Contributions
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
    "is_indistinct",
]
TEXTS = ("feature", "family", "lever", "topic")
CERTAIN_FROM = 0.8
"""A topic whose direction has a smaller chance to be right is marked as uncertain."""


def drivers(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    features: Sequence[Feature],
    groups: pd.DataFrame,
    is_explained: np.ndarray | None = None,
    contributions: Contributions | None = None,
) -> pd.DataFrame:
    """Return the contract's table ``drivers``: each agent-month's contributions, compared with peers.

    They are those at the headline horizon, the only one whose contributions sum exactly to the risk.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        Rows of the panel: ``agent_id``, ``as_of`` and the features; all agents of each month.
    features : sequence of Feature
        The declarations of the features.
    groups : DataFrame
        One row per row of `frame`, in any order: ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.
    is_explained : array of bool, optional
        Marks the rows of `frame` to explain; by default all. The other rows still count as peers.
    contributions : Contributions, optional
        The contributions of the rows of `frame`; by default they are computed.

    Returns
    -------
    DataFrame
        One row per agent-month and feature, for each agent the largest contribution first; contributions of 0 are left
        out. ``value`` and ``peer_value`` (the group's median) hold numbers; ``category`` and ``peer_category`` (the
        most common one) hold text. Columns of text but ``agent_id`` are categories. ``topic`` is that of the feature
        (`attrition.features.declare.Feature`). ``is_uncertain`` is true where the chance that the topic has the
        direction of its contribution is under `CERTAIN_FROM` (`attrition.predict.direction_chances`).
        ``is_indistinct`` is true where the family of the feature cannot be told apart at the centre
        (`attrition.predict.indistinct`).
    """
    frame = frame.reset_index(drop=True)
    contributions = fitted.all_contributions(frame) if contributions is None else contributions
    members, names = contributions.by_member, list(contributions.names)
    mean_of_members = sum(members, start=np.zeros(1)) / len(members)
    group = peers(_in_order_of(frame, groups))
    difference, peer_log_odds = _minus_peers(group, mean_of_members, contributions.base)
    slope, peer_risk = slope_between(peer_log_odds, peer_log_odds + difference.sum(axis=1))
    points = 100.0 * difference * slope[:, None]
    shown = difference if is_explained is None else np.where(is_explained[:, None], difference, 0.0)
    rows, columns = _largest_first(frame, names, points, shown != 0.0)
    declarations = _declarations(names, features).iloc[columns].reset_index(drop=True)
    table = frame[["agent_id", "as_of"]].iloc[rows].reset_index(drop=True).assign(horizon_months=fitted.spec.headline)
    table = pd.concat([table, declarations, _values(frame, group, names, (rows, columns))], axis=1)
    table["contribution"], table["points"] = difference[rows, columns], points[rows, columns]
    names_of_groups, codes_of_groups = group.codes_of_names
    table["direction"] = _labels(("lowers", "raises"), difference[rows, columns] > 0)
    table["peer_group"] = _labels(names_of_groups, codes_of_groups[rows])
    table["peer_count"], table["peer_risk"] = group.count[rows], peer_risk[rows]
    topic_of = {item.name: item.topic for item in features}
    topics = [topic_of[name] for name in names]
    table["is_uncertain"] = _is_uncertain(members, group, topics, fitted.spec.trees.agent_share)[rows, columns]
    table["is_indistinct"] = table["family"].isin(fitted.indistinct_families) & ~table["is_symptom"].astype(bool)
    return table[COLUMNS]


def _in_order_of(frame: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of each row of `frame`, in its order."""
    keys = frame[["agent_id", "as_of"]]
    return keys.merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")


def _minus_peers(group: Peers, contributions: np.ndarray, base: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the contributions minus the peers' mean, and the peers' mean log-odds.

    Rows without peers are compared with the model's base, the log-odds where every contribution is 0.
    """
    mean = np.where(group.count[:, None] > 0, group.mean(pd.DataFrame(contributions)), 0.0)
    return contributions - mean, base + mean.sum(axis=1)


def _is_uncertain(members: Sequence[np.ndarray], group: Peers, topics: Sequence[str], agent_share: float) -> np.ndarray:
    """Return whether the direction of each feature's topic has too small a chance to be right, n x features.

    Directions are those of topics and not of features, since it is partly chance which of several similar features a
    member's trees split on.
    """
    topic_codes, different = pd.factorize(np.array(topics))
    of_topic = (topic_codes[:, None] == np.arange(len(different))).astype(float)
    by_member = [_minus_peers(group, member @ of_topic, 0.0)[0] for member in members]
    chances = direction_chances(np.stack(by_member), agent_share=agent_share)
    return (chances < CERTAIN_FROM)[:, topic_codes]


def slope_between(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean slope of risk over log-odds between two log-odds, and the risk at the first.

    Where the two are equal the slope is the derivative, risk x (1 - risk).
    """
    start_risk, end_risk = 1.0 / (1.0 + np.exp(-start)), 1.0 / (1.0 + np.exp(-end))
    distance = end - start
    is_near = np.abs(distance) < 1e-9
    mean_slope = (end_risk - start_risk) / np.where(is_near, 1.0, distance)
    return np.where(is_near, start_risk * (1.0 - start_risk), mean_slope), start_risk


def _declarations(names: list[str], features: Sequence[Feature]) -> pd.DataFrame:
    """Return the declared properties of features, one row per name."""
    rows = [(item.name, item.family, item.lever, item.is_symptom, item.topic) for item in features]
    table = pd.DataFrame(rows, columns=["feature", "family", "lever", "is_symptom", "topic"]).set_index("feature")
    return table.loc[names].rename_axis("feature").reset_index().astype(dict.fromkeys(TEXTS, "category"))


def _values(frame: pd.DataFrame, group: Peers, names: list[str], cells: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    """Return the agents' values and their peers' in `cells` (rows, columns), numbers and texts in separate columns."""
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in names}
    numbers = pd.DataFrame({name: frame[name] if is_number[name] else np.nan for name in names}, dtype=float)
    table = pd.DataFrame({"value": numbers.to_numpy()[cells], "peer_value": group.median(numbers)[cells]})
    texts = {column: frame[name].astype(object) for column, name in enumerate(names) if not is_number[name]}
    most_common = {column: group.most_common(text) for column, text in texts.items() if text.notna().any()}
    return table.assign(
        category=_texts({column: text.to_numpy() for column, text in texts.items()}, cells),
        peer_category=_texts(most_common, cells),
    )


def _texts(columns: Mapping[int, np.ndarray], cells: tuple[np.ndarray, np.ndarray]) -> pd.Categorical:
    """Return the texts in `cells` (rows, columns); null in columns that hold numbers."""
    rows, column_of_row = cells
    in_column = {column: np.flatnonzero(column_of_row == column) for column in columns}
    texts = {column: pd.factorize(columns[column][rows[positions]]) for column, positions in in_column.items()}
    categories = pd.Index(np.unique([text for _, of_column in texts.values() for text in of_column]), dtype="str")
    codes = np.full(len(rows), -1)
    for column, (codes_of_column, of_column) in texts.items():
        codes[in_column[column]] = np.append(categories.get_indexer(of_column), -1)[codes_of_column]
    return pd.Categorical.from_codes(codes, categories)


def _labels(labels: Sequence[str], codes: np.ndarray) -> pd.Categorical:
    """Return the label of each code."""
    return pd.Categorical.from_codes(codes.astype(int), pd.Index(list(labels), dtype="str"))


def _largest_first(
    frame: pd.DataFrame, names: list[str], points: np.ndarray, is_shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the cells that are shown, by month, agent and size of contribution (ties by name)."""
    by_name = np.argsort(np.array(names), kind="stable")
    agents = np.lexsort((frame["agent_id"].astype(str).to_numpy(dtype=object), frame["as_of"]))
    order = np.argsort(-np.abs(points[agents][:, by_name]), axis=1, kind="stable")
    rows, columns = np.repeat(agents, len(names)), by_name[order].ravel()
    is_kept = is_shown[rows, columns]
    return rows[is_kept], columns[is_kept]
