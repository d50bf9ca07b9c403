"""The drivers of each agent's risk: what each feature adds to the difference between the agent and their peers.

In log-odds (column ``contribution``) it is the SHAP value of the agent's feature minus the mean of the peers' values.
Over all features the contributions sum to the agent's log-odds minus the peers' mean log-odds.

In percentage points (column ``points``) the agent's risk minus the risk at the peers' mean log-odds ("a typical peer",
column ``peer_risk``) is divided among the features in proportion to their contributions in log-odds. That equals
integrating the risk along the straight line from the peers' mean log-odds to the agent's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from attrition.data.meanwhile import meanwhile
from attrition.model.row_blocks import in_blocks
from attrition.predict.direction_chances import chances_of, variance_among
from attrition.predict.driver_cells import DriverCells, Lookup
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
TEXTS = ("family", "lever", "topic")
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
    names, group = list(contributions.names), peers(_in_order_of(frame, groups))
    difference, peer_log_odds = _minus_peers(group, contributions.mean_of_members, contributions.base)
    slope, peer_risk = slope_between(peer_log_odds, peer_log_odds + difference.sum(axis=1))
    is_shown = difference != 0.0 if is_explained is None else (difference != 0.0) & is_explained[:, None]
    cells = DriverCells(names, _in_order(frame), difference, slope, is_shown)
    every_row, every_feature = np.arange(len(frame)), np.arange(len(names))
    with meanwhile(partial(_values, frame, group, names)) as values:
        is_uncertain = _is_uncertain(contributions.by_topic, group, fitted.spec.trees.agent_share)
        of_values = values()
    columns = cells.columns(
        {
            **_of_features(fitted, names, features),
            **_of_peers(group, peer_risk),
            **of_values,
            "contribution": Lookup(difference, every_row, every_feature),
            "is_uncertain": Lookup(is_uncertain, every_row, contributions.topics),
        }
    )
    rows = cells.rows
    columns |= {
        "agent_id": frame["agent_id"].array.take(rows),
        "as_of": frame["as_of"].array.take(rows),
        "horizon_months": np.full(len(rows), fitted.spec.headline),
        "direction": _labels(("lowers", "raises"), columns["contribution"] > 0),
        **{name: _only_used(columns[name]) for name in ("category", "peer_category")},
    }
    return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


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
    sums = [group.sums_of_groups(pd.DataFrame(of_member, copy=False)) for of_member in by_topic]
    among_members, mean = np.empty(by_topic.shape[1:]), np.empty(by_topic.shape[1:])

    def fill(rows: slice) -> None:
        of_peers = [group.mean_of_rows(rows, *pair) for pair in zip(by_topic, sums, strict=True)]
        differences = by_topic[:, rows] - np.where(group.count[rows, None] > 0, np.stack(of_peers), 0.0)
        mean[rows] = differences.mean(axis=0)
        among_members[rows] = variance_among(differences)

    in_blocks(fill, len(mean))
    return chances_of(among_members, mean, members=len(by_topic), agent_share=agent_share) < CERTAIN_FROM


def slope_between(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean slope of risk over log-odds between two log-odds, and the risk at the first.

    Where the two are equal the slope is the derivative, risk x (1 - risk).
    """
    start_risk, end_risk = 1.0 / (1.0 + np.exp(-start)), 1.0 / (1.0 + np.exp(-end))
    distance = end - start
    is_near = np.abs(distance) < 1e-9
    mean_slope = (end_risk - start_risk) / np.where(is_near, 1.0, distance)
    return np.where(is_near, start_risk * (1.0 - start_risk), mean_slope), start_risk


