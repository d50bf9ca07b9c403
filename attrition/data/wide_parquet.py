"""Write a wide table as a Parquet file, one slice of rows at a time, to keep memory use low."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_ROWS = 100_000


def write_wide(table: pa.Table, extra: pa.Table, path: Path) -> None:
    """Write a table with the columns of `extra`, which has the same rows.

    Text columns are dictionary-encoded; numbers are not, because few of their values repeat.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = pa.table([*table.columns, *extra.columns], schema=pa.schema([*table.schema, *extra.schema]))
    text_columns = [field.name for field in whole.schema if pa.types.is_string(field.type)]
    pq.write_table(whole, path, row_group_size=SLICE_ROWS, use_dictionary=text_columns)
