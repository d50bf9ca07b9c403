"""Exact contributions of shallow trees, looked up: what a tree gives to a feature depends on few yes-or-no answers."""

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
"""Splits of a tree up to which its answers are tabulated: two to this power rows for each of its features."""
ROWS_AT_ONCE = 256

Condition = tuple[int, bool]
"""A split, by its place in the tree, and the answer that leads to the leaf."""


@dataclass(frozen=True)
class Split:
    """One question of a tree: is the feature at most the threshold, and what if it is missing?"""

    feature: int
    threshold: float
    missing_is_left: bool


NEVER = Split(feature=0, threshold=-np.inf, missing_is_left=False)
"""A question that nobody says yes to."""


@dataclass(frozen=True)
class ShallowTrees:
    """Trees as tables: each has at most `MOST_SPLITS` questions, and a table by their answers for each of its features.

    Attributes
    ----------
    trees : int
        How many there are.
    feature, threshold, missing_is_left : ndarray of shape (trees x most splits of a tree,)
        All questions, tree by tree; a tree with fewer asks ones that nobody says yes to.
    weight : ndarray, as long as `feature`
        A yes to the first question of a tree counts 1, to the second 2, to the third 4: their sum is the number of a
        row of the tree's tables.
    column_tree, column_start : ndarray of shape (columns,)
        For each pair of a tree and one of its features: which tree, and where its table begins.
    table : ndarray
        All tables, one after the other.
    summing : sparse array of shape (features, columns)
        Adds the columns of each feature.
    constant : float
        What the trees give on average over the rows they were grown on.
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
        """Give each feature's part of the sum of the trees, n x (features + 1), the constant last.

        Parameters
        ----------
        X : ndarray of shape (n, features)
        threads : int, optional
            Blocks of rows looked up at once; as many as there are processors unless said.

        Notes
        -----
        The Shapley values of path-dependent expectations (Lundberg et al. 2020), as LightGBM's ``pred_contrib`` gives
        them, but computed once per pattern of answers instead of once per row.
        """
        total = np.full((X.shape[0], X.shape[1] + 1), self.constant)

        def fill(first: int) -> None:
            rows = slice(first, first + ROWS_AT_ONCE)
            places = self._answers(np.ascontiguousarray(X[rows].T))[self.column_tree] + self.column_start[:, None]
            total[rows, :-1] = (self.summing @ self.table.take(places, mode="clip")).T

        with ThreadPoolExecutor(max_workers=threads or os.cpu_count()) as pool:
            list(pool.map(fill, range(0, len(X), ROWS_AT_ONCE)))
        return total

    def _answers(self, columns: np.ndarray) -> np.ndarray:
        """Give the row of each tree's tables that belongs to each agent-month, trees x n."""
        lowest = np.where(np.isnan(columns), -np.inf, columns)  # what is missing and goes left is below any threshold
        asked = np.concatenate([columns, lowest])[self.feature + len(columns) * self.missing_is_left]
        said = (asked <= self.threshold[:, None]) * self.weight[:, None]
        by_tree = said.reshape(self.trees, len(said) // max(self.trees, 1), columns.shape[1])
        return by_tree.sum(axis=1, dtype=np.uint16).astype(np.intp)


def tabulated(boosters: Sequence[lgb.Booster]) -> ShallowTrees | None:
    """Turn boosters into tables; nothing when a tree asks too many questions for that.

    Parameters
    ----------
    boosters : sequence of lightgbm.Booster
        Their trees are added up.
    """
    trees = [tree["tree_structure"] for booster in boosters for tree in booster.dump_model()["tree_info"]]
    constant = float(sum(_expected(tree) for tree in trees))
    grown = [tree for tree in trees if "split_feature" in tree]
    if any(_size(tree) > MOST_SPLITS for tree in grown):
        return None
    asked: list[list[Split]] = []
    columns: list[tuple[int, int, np.ndarray]] = []
    for tree in grown:
        splits: list[Split] = []
        leaves = list(_leaves(tree, (), splits))
        columns += [(len(asked), feature, column) for feature, column in _columns(splits, leaves).items()]
        asked.append(splits)
    sizes = np.array([len(column) for _, _, column in columns], dtype=np.intp)
    most = max(map(len, asked), default=1)
    every = [split for tree in asked for split in [*tree, *[NEVER] * (most - len(tree))]]
    return ShallowTrees(
        trees=len(asked),
        feature=np.array([split.feature for split in every], dtype=np.intp),
        threshold=np.array([split.threshold for split in every]),
        missing_is_left=np.array([split.missing_is_left for split in every], dtype=bool),
        weight=np.array([1 << place for _ in asked for place in range(most)], dtype=np.uint16),
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
    """A leaf: its value, and for each feature on its path the answers it takes and the share of rows that give them."""

    value: float
    answers: dict[int, tuple[Condition, ...]]
    shares: dict[int, float]


def _leaves(node: dict[str, Any], path: tuple[tuple[int, Condition, float], ...], asked: list[Split]) -> Iterator[Leaf]:
    """Walk the tree; every split is numbered as it is met."""
    if "split_feature" not in node:
        answers: dict[int, tuple[Condition, ...]] = {}
        shares: dict[int, float] = {}
        for feature, condition, part in path:
            answers[feature] = (*answers.get(feature, ()), condition)
            shares[feature] = shares.get(feature, 1.0) * part
        yield Leaf(float(node["leaf_value"]), answers, shares)
        return
    place, feature, threshold = len(asked), int(node["split_feature"]), float(node["threshold"])
    is_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0.0
    asked.append(Split(feature, threshold, is_left))
    for side, answer in (("left_child", True), ("right_child", False)):
        part = _count(node[side]) / _count(node)
        yield from _leaves(node[side], (*path, (feature, (place, answer), part)), asked)


def _columns(asked: Sequence[Split], leaves: Sequence[Leaf]) -> dict[int, np.ndarray]:
    """Give for each feature of a tree its contribution by the number that the answers make up."""
    numbers = np.arange(1 << len(asked))
    said = [(numbers >> place & 1).astype(bool) for place in range(len(asked))]
    found = {split.feature: np.zeros(len(numbers)) for split in asked}
    for leaf in leaves:
        reached = {
            feature: np.all([said[place] == answer for place, answer in answers], axis=0).astype(float)
            for feature, answers in leaf.answers.items()
        }
        for feature, part in _shapley(leaf, reached).items():
            found[feature] += part
    return found


def _shapley(leaf: Leaf, reached: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
    """Share the value of one leaf out among the features on its path.

    Knowing a feature, the leaf is reached or not; not knowing it, it is reached with the share of rows that went there.
    """
    features = list(leaf.shares)
    found = {}
    for feature in features:
        others = [other for other in features if other != feature]
        rest = sum(
            _weight(size, len(features)) * _chance(leaf, reached, known, others)
            for size in range(len(others) + 1)
            for known in combinations(others, size)
        )
        found[feature] = leaf.value * (reached[feature] - leaf.shares[feature]) * rest
    return found


def _weight(known: int, features: int) -> float:
    """Give Shapley's weight of the orders in which so many features are known before the one in question."""
    return factorial(known) * factorial(features - 1 - known) / factorial(features)


def _chance(leaf: Leaf, reached: dict[int, np.ndarray], known: Sequence[int], others: Sequence[int]) -> Any:
    """Give the chance that the other conditions of a leaf hold, where some features are known."""
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
