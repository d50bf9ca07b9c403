"""Margins and SHAP values of boosters of shallow trees by table lookup, for all boosters together.

Both are those of LightGBM: margins bit for bit, since the leaves' values are added in the order of the trees, and SHAP
values but for rounding. Of many rows they take a small part of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from attrition.model.row_blocks import in_blocks
from attrition.model.shallow_trees import ShallowTree, count_splits, expected_output, shallow_tree, trees_of
from attrition.model.split_outcomes import SplitOutcomes
from attrition.model.tree_shap import ShapTables, shap_tables

if TYPE_CHECKING:
    import lightgbm as lgb

MAX_SPLITS = 10
"""Trees with more splits are not tabulated. A table has two to the power of the number of splits rows per feature."""


@dataclass(frozen=True, eq=False)
class TreeTables:
    """The outputs and SHAP values of all trees of some boosters (members), as tables.

    Attributes
    ----------
    members : tuple of tuple of ShallowTree
        The trees of each member.
    features : int
        Number of columns they are fitted on.
    constants : tuple of float
        By member, the sum over its trees of their mean output on the rows they were fitted on.
    outcomes : SplitOutcomes
        The splits of all trees, one member after the other.
    output, output_start : ndarray
        The output of each tree for each combination of sides, one tree after the other, and where those of each begin.
    """

    members: tuple[tuple[ShallowTree, ...], ...]
    features: int
    constants: tuple[float, ...]
    outcomes: SplitOutcomes
    output: np.ndarray
    output_start: np.ndarray

    def tabulate_shap(self) -> None:
        """Compute the SHAP values, which are else computed for the first row that asks for them."""
        _ = self._shap

    def margins(self, X: np.ndarray, *, threads: int | None = None) -> np.ndarray:
        """Return the sum of the outputs of each member's trees, n x members.

        Parameters
        ----------
        X : ndarray of shape (n, features)
        threads : int, optional
            Number of threads; by default the number of processors.
        """
        margins, sum_by_member = np.empty((len(X), len(self.members))), self._sum_by_member

        def fill(rows: slice) -> None:
            positions = self.outcomes.numbers(np.ascontiguousarray(X[rows].T))
            positions += self.output_start[:, None]
            # A sparse matrix adds one tree after the other.
            margins[rows] = (sum_by_member @ self.output.take(positions, mode="clip")).T

        in_blocks(fill, len(X), threads=threads)
        return margins

    def contributions(self, X: np.ndarray, *, threads: int | None = None) -> np.ndarray:
        """Return the mean over the members of their SHAP values, n x (features + 1); the last column is the constant.

        Parameters
        ----------
        X, threads
            As for `margins`.
        """
        mean = np.empty((len(X), self.features + 1))
        mean[:, -1] = sum(self.constants, start=0.0) / len(self.members)
        tables = self._shap

        def fill(rows: slice) -> None:
            mean[rows, :-1] = (sum(self._by_feature(X[rows], tables), start=np.zeros((1, 1))) / len(self.members)).T

        in_blocks(fill, len(X), threads=threads)
        return mean

    def contributions_by_member(self, X: np.ndarray, *, threads: int | None = None) -> list[np.ndarray]:
        """Return the SHAP values by each member, n x (features + 1); the last column is the constant.

        Parameters
        ----------
        X, threads
            As for `margins`.
        """
        by_member = [np.empty((len(X), self.features + 1)) for _ in self.members]
        for contributions, constant in zip(by_member, self.constants, strict=True):
            contributions[:, -1] = constant
        tables = self._shap

        def fill(rows: slice) -> None:
            for contributions, by_feature in zip(by_member, self._by_feature(X[rows], tables), strict=True):
                contributions[rows, :-1] = by_feature.T

        in_blocks(fill, len(X), threads=threads)
        return by_member

    def _by_feature(self, X: np.ndarray, tables: Sequence[ShapTables]) -> list[np.ndarray]:
        """Return the SHAP values of a block of rows by each member, of which the tables are passed, features x n."""
        outcomes = self.outcomes.numbers(np.ascontiguousarray(X.T))
        ends = np.cumsum([len(trees) for trees in self.members])
        parts = np.split(outcomes, ends[:-1])
        return [of_member.by_feature(part) for of_member, part in zip(tables, parts, strict=True)]

    @cached_property
    def _sum_by_member(self) -> csr_array:
        """Return the matrix of ones, members x trees, whose product with the trees' outputs is their sum by member."""
        trees = [len(trees) for trees in self.members]
        member = np.repeat(np.arange(len(trees)), trees)
        return csr_array((np.ones(len(member)), (member, np.arange(len(member)))), shape=(len(trees), len(member)))

    @cached_property
    def _shap(self) -> list[ShapTables]:
        """Return the SHAP values of each member, which are computed when they are first asked for."""
        return [shap_tables(trees, self.features) for trees in self.members]


def tabulate_trees(boosters: Sequence[lgb.Booster]) -> TreeTables | None:
    """Return the tables of the trees of some boosters; None if a tree has more than `MAX_SPLITS` splits."""
    roots = [trees_of(booster) for booster in boosters]
    if any(count_splits(tree) > MAX_SPLITS for trees in roots for tree in trees):
        return None
    members = tuple(tuple(shallow_tree(tree) for tree in trees) for trees in roots)
    every = [tree for trees in members for tree in trees]
    sizes = np.array([1 << len(tree.splits) for tree in every], dtype=np.intp)
    return TreeTables(
        members=members,
        features=boosters[0].num_feature(),
        constants=tuple(float(sum(expected_output(tree) for tree in trees)) for trees in roots),
        outcomes=SplitOutcomes.of_trees(every),
        output=np.concatenate([np.zeros(0), *(_outputs(tree) for tree in every)]),
        output_start=np.cumsum(sizes, dtype=np.intp) - sizes,
    )


def _outputs(tree: ShallowTree) -> np.ndarray:
    """Return the output of a tree for each combination of sides; the bits of its number say where a row goes left."""
    outputs = np.empty((2,) * len(tree.splits) or (1,))
    for leaf in tree.leaves:
        # The axis of a split is counted from the end, since the first split is the lowest bit.
        sides: list[int | slice] = [slice(None)] * outputs.ndim
        for conditions in leaf.conditions.values():
            for position, goes_left in conditions:
                sides[-1 - position] = int(goes_left)
        outputs[tuple(sides)] = leaf.value
    return outputs.ravel()
