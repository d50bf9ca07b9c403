"""Exact TreeSHAP values of shallow trees by table lookup.

The SHAP values of a row in a tree depend only on which side the row takes at each split of the tree. A tree with few
splits has few combinations of sides, so the values of every combination are computed once and then looked up for each
row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    import lightgbm as lgb

MAX_SPLITS = 10
"""Trees with more splits are not tabulated. A table has two to the power of the number of splits rows per feature."""
ROWS_PER_BLOCK = 256
"""Rows that a thread looks up in one step."""

Condition = tuple[int, bool]
"""The index of a split in its tree, and whether the path to a leaf goes left there."""


@dataclass(frozen=True)
class Split:
    """One split of a tree: values up to the threshold go left, and missing values go left if `missing_is_left`."""

    feature: int
    threshold: float
    missing_is_left: bool


PADDING = Split(feature=0, threshold=-np.inf, missing_is_left=False)
"""A split at which no value goes left; it fills up trees with fewer splits and does not change the row of a table."""


@dataclass(frozen=True)
class TreeTables:
    """The SHAP values of some trees as tables: one table per tree and feature, one row per combination of outcomes.

    Attributes
    ----------
    trees : int
        Number of trees that have a split.
    feature, threshold, missing_is_left : ndarray of shape (trees x largest number of splits of a tree,)
        The splits of all trees, one tree after the other; trees with fewer splits are filled up with `PADDING`.
    weight : ndarray, as long as `feature`
        1, 2, 4, ... for the splits of each tree. The sum over the splits where a row goes left is its row in the
        tables.
    column_tree, column_start : ndarray of shape (columns,)
        For each pair of a tree and one of its features (a column): the tree, and the start of the table in `table`.
    table : ndarray
        All tables, one after the other.
    sum_by_feature : sparse array of shape (features, columns)
        Ones: the product with the columns' values is their sum by feature.
    constant : float
        Sum over the trees of their mean output on the rows they were fitted on.
    """

    trees: int
    feature: np.ndarray
    threshold: np.ndarray
    missing_is_left: np.ndarray
    weight: np.ndarray
    column_tree: np.ndarray
    column_start: np.ndarray
    table: np.ndarray
    sum_by_feature: csr_array
    constant: float

    def contributions(self, X: np.ndarray, *, threads: int | None = None) -> np.ndarray:
        """Return the SHAP values of the sum of the trees, n x (features + 1); the last column is the constant.

        Parameters
        ----------
        X : ndarray of shape (n, features)
        threads : int, optional
            Number of threads; by default the number of processors.

        Notes
        -----
        The Shapley values of path-dependent expectations (Lundberg et al. 2020), as LightGBM's ``pred_contrib``
        computes them, but once per combination of outcomes instead of once per row.
        """
        total = np.full((X.shape[0], X.shape[1] + 1), self.constant)

        def fill(first: int) -> None:
            rows = slice(first, first + ROWS_PER_BLOCK)
            table_rows = self._outcomes(np.ascontiguousarray(X[rows].T))[self.column_tree]
            positions = table_rows + self.column_start[:, None]
            # All positions are valid; the mode "clip" saves the check for them.
            total[rows, :-1] = (self.sum_by_feature @ self.table.take(positions, mode="clip")).T

        if len(X) <= ROWS_PER_BLOCK:
            fill(0)  # starting threads takes longer than a block
            return total
        with ThreadPoolExecutor(max_workers=threads or os.cpu_count()) as pool:
            list(pool.map(fill, range(0, len(X), ROWS_PER_BLOCK)))
        return total

    def _outcomes(self, columns: np.ndarray) -> np.ndarray:
        """Return the row in each tree's tables of each agent-month, trees x n; `columns` is features x n."""
        missing_lowest = np.where(
            np.isnan(columns), -np.inf, columns
        )  # so that missing values go left at any threshold
        values = np.concatenate([columns, missing_lowest])[self.feature + len(columns) * self.missing_is_left]
        weighted = (values <= self.threshold[:, None]) * self.weight[:, None]
        by_tree = weighted.reshape(self.trees, len(weighted) // max(self.trees, 1), columns.shape[1])
        return by_tree.sum(axis=1, dtype=np.uint16).astype(np.intp)


def tabulate_trees(boosters: Sequence[lgb.Booster]) -> TreeTables | None:
    """Return the tables of the trees of some boosters; None if a tree has more than `MAX_SPLITS` splits.

    Parameters
    ----------
    boosters : sequence of lightgbm.Booster
        The tables give the SHAP values of the sum of all their trees.
    """
    trees = [tree["tree_structure"] for booster in boosters for tree in booster.dump_model()["tree_info"]]
    constant = float(sum(_expected(tree) for tree in trees))
    split_trees = [tree for tree in trees if "split_feature" in tree]
    if any(_size(tree) > MAX_SPLITS for tree in split_trees):
        return None
    splits_by_tree: list[list[Split]] = []
    columns: list[tuple[int, int, np.ndarray]] = []
    for tree in split_trees:
        splits: list[Split] = []
        leaves = list(_leaves(tree, (), splits))
        columns += [(len(splits_by_tree), feature, column) for feature, column in _columns(splits, leaves).items()]
        splits_by_tree.append(splits)
    sizes = np.array([len(column) for _, _, column in columns], dtype=np.intp)
    max_splits = max(map(len, splits_by_tree), default=1)
    padded = [split for tree in splits_by_tree for split in [*tree, *[PADDING] * (max_splits - len(tree))]]
    return TreeTables(
        trees=len(splits_by_tree),
        feature=np.array([split.feature for split in padded], dtype=np.intp),
        threshold=np.array([split.threshold for split in padded]),
        missing_is_left=np.array([split.missing_is_left for split in padded], dtype=bool),
        weight=np.array([1 << position for _ in splits_by_tree for position in range(max_splits)], dtype=np.uint16),
        column_tree=np.array([tree for tree, _, _ in columns], dtype=np.intp),
        column_start=np.cumsum(sizes, dtype=np.intp) - sizes,
        table=np.concatenate([np.zeros(0), *(column for _, _, column in columns)]),
        sum_by_feature=_sum_by_feature([feature for _, feature, _ in columns], boosters[0].num_feature()),
        constant=constant,
    )


def _sum_by_feature(features: Sequence[int], count: int) -> csr_array:
    ones, columns = np.ones(len(features)), np.arange(len(features))
    return csr_array((ones, (np.asarray(features, dtype=np.intp), columns)), shape=(count, len(features)))


@dataclass(frozen=True)
class Leaf:
    """A leaf: its value, and by feature on its path the conditions and the share of rows that meet them.

    The share is the product over the feature's splits of the share of a node's rows that take the side of the path.
    """

    value: float
    conditions: dict[int, tuple[Condition, ...]]
    shares: dict[int, float]


def _leaves(
    node: dict[str, Any], path: tuple[tuple[int, Condition, float], ...], splits: list[Split]
) -> Iterator[Leaf]:
    """Yield the leaves below a node, and append its splits to `splits` as they are reached."""
    if "split_feature" not in node:
        conditions: dict[int, tuple[Condition, ...]] = {}
        shares: dict[int, float] = {}
        for feature, condition, share in path:
            conditions[feature] = (*conditions.get(feature, ()), condition)
            shares[feature] = shares.get(feature, 1.0) * share
        yield Leaf(float(node["leaf_value"]), conditions, shares)
        return
    position, feature, threshold = len(splits), int(node["split_feature"]), float(node["threshold"])
    # A feature that was never missing in the training has no default side: LightGBM then reads a missing value as 0.
    missing_is_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0.0
    splits.append(Split(feature, threshold, missing_is_left))
    for side, goes_left in (("left_child", True), ("right_child", False)):
        share = _count(node[side]) / _count(node)
        yield from _leaves(node[side], (*path, (feature, (position, goes_left), share)), splits)


def _columns(splits: Sequence[Split], leaves: Sequence[Leaf]) -> dict[int, np.ndarray]:
    """Return the tables of one tree by feature: the SHAP value for every combination of outcomes.

    The bits of the row number say at which splits a row goes left.
    """
    combinations_of_outcomes = np.arange(1 << len(splits))
    is_left = [(combinations_of_outcomes >> position & 1).astype(bool) for position in range(len(splits))]
    totals = {split.feature: np.zeros(len(combinations_of_outcomes)) for split in splits}
    for leaf in leaves:
        reached = {
            feature: np.all([is_left[position] == goes_left for position, goes_left in conditions], axis=0).astype(
                float
            )
            for feature, conditions in leaf.conditions.items()
        }
        for feature, values in _shapley(leaf, reached).items():
            totals[feature] += values
    return totals


def _shapley(leaf: Leaf, reached: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Return the Shapley values of the features on the path of one leaf, for every combination of outcomes.

    `reached` holds by feature 1 where all its conditions are met, else 0. A feature in the coalition contributes this
    value, and a feature outside it the share of rows that meet its conditions.
    """
    features = list(leaf.shares)
    values = {}
    for feature in features:
        others = [other for other in features if other != feature]
        weighted_chances = sum(
            _weight(size, len(features)) * _chance(leaf, reached, known, others)
            for size in range(len(others) + 1)
            for known in combinations(others, size)
        )
        values[feature] = leaf.value * (reached[feature] - leaf.shares[feature]) * weighted_chances
    return values


def _weight(known: int, features: int) -> float:
    """Return the Shapley weight of a coalition of `known` of the other features, out of `features` in total."""
    return factorial(known) * factorial(features - 1 - known) / factorial(features)


def _chance(leaf: Leaf, reached: dict[int, np.ndarray], known: Sequence[int], others: Sequence[int]) -> Any:
    """Return the probability that the conditions of the other features are met, if those in `known` are known."""
    chance: Any = 1.0
    for other in others:
        chance = chance * (reached[other] if other in known else leaf.shares[other])
    return chance


def _count(node: dict[str, Any]) -> float:
    """Return the number of training rows that reached a node."""
    return float(node.get("internal_count", node.get("leaf_count", 0)))


def _size(node: dict[str, Any]) -> int:
    """Return the number of splits at and below a node."""
    return 1 + _size(node["left_child"]) + _size(node["right_child"]) if "split_feature" in node else 0


def _expected(node: dict[str, Any]) -> float:
    """Return the mean output below a node, weighted by the training rows of the leaves."""
    if "split_feature" not in node:
        return float(node["leaf_value"])
    children = node["left_child"], node["right_child"]
    return sum(_expected(child) * _count(child) for child in children) / _count(node)
