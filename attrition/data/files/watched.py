"""Name the file where reading fails late: one that is damaged in its middle, or replaced while a command reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data.faults import contract_error
from attrition.data.files.manifest import ManifestEntry, manifest_entry
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
    return [replaced_fault(entry.path) for entry in manifest if not _is_same(entry, workspace / entry.path, workspace)]


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
