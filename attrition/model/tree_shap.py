"""Exact TreeSHAP values of shallow trees as tables: one row per combination of sides at a tree's splits.

The SHAP values of a row in a tree depend only on which side the row takes at each split of the tree. A tree with few
splits has few combinations of sides, so the values of every combination are computed once and then looked up for each
row (`attrition.model.tree_tables`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from attrition.model.shallow_trees import Leaf, ShallowTree


@dataclass(frozen=True, eq=False)
class ShapTables:
    """The SHAP values of a booster's trees: one table per tree and feature, one row per combination of sides.

    Attributes
    ----------
    column_tree, column_start : ndarray of shape (columns,)
        For each pair of a tree and one of its features (a column): the tree, and the start of the table in `table`.
    table : ndarray
        All tables, one after the other.
    sum_by_feature : sparse array of shape (features, columns)
        Ones: the product with the columns' values is their sum by feature.
    """

    column_tree: np.ndarray
    column_start: np.ndarray
    table: np.ndarray
    sum_by_feature: csr_array

    def by_feature(self, outcomes: np.ndarray) -> np.ndarray:
        """Return the SHAP values of some agent-months, features x n.

        Parameters
        ----------
        outcomes : ndarray of int, shape (trees, n)
            From `attrition.model.split_outcomes.SplitOutcomes.numbers`, of this booster's trees.
        """
        positions = outcomes.take(self.column_tree, axis=0, mode="clip")
        positions += self.column_start[:, None]
        # All positions are valid; the mode "clip" saves the check for them, and `take` is faster than an index.
        return np.asarray(self.sum_by_feature @ self.table.take(positions, mode="clip"))


def shap_tables(trees: Sequence[ShallowTree], features: int) -> ShapTables:
    """Return the tables of a booster's trees, which are fitted on so many features.

    Notes
    -----
    The Shapley values of path-dependent expectations (Lundberg et al. 2020), as LightGBM's ``pred_contrib`` computes
    them, but once per combination of sides instead of once per row.
    """
    columns = _columns(trees)
    sizes = np.array([len(column) for _, _, column in columns], dtype=np.intp)
    return ShapTables(
        column_tree=np.array([tree for tree, _, _ in columns], dtype=np.intp),
        column_start=np.cumsum(sizes, dtype=np.intp) - sizes,
        table=np.concatenate([np.zeros(0), *(column for _, _, column in columns)]),
        sum_by_feature=_sum_by_feature([feature for _, feature, _ in columns], features),
    )


def _sum_by_feature(features: Sequence[int], count: int) -> csr_array:
    ones, columns = np.ones(len(features)), np.arange(len(features))
    return csr_array((ones, (np.asarray(features, dtype=np.intp), columns)), shape=(count, len(features)))


def _columns(trees: Sequence[ShallowTree]) -> list[tuple[int, int, np.ndarray]]:
    """Return the tree, the feature and the table of every column: the SHAP value for every combination of outcomes.

    The bits of the row number say at which splits a row goes left. Trees with as many splits are computed together.
    """
    tables: dict[tuple[int, int], np.ndarray] = {}
    for splits in {len(tree.splits) for tree in trees if tree.splits}:
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
