"""Write the panel as a Parquet file whose groups of rows are of few months each, so that a month is read alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 100_000
"""A group of rows ends here even within a month, to keep memory use low."""
FEWEST_ROWS = 10_000
"""Months of fewer rows share a group with those after them: every group costs a reader of all of them some time."""


def write_wide(table: pa.Table, extra: pa.Table, path: Path) -> None:
    """Write a table about agent-months with the columns of `extra`, which has the same rows, by month and agent.

    Text columns are dictionary-encoded; numbers are not, because few of their values repeat.

    Parameters
    ----------
    table, extra : pyarrow.Table
        ``agent_id``, ``as_of`` and other columns; and further columns of the same rows.
    path : Path
        The file. `attrition.data.products.read_wide` returns its rows by agent and month.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    whole = pa.table([*table.columns, *extra.columns], schema=pa.schema([*table.schema, *extra.schema]))
    text_columns = [field.name for field in whole.schema if pa.types.is_string(field.type)]
    order = pc.sort_indices(whole, sort_keys=[("as_of", "ascending"), ("agent_id", "ascending")]).to_numpy()
    with pq.ParquetWriter(path, whole.schema, use_dictionary=text_columns) as writer:
        for rows in _groups(order, whole["as_of"].to_numpy()[order]):
            writer.write_table(whole.take(pa.array(rows)))


def _groups(order: np.ndarray, months: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the positions of each group's rows: whole months until there are enough rows, and never too many."""
    first, starts = 0, [*np.flatnonzero(months[1:] != months[:-1]) + 1, len(order)]
    for end in starts:
        if end - first >= FEWEST_ROWS or end == len(order):
            yield from (order[first:end][step : step + MOST_ROWS] for step in range(0, end - first, MOST_ROWS))
            first = end
