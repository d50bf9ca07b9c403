"""Read Parquet files by a DuckDB view, without a copy; all files of a table must have the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files import display_path, manifest_entry
from attrition.data.raw_table import FILE, RawTable, column_types
from attrition.data.sources import Source
from attrition.errors import Fault


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Return the column names of one file.

    Raises
    ------
    TableError
        The file is no Parquet file or is cut off.
    """
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise TableError(
            _fault(path.name, table, "", "not a Parquet file", "export it again; it may be cut off")
        ) from None


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Create a view of all rows of the files of one table.

    Raises
    ------
    TableError
        A file is no Parquet file, is cut off, or has other columns than the first.
    """
    faults, manifest = [], []
    first_columns: list[str] | None = None
    for path in files:
        shown_path = display_path(path, workspace)
        try:
            meta = pq.ParquetFile(path)
        except (pa.ArrowException, OSError):
            faults.append(_fault(shown_path, table, "", "not a Parquet file", "export it again; it may be cut off"))
            continue
        first_columns = first_columns or meta.schema_arrow.names
        for column in sorted(set(first_columns) ^ set(meta.schema_arrow.names)):
            faults.append(
                _fault(
                    shown_path,
                    table,
                    column,
                    "headers differ from the first file's",
                    "export all files with the same columns",
                )
            )
        manifest.append(manifest_entry(path, workspace, meta.metadata.num_rows))
    if faults:
        raise TableError(*faults)
    relation = f"source_{table}"
    shown_paths = {display_path(path, workspace): path for path in files}
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS {rows_query(shown_paths)}")
    source_name = manifest[0].path if len(files) == 1 else source.source_name
    return RawTable(
        relation=relation,
        source_name=source_name,
        types=column_types(con, relation),
        manifest=tuple(manifest),
        is_stored=False,
    )


def rows_query(files: Mapping[str, Path], *, order: str = "") -> str:
    """Return the query of all rows of files, by their names in messages, with the column `FILE`.

    Parameters
    ----------
    order : str
        The name of a column with the number of the row in its file, from 1; "" for none.
    """
    paths = ", ".join(quote_text(str(path)) for path in files.values())
    names = " ".join(f"WHEN {quote_text(str(path))} THEN {quote_text(name)}" for name, path in files.items())
    added, options = (f", file_row_number + 1 AS {order}", ", file_row_number = true") if order else ("", "")
    dropped = "__path, file_row_number" if order else "__path"
    return (
        f"SELECT * EXCLUDE ({dropped}), CASE __path {names} END AS {FILE}{added} FROM read_parquet([{paths}], "
        f"filename = '__path'{options}, union_by_name = {len(files) > 1}, hive_partitioning = false)"
    )


def _fault(file: str, table: str, column: str, rule: str, advice: str) -> Fault:
    return Fault(file=file, table=table, column=column, rule=rule, rows=None, advice=advice)