def _of_features(fitted: FittedRisk, names: Sequence[str], features: Sequence[Feature]) -> dict[str, Lookup]:
    """Return what is declared of the features."""
    of_name, every_feature = {item.name: item for item in features}, np.arange(len(names))
    items = [of_name[name] for name in names]
    texts = {"feature": names} | {text: [getattr(item, text) for item in items] for text in TEXTS}
    is_symptom = np.array([item.is_symptom for item in items], dtype=bool)
    is_indistinct = np.array([item.family in fitted.indistinct_families for item in items], dtype=bool) & ~is_symptom
    lookups = {}
    for name, categories in {name: pd.Categorical(values) for name, values in texts.items()}.items():
        lookups[name] = Lookup(categories.codes[None, :], None, every_feature, categories.categories)
    for name, flags in (("is_symptom", is_symptom), ("is_indistinct", is_indistinct)):
        lookups[name] = Lookup(flags[None, :], None, every_feature)
    return lookups


def _of_peers(group: Peers, peer_risk: np.ndarray) -> dict[str, Lookup]:
    """Return what is the same for all drivers of an agent: who the peers are, how many, and their risk."""
    every_row, (names, codes) = np.arange(len(peer_risk)), group.codes_of_names
    return {
        "peer_group": Lookup(codes.astype(np.int8)[:, None], every_row, labels=pd.Index(names, dtype="str")),
        "peer_count": Lookup(group.count[:, None], every_row),
        "peer_risk": Lookup(peer_risk[:, None], every_row),
    }


def _values(frame: pd.DataFrame, group: Peers, names: list[str]) -> dict[str, Lookup]:
    """Return the agents' values and their peers', numbers and texts in separate columns."""
    every_row, every_feature = np.arange(len(frame)), np.arange(len(names))
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in names}
    numbers = pd.DataFrame({name: frame[name] if is_number[name] else np.nan for name in names}, dtype=float)
    medians = group.medians_of_groups(numbers)
    texts = {column: frame[name].astype(object) for column, name in enumerate(names) if not is_number[name]}
    most_common = {column: group.most_common(text) for column, text in texts.items() if text.notna().any()}
    return {
        "value": Lookup(numbers.to_numpy(), every_row, every_feature),
        "peer_value": Lookup(medians.of_group, medians.group, every_feature),
        "category": _texts({column: text.to_numpy() for column, text in texts.items()}, frame.shape[0], len(names)),
        "peer_category": _texts(most_common, frame.shape[0], len(names)),
    }


def _texts(texts: Mapping[int, np.ndarray], rows: int, features: int) -> Lookup:
    """Return the texts of the agent-months by feature; features that hold numbers have none."""
    different = {text for of_rows in texts.values() for text in of_rows if not pd.isna(text)}
    labels = pd.Index(np.unique(list(different)), dtype="str")
    small = np.result_type(np.min_scalar_type(len(labels)), np.int8)  # millions of cells take as much memory each
    codes, of_feature = np.full((len(texts) + 1, rows), -1, dtype=small), np.full(features, len(texts))
    for position, (column, of_rows) in enumerate(texts.items()):
        codes_of_column, of_column = pd.factorize(of_rows)
        codes[position] = np.append(labels.get_indexer(of_column), -1)[codes_of_column]
        of_feature[column] = position
    return Lookup(codes.T, np.arange(rows), of_feature, labels)


def _labels(labels: Sequence[str], codes: np.ndarray) -> pd.Categorical:
    """Return the label of each code."""
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(list(labels), dtype="str"))


def _only_used(texts: Any) -> pd.Categorical:
    """Return texts without the categories that none has.

    Examples
    --------
    >>> _only_used(pd.Categorical(["home", None, "home"], categories=["home", "office"])).categories.tolist()
    ['home']
    """
    is_used = np.zeros(len(texts.categories) + 1, dtype=bool)
    is_used[texts.codes] = True  # the code of a null is -1, which is the last place
    if is_used[:-1].all():
        return texts
    codes = np.where(is_used, np.cumsum(is_used) - 1, -1)
    codes[-1] = -1
    return pd.Categorical.from_codes(codes.astype(texts.codes.dtype)[texts.codes], texts.categories[is_used[:-1]])


def _in_order(frame: pd.DataFrame) -> np.ndarray:
    """Return the agent-months by month and agent."""
    return np.lexsort((frame["agent_id"].astype(str).to_numpy(dtype=object), frame["as_of"]))
