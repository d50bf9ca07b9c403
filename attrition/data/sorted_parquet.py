"""Write a wide table as Parquet in the order of its keys: columns are gathered, a slice of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_ROWS = 100_000


def sort_order(table: pa.Table, keys: Sequence[str]) -> pa.Array:
    """Give the places of the rows in the order of their keys; an engine's own sort moves whole rows, which is slower.

    Returns
    -------
    pyarrow.Array
        One whole number per row.
    """
    import pyarrow.compute as pc

    return pc.sort_indices(table.select(list(keys)), [(key, "ascending") for key in keys])


def write_sorted(table: pa.Table, places: pa.Array, beside: pa.Table, path: Path) -> None:
    """Write the rows of a table in the order of `places`, with the columns of `beside`, which is in order already.

    Words are written through a dictionary, numbers as they are: few of them repeat.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([*table.schema, *beside.schema])
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    with pq.ParquetWriter(path, schema, use_dictionary=words) as writer:
        for start in range(0, len(places), SLICE_ROWS):
            rows = table.take(places.slice(start, SLICE_ROWS))
            more = beside.slice(start, SLICE_ROWS)
            writer.write_table(pa.table([*rows.columns, *more.columns], schema=schema))
