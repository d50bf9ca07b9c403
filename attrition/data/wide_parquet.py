"""Write the panel as a Parquet file whose groups of rows are of few months each, so that a month is read alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
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
    """Write a table about agent-months, sorted by month and agent, with the columns of `extra`, of the same rows.

    Text columns are dictionary-encoded; numbers are not, because few of their values repeat.

    Parameters
    ----------
    table, extra : pyarrow.Table
        ``agent_id``, ``as_of`` and other columns; and further columns of the same rows.
    path : Path
        The file. `attrition.data.products.read_wide` returns its rows by agent and month.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.table([*table.columns, *extra.columns], schema=pa.schema([*table.schema, *extra.schema]))
    text_columns = [field.name for field in whole.schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(path, whole.schema, use_dictionary=text_columns) as writer:
        for first, end in _groups(whole["as_of"].to_numpy()):
            writer.write_table(whole.slice(first, end - first), row_group_size=end - first)


def _groups(months: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield where each group of rows begins and ends: whole months until there are enough rows, and never too many."""
    begin, ends = 0, [*np.flatnonzero(months[1:] != months[:-1]) + 1, len(months)]
    for end in ends:
        if end - begin >= FEWEST_ROWS or end == len(months):
            steps = [*range(begin, end, MOST_ROWS), end]
            yield from pairwise(steps)
            begin = end
