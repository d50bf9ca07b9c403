"""Which sides rows take at the splits of shallow trees, as one number per tree and row: the row of the tree's tables.

Boosters that are fitted on the same columns split at the same thresholds again and again: each different split is
looked at once per row, for all trees of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attrition.model.shallow_trees import ShallowTree, Split

PADDING = Split(feature=0, threshold=-np.inf, missing_is_left=False)
"""A split at which no value goes left; it fills up trees with fewer splits and does not change the row of a table."""


@dataclass(frozen=True, eq=False)
class SplitOutcomes:
    """The splits of some trees.

    Attributes
    ----------
    column, missing_is_left, threshold : ndarray of shape (different splits,)
        The different splits of all trees, in the order of their columns.
    positions : ndarray of int, shape (largest number of splits of a tree, trees)
        Which of them the first split of each tree is, which the second, and so on; trees with fewer splits are filled
        up with `PADDING`.
    """

    column: np.ndarray
    missing_is_left: np.ndarray
    threshold: np.ndarray
    positions: np.ndarray

    @classmethod
    def of_trees(cls, trees: Sequence[ShallowTree]) -> SplitOutcomes:
        """Return the splits of some trees.

        Examples
        --------
        >>> tree = ShallowTree([Split(0, 1.5, False), Split(1, 0.0, True)], [])
        >>> of_rows = np.array([[1.0, 2.0, np.nan], [3.0, -1.0, np.nan]])
        >>> SplitOutcomes.of_trees([tree]).numbers(of_rows).tolist()
        [[1, 2, 2]]
        """
        longest = max((len(tree.splits) for tree in trees), default=0) or 1
        padded = [[*tree.splits, *[PADDING] * (longest - len(tree.splits))] for tree in trees]
        keys = {(split.feature, split.missing_is_left, split.threshold) for splits in padded for split in splits}
        different = sorted(keys)
        position = {key: number for number, key in enumerate(different)}
        positions = [
            [position[split.feature, split.missing_is_left, split.threshold] for split in splits] for splits in padded
        ]
        column, missing_is_left, threshold = zip(*different, strict=True) if different else ((), (), ())
        return cls(
            np.array(column, dtype=np.intp),
            np.array(missing_is_left, dtype=bool),
            np.array(threshold, dtype=np.float64),
            np.ascontiguousarray(np.array(positions, dtype=np.intp).reshape(len(padded), longest).T),
        )

    def numbers(self, columns: np.ndarray) -> np.ndarray:
        """Return the row in each tree's tables of each agent-month, trees x n; `columns` is features x n.

        The first split where a row goes left adds 1 to it, the second 2, the third 4, and so on.
        """
        missing_lowest = np.where(np.isnan(columns), -np.inf, columns)  # so that they go left at any threshold
        both = np.concatenate([columns, missing_lowest])
        values = both.take(self.column + len(columns) * self.missing_is_left, axis=0, mode="clip")
        is_left = (values <= self.threshold[:, None]).astype(np.min_scalar_type((1 << len(self.positions)) - 1))
        numbers = is_left.take(self.positions[-1], axis=0, mode="clip")
        for positions in self.positions[-2::-1]:
            numbers += numbers
            numbers += is_left.take(positions, axis=0, mode="clip")
        return numbers.astype(np.intp)
