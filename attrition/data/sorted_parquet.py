"""Write a wide table as a Parquet file sorted by its keys, one slice of rows at a time, to keep memory use low."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_ROWS = 100_000


def sort_order(table: pa.Table, keys: Sequence[str]) -> pa.Array:
    """Return the row numbers of a table in the order of its keys.

    Sorting only the keys and taking the other columns by row number is faster than DuckDB's sort of whole rows.

    Returns
    -------
    pyarrow.Array
        One row number per row: the first is the row that comes first in the order.
    """
    import pyarrow.compute as pc

    return pc.sort_indices(table.select(list(keys)), [(key, "ascending") for key in keys])


def write_sorted(table: pa.Table, order: pa.Array, extra: pa.Table, path: Path) -> None:
    """Write the rows of a table in this order, with the columns of `extra`, whose rows must be in it already.

    Text columns are dictionary-encoded; numbers are not, because few of their values repeat.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([*table.schema, *extra.schema])
    text_columns = [field.name for field in schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(path, schema, use_dictionary=text_columns) as writer:
        for start in range(0, len(order), SLICE_ROWS):
            rows = table.take(order.slice(start, SLICE_ROWS))
            extra_rows = extra.slice(start, SLICE_ROWS)
            writer.write_table(pa.table([*rows.columns, *extra_rows.columns], schema=schema))
