"""Name the file where reading fails late: one that is damaged in its middle, or replaced while a command reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data.faults import contract_error
from attrition.data.files.manifest import ManifestEntry, display_path, manifest_entry
from attrition.data.lake.folders import TableFolder, tables_around
from attrition.data.phrase import Phrase
from attrition.data.spark import SparkFailed
from attrition.errors import Fault


@contextmanager
def naming_damage(manifest: Sequence[ManifestEntry], workspace: Path) -> Iterator[None]:
    """Turn an error of reading into one that names the files that were replaced or are damaged.

    Raises
    ------
    DataError
        DuckDB or Spark failed, and a file has changed since it was listed, or cannot be read to its end.
    """
    try:
        yield
    except (duckdb.Error, SparkFailed):
        faults = [*_replaced(manifest, workspace), *_damaged(manifest, workspace)]
        if not faults:
            raise
        raise contract_error(faults) from None


def refuse_replaced(manifest: Sequence[ManifestEntry], workspace: Path) -> None:
    """Refuse what was made from files of which one has changed since it was listed.

    Raises
    ------
    DataError
        A file has other bytes than when it was listed, or is gone; `faults` holds each of them.
    """
    if faults := _replaced(manifest, workspace):
        raise contract_error(faults)


def replaced_fault(path: str, table: str = "") -> Fault:
    """Return the fault of a file that changed while it was read."""
    rule = Phrase("replaced while it was read", "读取期间文件被替换")
    advice = Phrase("run the command again once its export is complete", "请待导出完成后重新运行命令")
    return Fault(file=path, table=table, column="", rule=rule, rows=None, advice=advice)


def _replaced(manifest: Sequence[ManifestEntry], workspace: Path) -> list[Fault]:
    """Return a fault for each file that changed, and one for each table of a lake that lost files."""
    changed = [entry.path for entry in manifest if not _is_same(entry, workspace / entry.path, workspace)]
    tables = {path: table for path in changed if (table := _table_without(workspace / path)) is not None}
    removed = [_removed_fault(table, list(tables.values()).count(table), workspace) for table in {*tables.values()}]
    return [*removed, *(replaced_fault(path) for path in changed if path not in tables)]


def _table_without(path: Path) -> TableFolder | None:
    """Return the table of a lake in whose folder a file was; None where it is there, or was in none."""
    return None if path.exists() else next(iter(tables_around([path])), None)


def _removed_fault(table: TableFolder, count: int, workspace: Path) -> Fault:
    """Return the fault of a table whose log, when it was read, named files that are gone now."""
    rule = Phrase(
        "{count} of its files were removed while it was read, as by a vacuum or when snapshots expire",
        "读取期间其 {count} 个文件被删除（如 vacuum 或快照过期清理）",
        count=count,
    )
    advice = Phrase(
        "run the command again, and keep replaced files for longer than a command takes",
        "请重新运行命令，并使被替换的文件保留得比命令运行更久",
    )
    shown = display_path(table.folder, workspace)
    return Fault(file=shown, table="", column="", rule=rule, rows=None, advice=advice)


def _is_same(entry: ManifestEntry, path: Path, workspace: Path) -> bool:
    return path.is_file() and entry == manifest_entry(path, workspace, entry.rows)


def _damaged(manifest: Sequence[ManifestEntry], workspace: Path) -> list[Fault]:
    """Return a fault for each Parquet file of which some page cannot be read."""
    rule = Phrase("damaged Parquet file", "Parquet 文件已损坏")
    advice = Phrase("copy or export it again", "请重新复制或导出")
    return [
        Fault(file=entry.path, table="", column="", rule=rule, rows=None, advice=advice)
        for entry in manifest
        if entry.path.lower().endswith(".parquet") and not _is_readable(workspace / entry.path)
    ]


def _is_readable(path: Path) -> bool:
    try:
        for _ in pq.ParquetFile(path, page_checksum_verification=True).iter_batches():
            pass
    except (pa.ArrowException, OSError):
        return False
    return True
