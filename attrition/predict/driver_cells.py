"""The cells of the table of drivers: agents in their order, and of each agent the largest contribution first.

They are looked up a block of agents at a time and in threads, straight into the columns of the table, which has
millions of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from attrition.model.row_blocks import in_blocks


@dataclass(frozen=True, eq=False)
class Lookup:
    """What a column of the table holds, as a matrix with less rows or columns than there are agents and features.

    Attributes
    ----------
    values : ndarray of two dimensions
        In one piece of memory.
    of_row : ndarray of int, shape (n,), or None
        By agent-month the row of `values`; the first for all where it is None.
    of_feature : ndarray of int, shape (features,), or None
        By feature the column of `values`; the first for all where it is None.
    labels : Index, optional
        The texts of which `values` are the codes, -1 for none.
    """

    values: np.ndarray
    of_row: np.ndarray | None = None
    of_feature: np.ndarray | None = None
    labels: pd.Index | None = None

    def fill(self, cells: np.ndarray, rows: np.ndarray, features: np.ndarray) -> None:
        """Write the values of some cells, of which the agent-months and features are passed."""
        by_row, by_feature = (step // self.values.itemsize for step in self.values.strides)
        place = np.zeros(len(cells), dtype=np.intp)
        if self.of_row is not None:
            place += (self.of_row * by_row).take(rows)
        if self.of_feature is not None:
            place += (self.of_feature * by_feature).take(features)
        # All places are valid; the mode "clip" saves the check for them.
        self._flat.take(place, out=cells, mode="clip")

    def column(self, cells: np.ndarray) -> np.ndarray | pd.Categorical:
        """Return the column of which the cells were filled."""
        return cells if self.labels is None else pd.Categorical.from_codes(cells, self.labels)

    @cached_property
    def _flat(self) -> np.ndarray:
        return self.values.ravel(order="K")


@dataclass(frozen=True, eq=False)
class DriverCells:
    """The contributions of agent-months against their peers, and in which order they are shown.

    Attributes
    ----------
    names : sequence of str
        The features.
    agents : ndarray of int, shape (n,)
        The agent-months in the order in which they are shown.
    difference : ndarray of shape (n, features)
        The contributions, in log-odds.
    slope : ndarray of shape (n,)
        By agent-month, the slope of risk over log-odds.
    is_shown : ndarray of bool, shape (n, features)
        Which of them are shown.
    """

    names: Sequence[str]
    agents: np.ndarray
    difference: np.ndarray
    slope: np.ndarray
    is_shown: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Return the agent-month of each cell."""
        return np.repeat(self.agents, self._counts)

    def columns(self, lookups: Mapping[str, Lookup]) -> dict[str, np.ndarray | pd.Categorical]:
        """Return columns of the cells that are shown, and their ``points``; those of an agent by size, then by name."""
        starts = np.concatenate([[0], np.cumsum(self._counts)])
        columns = {name: np.empty(starts[-1], dtype=lookup.values.dtype) for name, lookup in lookups.items()}
        points, by_name = np.empty(starts[-1]), np.argsort(np.array(self.names), kind="stable")

        def fill(block: slice) -> None:
            agents = self.agents[block]
            cells = slice(starts[block.start], starts[block.start + len(agents)])
            of_agents = 100.0 * self.difference[agents] * self.slope[agents, None]
            order = by_name[np.argsort(-np.abs(of_agents[:, by_name]), axis=1, kind="stable")]
            is_kept = np.take_along_axis(self.is_shown[agents], order, axis=1)
            features, position = order[is_kept], np.repeat(np.arange(len(agents)), is_kept.sum(axis=1))
            points[cells] = of_agents.take(position * len(self.names) + features)
            for name, lookup in lookups.items():
                lookup.fill(columns[name][cells], agents.take(position), features)

        in_blocks(fill, len(self.agents))
        return {name: lookup.column(columns[name]) for name, lookup in lookups.items()} | {"points": points}

    @cached_property
    def _counts(self) -> np.ndarray:
        """Return how many cells of each agent are shown, in the order of the agents."""
        return self.is_shown.sum(axis=1)[self.agents]
