"""The drivers of each agent's risk: what each feature adds to the difference between the agent and their peers.

In log-odds (column ``contribution``) it is the SHAP value of the agent's feature minus the mean of the peers' values.
Over all features the contributions sum to the agent's log-odds minus the peers' mean log-odds.

In percentage points (column ``points``) the agent's risk minus the risk at the peers' mean log-odds ("a typical peer",
column ``peer_risk``) is divided among the features in proportion to their contributions in log-odds. That equals
integrating the risk along the straight line from the peers' mean log-odds to the agent's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
CERTAIN_FROM = 0.8
"""A topic whose direction has a smaller chance to be right is marked as uncertain."""
ROWS_AT_ONCE = 1024
"""Agents whose drivers are sorted in one step, so that the processor's cache holds them."""


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
    names, group = list(contributions.names), peers(_in_order_of(frame, groups))
    difference, peer_log_odds = _minus_peers(group, contributions.mean_of_members, contributions.base)
    slope, peer_risk = slope_between(peer_log_odds, peer_log_odds + difference.sum(axis=1))
    points = 100.0 * difference
    points *= slope[:, None]
    is_shown = difference != 0.0 if is_explained is None else (difference != 0.0) & is_explained[:, None]
    rows, columns = _largest_first(frame, names, points, is_shown)
    contribution = difference[rows, columns]
    is_uncertain = _is_uncertain(contributions.by_topic, group, fitted.spec.trees.agent_share)
    names_of_groups, codes_of_groups = group.codes_of_names
    cells = {
        "agent_id": frame["agent_id"].array.take(rows),
        "as_of": frame["as_of"].array.take(rows),
        "horizon_months": np.full(len(rows), fitted.spec.headline),
        **_of_features(fitted, names, features, columns),
        **_values(frame, group, names, (rows, columns)),
        "contribution": contribution,
        "points": points[rows, columns],
        "direction": _labels(("lowers", "raises"), contribution > 0),
        "peer_group": _labels(names_of_groups, codes_of_groups[rows]),
        "peer_count": group.count[rows],
        "peer_risk": peer_risk[rows],
        "is_uncertain": is_uncertain[rows, contributions.topics[columns]],
    }
    return pd.DataFrame({name: cells[name] for name in COLUMNS}, copy=False)


def _in_order_of(frame: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of each row of `frame`, in its order."""
    keys = frame[["agent_id", "as_of"]]
    return keys.merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")


def _minus_peers(group: Peers, contributions: np.ndarray, base: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the contributions minus the peers' mean, and the peers' mean log-odds.

    Rows without peers are compared with the model's base, the log-odds where every contribution is 0.
    """
    mean = group.mean(pd.DataFrame(contributions, copy=False))
    mean[group.count == 0] = 0.0
    return contributions - mean, base + mean.sum(axis=1)


def _is_uncertain(by_topic: np.ndarray, group: Peers, agent_share: float) -> np.ndarray:
    """Return whether the direction of each topic has too small a chance to be right, n x topics.

    Directions are those of topics and not of features, since it is partly chance which of several similar features a
    member's trees split on.
    """
    differences = np.empty_like(by_topic)
    for difference, of_member in zip(differences, by_topic, strict=True):
        difference[:] = _minus_peers(group, of_member, 0.0)[0]
    return direction_chances(differences, agent_share=agent_share) < CERTAIN_FROM


def slope_between(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean slope of risk over log-odds between two log-odds, and the risk at the first.

    Where the two are equal the slope is the derivative, risk x (1 - risk).
    """
    start_risk, end_risk = 1.0 / (1.0 + np.exp(-start)), 1.0 / (1.0 + np.exp(-end))
    distance = end - start
    is_near = np.abs(distance) < 1e-9
    mean_slope = (end_risk - start_risk) / np.where(is_near, 1.0, distance)
    return np.where(is_near, start_risk * (1.0 - start_risk), mean_slope), start_risk


def _of_features(
    fitted: FittedRisk, names: Sequence[str], features: Sequence[Feature], columns: np.ndarray
) -> dict[str, Any]:
    """Return what is declared of the feature in each cell, of which the columns are passed."""
    of_name = {item.name: item for item in features}
    items = [of_name[name] for name in names]
    texts = {text: pd.Categorical([getattr(item, text) for item in items]) for text in ("family", "lever", "topic")}
    is_symptom = np.array([item.is_symptom for item in items], dtype=bool)
    is_indistinct = np.array([item.family in fitted.indistinct_families for item in items], dtype=bool) & ~is_symptom
    return {
        "feature": pd.Categorical(names).take(columns),
        **{text: categories.take(columns) for text, categories in texts.items()},
        "is_symptom": is_symptom[columns],
        "is_indistinct": is_indistinct[columns],
    }


def _values(
    frame: pd.DataFrame, group: Peers, names: list[str], cells: tuple[np.ndarray, np.ndarray]
) -> dict[str, Any]:
    """Return the agents' values and their peers' in `cells` (rows, columns), numbers and texts in separate columns."""
    rows, columns = cells
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in names}
    numbers = pd.DataFrame({name: frame[name] if is_number[name] else np.nan for name in names}, dtype=float)
    medians, group_of_row = group.medians_of_groups(numbers)
    texts = {column: frame[name].astype(object) for column, name in enumerate(names) if not is_number[name]}
    most_common = {column: group.most_common(text) for column, text in texts.items() if text.notna().any()}
    return {
        "value": numbers.to_numpy()[cells],
        "peer_value": medians[group_of_row[rows], columns],
        "category": _texts({column: text.to_numpy() for column, text in texts.items()}, cells),
        "peer_category": _texts(most_common, cells),
    }


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
    parts = [(agents[:0], by_name[:0])]
    for first in range(0, len(agents), ROWS_AT_ONCE):
        block = agents[first : first + ROWS_AT_ONCE]
        order = by_name[np.argsort(-np.abs(points[block][:, by_name]), axis=1, kind="stable")]
        is_kept = np.take_along_axis(is_shown[block], order, axis=1)
        parts.append((np.repeat(block, is_kept.sum(axis=1)), order[is_kept]))
    rows, columns = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return rows, columns
