"""Place the rows of tables about agent-months in the order of the panel, without joining the tables to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEYS = ("agent_id", "as_of")


@dataclass(frozen=True, eq=False)
class AgentMonths:
    """The agent-months of a panel, sorted by month and agent.

    A panel has two dozen wide parts. Joining them in a database takes more time than building them; finding the number
    of each row once, and taking each column by it, takes hardly any.

    Parameters
    ----------
    rows : pyarrow.Table
        ``agent_id``, ``as_of`` and any other columns; one row per agent-month, sorted by month and agent.

    Examples
    --------
    >>> rows = pa.table({"agent_id": ["1", "2", "1"], "as_of": [1, 1, 2]})
    >>> part = pa.table({"agent_id": ["2", "1", "3"], "as_of": [1, 2, 1], "pay": [7.0, 8.0, 9.0]})
    >>> AgentMonths(rows).aligned(part)["pay"].to_pylist()
    [None, 7.0, 8.0]
    """

    rows: pa.Table

    @classmethod
    def of(cls, rows: pa.Table) -> AgentMonths:
        """Return the agent-months of a table in any order."""
        return cls(rows.sort_by([("as_of", "ascending"), ("agent_id", "ascending")]).combine_chunks())

    def aligned(self, part: pa.Table) -> pa.Table:
        """Return the columns of a table in the order of the agent-months, null where it has no row for one.

        Parameters
        ----------
        part : pyarrow.Table
            ``agent_id`` and ``as_of``, of the types that they have here, and any other columns. Rows of other
            agent-months are left out.

        Raises
        ------
        LookupError
            The table has two rows for one agent-month.
        """
        numbers = self._number_of_slot[self._slots(part)]
        is_there = numbers >= 0
        sources = np.full(len(self.rows), -1)
        sources[numbers[is_there]] = np.flatnonzero(is_there)
        if (sources >= 0).sum() != is_there.sum():
            raise LookupError(f"two rows for one agent-month: {', '.join(part.column_names)}")
        indices = pa.array(sources, mask=sources < 0)
        columns = part.drop_columns(list(KEYS))
        return pa.table({name: columns[name].combine_chunks().take(indices) for name in columns.column_names})

    @cached_property
    def _values(self) -> Sequence[pa.Array]:
        return [pc.unique(self.rows[key]) for key in KEYS]

    @cached_property
    def _number_of_slot(self) -> np.ndarray:
        """The row number of each pair of an agent and a month, -1 where they are no row; the last is for strangers."""
        agents, months = self._values
        numbers = np.full(len(agents) * len(months) + 1, -1)
        numbers[self._slots(self.rows)] = np.arange(len(self.rows))
        return numbers

    def _slots(self, table: pa.Table) -> np.ndarray:
        """Return the place of each row's pair of an agent and a month among all pairs, -1 for strangers."""
        agents, months = (
            pc.fill_null(pc.index_in(table[key], value_set=values), -1).to_numpy().astype("int64")
            for key, values in zip(KEYS, self._values, strict=True)
        )
        return np.where((agents < 0) | (months < 0), -1, agents * len(self._values[1]) + months)
