"""Exact TreeSHAP values of shallow trees by table lookup: a tree's values depend on the outcomes of its few splits."""

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

MOST_SPLITS = 10
"""Most splits of a tree that is tabulated: two to this power rows for each of its features."""
ROWS_AT_ONCE = 256

Condition = tuple[int, bool]
"""A split, by its index in the tree, and the outcome on the path to the leaf."""


@dataclass(frozen=True)
class Split:
    """One split of a tree: values up to the threshold go left; missing ones go left or right."""

    feature: int
    threshold: float
    missing_is_left: bool


PADDING = Split(feature=0, threshold=-np.inf, missing_is_left=False)
"""A split at which nothing goes left."""


@dataclass(frozen=True)
class TreeTables:
    """Trees as tables: for each feature of a tree, its contribution by the outcomes of the tree's splits.

    Attributes
    ----------
    trees : int
        How many there are.
    feature, threshold, missing_is_left : ndarray of shape (trees x most splits of a tree,)
        All splits, tree by tree; a tree with fewer is padded with splits at which nothing goes left.
    weight : ndarray, as long as `feature`
        Left at the first split of a tree counts 1, at the second 2, at the third 4: their sum is the row of the tree's
        tables.
    column_tree, column_start : ndarray of shape (columns,)
        For each pair of a tree and one of its features: which tree, and where its table starts.
    table : ndarray
        All tables, one after the other.
    summing : sparse array of shape (features, columns)
        Sums the columns of each feature.
    constant : float
        Mean of the trees over the rows they were fitted on.
    """

    trees: int
    feature: np.ndarray
    threshold: np.ndarray
    missing_is_left: np.ndarray
    weight: np.ndarray
    column_tree: np.ndarray
    column_start: np.ndarray
    table: np.ndarray
    summing: csr_array
    constant: float

    def contributions(self, X: np.ndarray, *, threads: int | None = None) -> np.ndarray:
        """Return each feature's part of the sum of the trees, n x (features + 1), the constant last.

        Parameters
        ----------
        X : ndarray of shape (n, features)
        threads : int, optional
            Blocks of rows looked up at once; by default as many as there are processors.

        Notes
        -----
        The Shapley values of path-dependent expectations (Lundberg et al. 2020), as LightGBM's ``pred_contrib``
        computes them, but once per pattern of outcomes instead of once per row.
        """
        total = np.full((X.shape[0], X.shape[1] + 1), self.constant)

        def fill(first: int) -> None:
            rows = slice(first, first + ROWS_AT_ONCE)
            places = self._outcomes(np.ascontiguousarray(X[rows].T))[self.column_tree] + self.column_start[:, None]
            total[rows, :-1] = (self.summing @ self.table.take(places, mode="clip")).T

        with ThreadPoolExecutor(max_workers=threads or os.cpu_count()) as pool:
            list(pool.map(fill, range(0, len(X), ROWS_AT_ONCE)))
        return total

    def _outcomes(self, columns: np.ndarray) -> np.ndarray:
        """Return the row of each tree's tables for each agent-month, trees x n."""
        lowest = np.where(np.isnan(columns), -np.inf, columns)  # missing values that go left lie below any threshold
        values = np.concatenate([columns, lowest])[self.feature + len(columns) * self.missing_is_left]
        weighted = (values <= self.threshold[:, None]) * self.weight[:, None]
        by_tree = weighted.reshape(self.trees, len(weighted) // max(self.trees, 1), columns.shape[1])
        return by_tree.sum(axis=1, dtype=np.uint16).astype(np.intp)


def tabulate_trees(boosters: Sequence[lgb.Booster]) -> TreeTables | None:
    """Return the tables of some boosters; null when a tree has more than `MOST_SPLITS` splits.

    Parameters
    ----------
    boosters : sequence of lightgbm.Booster
        Their trees are summed.
    """
    trees = [tree["tree_structure"] for booster in boosters for tree in booster.dump_model()["tree_info"]]
    constant = float(sum(_expected(tree) for tree in trees))
    split_trees = [tree for tree in trees if "split_feature" in tree]
    if any(_size(tree) > MOST_SPLITS for tree in split_trees):
        return None
    by_tree: list[list[Split]] = []
    columns: list[tuple[int, int, np.ndarray]] = []
    for tree in split_trees:
        splits: list[Split] = []
        leaves = list(_leaves(tree, (), splits))
        columns += [(len(by_tree), feature, column) for feature, column in _columns(splits, leaves).items()]
        by_tree.append(splits)
    sizes = np.array([len(column) for _, _, column in columns], dtype=np.intp)
    most = max(map(len, by_tree), default=1)
    every = [split for tree in by_tree for split in [*tree, *[PADDING] * (most - len(tree))]]
    return TreeTables(
        trees=len(by_tree),
        feature=np.array([split.feature for split in every], dtype=np.intp),
        threshold=np.array([split.threshold for split in every]),
        missing_is_left=np.array([split.missing_is_left for split in every], dtype=bool),
        weight=np.array([1 << place for _ in by_tree for place in range(most)], dtype=np.uint16),
        column_tree=np.array([tree for tree, _, _ in columns], dtype=np.intp),
        column_start=np.cumsum(sizes, dtype=np.intp) - sizes,
        table=np.concatenate([np.zeros(0), *(column for _, _, column in columns)]),
        summing=_summing([feature for _, feature, _ in columns], boosters[0].num_feature()),
        constant=constant,
    )


def _summing(features: Sequence[int], count: int) -> csr_array:
    ones, columns = np.ones(len(features)), np.arange(len(features))
    return csr_array((ones, (np.asarray(features, dtype=np.intp), columns)), shape=(count, len(features)))


@dataclass(frozen=True)
class Leaf:
    """A leaf: its value, and for each feature on its path the conditions and the share of rows that meet them."""

    value: float
    conditions: dict[int, tuple[Condition, ...]]
    shares: dict[int, float]


def _leaves(
    node: dict[str, Any], path: tuple[tuple[int, Condition, float], ...], splits: list[Split]
) -> Iterator[Leaf]:
    """Yield the leaves of a tree, and append its splits to `splits` in the order of the walk."""
    if "split_feature" not in node:
        conditions: dict[int, tuple[Condition, ...]] = {}
        shares: dict[int, float] = {}
        for feature, condition, part in path:
            conditions[feature] = (*conditions.get(feature, ()), condition)
            shares[feature] = shares.get(feature, 1.0) * part
        yield Leaf(float(node["leaf_value"]), conditions, shares)
        return
    place, feature, threshold = len(splits), int(node["split_feature"]), float(node["threshold"])
    is_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0.0
    splits.append(Split(feature, threshold, is_left))
    for side, goes_left in (("left_child", True), ("right_child", False)):
        part = _count(node[side]) / _count(node)
        yield from _leaves(node[side], (*path, (feature, (place, goes_left), part)), splits)


def _columns(splits: Sequence[Split], leaves: Sequence[Leaf]) -> dict[int, np.ndarray]:
    """Return for each feature of a tree its contribution by the number that the outcomes of the splits make up."""
    numbers = np.arange(1 << len(splits))
    is_left = [(numbers >> place & 1).astype(bool) for place in range(len(splits))]
    totals = {split.feature: np.zeros(len(numbers)) for split in splits}
    for leaf in leaves:
        reached = {
            feature: np.all([is_left[place] == goes_left for place, goes_left in conditions], axis=0).astype(float)
            for feature, conditions in leaf.conditions.items()
        }
        for feature, part in _shapley(leaf, reached).items():
            totals[feature] += part
    return totals


def _shapley(leaf: Leaf, reached: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Return the Shapley values of the features on the path of one leaf.

    Knowing a feature, the leaf is reached or not; not knowing it, it is reached with the share of rows that went there.
    """
    features = list(leaf.shares)
    values = {}
    for feature in features:
        others = [other for other in features if other != feature]
        rest = sum(
            _weight(size, len(features)) * _chance(leaf, reached, known, others)
            for size in range(len(others) + 1)
            for known in combinations(others, size)
        )
        values[feature] = leaf.value * (reached[feature] - leaf.shares[feature]) * rest
    return values


def _weight(known: int, features: int) -> float:
    """Return Shapley's weight of the orders in which `known` features come before the one in question."""
    return factorial(known) * factorial(features - 1 - known) / factorial(features)


def _chance(leaf: Leaf, reached: dict[int, np.ndarray], known: Sequence[int], others: Sequence[int]) -> Any:
    """Return the probability that the other conditions of a leaf hold, where some features are known."""
    chance: Any = 1.0
    for other in others:
        chance = chance * (reached[other] if other in known else leaf.shares[other])
    return chance


def _count(node: dict[str, Any]) -> float:
    return float(node.get("internal_count", node.get("leaf_count", 0)))


def _size(node: dict[str, Any]) -> int:
    """Count the splits below and at a node."""
    return 1 + _size(node["left_child"]) + _size(node["right_child"]) if "split_feature" in node else 0


def _expected(node: dict[str, Any]) -> float:
    """Average the leaves by the rows that reached them."""
    if "split_feature" not in node:
        return float(node["leaf_value"])
    children = node["left_child"], node["right_child"]
    return sum(_expected(child) * _count(child) for child in children) / _count(node)
