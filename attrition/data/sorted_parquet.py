"""Write a wide table as a Parquet file sorted by its keys, a slice of rows at a time, so that memory stays low."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_ROWS = 100_000


def sort_order(table: pa.Table, keys: Sequence[str]) -> pa.Array:
    """Return the row numbers of a table in the order of its keys.

    Gathering the columns by these numbers is quicker than an engine's own sort, which moves whole rows.

    Returns
    -------
    pyarrow.Array
        One whole number per row.
    """
    import pyarrow.compute as pc

    return pc.sort_indices(table.select(list(keys)), [(key, "ascending") for key in keys])


def write_sorted(table: pa.Table, order: pa.Array, extra: pa.Table, path: Path) -> None:
    """Write the rows of a table in the given order, with the columns of `extra`, whose rows are sorted already.

    Text columns are dictionary-encoded; numbers are not, as few of them repeat.
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
