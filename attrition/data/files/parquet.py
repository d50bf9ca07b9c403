"""Read Parquet files by a DuckDB view, without a copy; the files of a table must have the same columns in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files.differing_headings import differing_headings, partial_columns
from attrition.data.files.manifest import display_path, manifest_entry
from attrition.data.files.raw_table import FILE, Part, RawTable, column_types
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Return the column names of one file.

    Raises
    ------
    TableError
        The file is no Parquet file or is cut off.
    """
    meta = _open(path)
    if meta is None:
        raise TableError(_not_parquet(path.name, table))
    return tuple(meta.schema_arrow.names)


def read_table(con: Connection, table: str, source: Source, files: Sequence[Path], workspace: Path) -> RawTable:
    """Create a view of all rows of the files of one table.

    Raises
    ------
    TableError
        A file is no Parquet file, is cut off, or lacks a column that is used and that the others have.
    """
    shown_paths = {display_path(path, workspace): path for path in files}
    opened = {shown_path: _open(path) for shown_path, path in shown_paths.items()}
    metas = {shown_path: meta for shown_path, meta in opened.items() if meta is not None}
    faults = [_not_parquet(shown_path, table) for shown_path, meta in opened.items() if meta is None]
    columns = {shown_path: meta.schema_arrow.names for shown_path, meta in metas.items()}
    if faults := [*faults, *differing_headings(table, source, columns)]:
        raise TableError(*faults)
    manifest = [
        manifest_entry(path, workspace, metas[shown_path].metadata.num_rows) for shown_path, path in shown_paths.items()
    ]
    relation = f"source_{table}"
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS {rows_query(shown_paths)}")
    source_name = manifest[0].path if len(files) == 1 else source.source_name
    types = column_types(con, relation)
    engine.offer_to_workers(con, relation, types, files)
    return RawTable(
        relation=relation,
        source_name=source_name,
        types=types,
        manifest=tuple(manifest),
        lines=tuple(partial_columns(table, source, columns)),
        parts={path: Part(path, "", tuple(headings)) for path, headings in columns.items()},
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


def _open(path: Path) -> pq.ParquetFile | None:
    """Return an open Parquet file, or None if it is none; an error of the operating system is raised as it is."""
    try:
        return pq.ParquetFile(path)
    except pa.ArrowException:
        return None
    except OSError as error:
        if error.errno is not None:
            raise
        return None


def _not_parquet(file: str, table: str) -> Fault:
    rule = Phrase("not a Parquet file", "不是 Parquet 文件")
    advice = Phrase("export it again; it may be cut off", "请重新导出，文件可能被截断")
    return Fault(file=file, table=table, column="", rule=rule, rows=None, advice=advice)
