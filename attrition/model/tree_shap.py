"""Exact TreeSHAP values of shallow trees by table lookup.

The SHAP values of a row in a tree depend only on which side the row takes at each split of the tree. A tree with few
splits has few combinations of sides, so the values of every combination are computed once and then looked up for each
row.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from attrition.model.shallow_trees import (
    Leaf,
    ShallowTree,
    Split,
    count_splits,
    expected_output,
    shallow_tree,
    trees_of,
)

if TYPE_CHECKING:
    import lightgbm as lgb

MAX_SPLITS = 10
"""Trees with more splits are not tabulated. A table has two to the power of the number of splits rows per feature."""
ROWS_PER_BLOCK = 256
"""Rows that a thread looks up in one step: fewer make threads wait for each other, and of more the cache holds none."""

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
            outcomes = self._outcomes(np.ascontiguousarray(X[rows].T))
            positions = outcomes.take(self.column_tree, axis=0, mode="clip")
            positions += self.column_start[:, None]
            # All positions are valid; the mode "clip" saves the check for them, and `take` is faster than an index.
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
        both = np.concatenate([columns, missing_lowest])
        values = both.take(self.feature + len(columns) * self.missing_is_left, axis=0, mode="clip")
        weighted = (values <= self.threshold[:, None]).view(np.uint8) * self.weight[:, None]
        by_tree = weighted.reshape(self.trees, len(weighted) // max(self.trees, 1), columns.shape[1])
        return by_tree.sum(axis=1, dtype=self.weight.dtype).astype(np.intp)


def tabulate_trees(boosters: Sequence[lgb.Booster]) -> TreeTables | None:
    """Return the tables of the trees of some boosters; None if a tree has more than `MAX_SPLITS` splits.

    Parameters
    ----------
    boosters : sequence of lightgbm.Booster
        The tables give the SHAP values of the sum of all their trees.
    """
    trees = [tree for booster in boosters for tree in trees_of(booster)]
    constant = float(sum(expected_output(tree) for tree in trees))
    split_trees = [tree for tree in trees if "split_feature" in tree]
    if any(count_splits(tree) > MAX_SPLITS for tree in split_trees):
        return None
    shallow_trees = [shallow_tree(tree) for tree in split_trees]
    columns = _columns(shallow_trees)
    sizes = np.array([len(column) for _, _, column in columns], dtype=np.intp)
    max_splits = max((len(tree.splits) for tree in shallow_trees), default=1)
    smallest = np.min_scalar_type((1 << max_splits) - 1)
    padded = [split for tree in shallow_trees for split in [*tree.splits, *[PADDING] * (max_splits - len(tree.splits))]]
    return TreeTables(
        trees=len(shallow_trees),
        feature=np.array([split.feature for split in padded], dtype=np.intp),
        threshold=np.array([split.threshold for split in padded]),
        missing_is_left=np.array([split.missing_is_left for split in padded], dtype=bool),
        weight=np.array([1 << position for _ in shallow_trees for position in range(max_splits)], dtype=smallest),
        column_tree=np.array([tree for tree, _, _ in columns], dtype=np.intp),
        column_start=np.cumsum(sizes, dtype=np.intp) - sizes,
        table=np.concatenate([np.zeros(0), *(column for _, _, column in columns)]),
        sum_by_feature=_sum_by_feature([feature for _, feature, _ in columns], boosters[0].num_feature()),
        constant=constant,
    )


def _sum_by_feature(features: Sequence[int], count: int) -> csr_array:
    ones, columns = np.ones(len(features)), np.arange(len(features))
    return csr_array((ones, (np.asarray(features, dtype=np.intp), columns)), shape=(count, len(features)))


def _columns(trees: Sequence[ShallowTree]) -> list[tuple[int, int, np.ndarray]]:
    """Return the tree, the feature and the table of every column: the SHAP value for every combination of outcomes.

    The bits of the row number say at which splits a row goes left. Trees with as many splits are computed together.
    """
    tables: dict[tuple[int, int], np.ndarray] = {}
    for splits in {len(tree.splits) for tree in trees}:
        tables |= _columns_of({number: tree for number, tree in enumerate(trees) if len(tree.splits) == splits}, splits)
    return [
        (number, feature, tables[number, feature]) for number, tree in enumerate(trees) for feature in tree.features
    ]


def _columns_of(trees: Mapping[int, ShallowTree], splits: int) -> dict[tuple[int, int], np.ndarray]:
    """Return the tables of trees with so many splits, by tree and feature; the leaves are added one after the other."""
    rows = {key: row for row, key in enumerate((number, item) for number in trees for item in trees[number].features)}
    totals = np.zeros((len(rows), 1 << splits))
    is_left = (np.arange(1 << splits) >> np.arange(splits)[:, None] & 1).astype(bool)
    is_met = np.concatenate([~is_left, is_left, np.ones((1, 1 << splits), dtype=bool)])
    for position in range(splits + 1):
        by_size: dict[int, list[tuple[int, Leaf]]] = {}
        for number, tree in trees.items():
            by_size.setdefault(len(tree.leaves[position].shares), []).append((number, tree.leaves[position]))
        for leaves in by_size.values():
            touched = np.array([[rows[number, feature] for feature in leaf.shares] for number, leaf in leaves])
            totals[touched] += _shapley([leaf for _, leaf in leaves], is_met)
    return dict(zip(rows, totals, strict=True))


def _shapley(leaves: Sequence[Leaf], is_met: np.ndarray) -> np.ndarray:
    """Return the Shapley values of the features on the paths of some leaves, for every combination of outcomes.

    A feature in the coalition contributes 1 where all its conditions are met, else 0, and one outside it the share
    of rows that meet its conditions.

    Parameters
    ----------
    leaves : sequence of Leaf
        Leaves with equally many features on their paths.
    is_met : ndarray of bool, shape (2 x splits + 1, combinations)
        Whether a row goes right at each split, left at each split, and true.

    Returns
    -------
    ndarray of shape (leaves, features, combinations)
    """
    always, splits = len(is_met) - 1, len(is_met) // 2
    longest = max(len(conditions) for leaf in leaves for conditions in leaf.conditions.values())
    lines = [
        [
            [position + splits * goes_left for position, goes_left in conditions]
            for conditions in leaf.conditions.values()
        ]
        for leaf in leaves
    ]
    padded = [[[*line, *[always] * (longest - len(line))] for line in by_feature] for by_feature in lines]
    reached = is_met[np.array(padded)].all(axis=2).astype(float)
    shares = np.array([list(leaf.shares.values()) for leaf in leaves])[:, :, None]
    outputs, features = np.array([leaf.value for leaf in leaves])[:, None], reached.shape[1]
    values = np.empty_like(reached)
    for feature in range(features):
        others = [other for other in range(features) if other != feature]
        weighted_chances = sum(
            _weight(size, features) * _chance(reached, shares, known, others)
            for size in range(len(others) + 1)
            for known in combinations(others, size)
        )
        values[:, feature] = outputs * (reached[:, feature] - shares[:, feature]) * weighted_chances
    return values


def _weight(known: int, features: int) -> float:
    """Return the Shapley weight of a coalition of `known` of the other features, out of `features` in total."""
    return factorial(known) * factorial(features - 1 - known) / factorial(features)


def _chance(reached: np.ndarray, shares: np.ndarray, known: Sequence[int], others: Sequence[int]) -> Any:
    """Return the probability that the conditions of the other features are met, if those in `known` are known."""
    chance: Any = 1.0
    for other in others:
        chance = chance * (reached[:, other] if other in known else shares[:, other])
    return chance
