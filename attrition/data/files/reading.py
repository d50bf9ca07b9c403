"""Read a source into DuckDB with the reader for its kind: files, tables of a lake or a catalog, databases."""

from __future__ import annotations

import csv
import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from attrition.data.databases import reading as databases
from attrition.data.engine import Connection
from attrition.data.faults import TableError, naming_refusals
from attrition.data.files import catalog, delimited, parquet, workbooks
from attrition.data.files.folders_of_people import refuse_folders_of_people
from attrition.data.files.manifest import display_path, find_files, find_table
from attrition.data.files.raw_table import RawTable
from attrition.data.files.watched import replaced_fault
from attrition.data.lake import reading as lake
from attrition.data.phrase import Phrase
from attrition.data.shape.stage import shaped
from attrition.data.source import Source
from attrition.data.tables import TABLES
from attrition.errors import Fault

_DELIMITED = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
Reader: TypeAlias = Callable[[Connection, str, Source, Sequence[Path], Path], RawTable]
"""A function that reads the files of one table into DuckDB."""

_READERS: dict[str, Reader] = {
    ".parquet": parquet.read_table,
    **dict.fromkeys(_DELIMITED, delimited.read_table),
    **dict.fromkeys(_WORKBOOKS, workbooks.read_table),
}
_REFUSED_BY_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOMEM}

SUFFIXES = tuple(_READERS)
"""Suffixes of the files that can be read; `attrition init` takes the first where a table has files of several."""


def headers(path: Path, *, table: str, source: Source) -> tuple[str, ...]:
    """Return the headers of one file of a source, whose suffix must be one of `SUFFIXES`.

    Raises
    ------
    TableError
        The file cannot be read, or is empty.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return parquet.headers(path, table=table)
    read = workbooks.headers if suffix in _WORKBOOKS else delimited.headers
    return read(path, table=table, source=source)


def source_headings(workspace: Path, table: str, source: Source) -> tuple[str, ...]:
    """Return the headers of a source with a path: those of its first file, or of the table whose folder it names.

    Raises
    ------
    TableError
        The file or table cannot be read, or is not there.
    MissingExtra
        The reader of the table's log is not installed.
    """
    path = source.path or ""
    if (place := find_table(workspace, path)) is not None:
        return lake.headings_of(table, source, place)
    return headers(find_files(workspace, path, table)[0], table=table, source=source)


def read_source(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Read one source into DuckDB in its declared shape, with its own headers and values.

    Raises
    ------
    TableError
        The source cannot be read; `faults` holds every reason.
    MissingExtra
        The driver of the database, or the reader of a table's log, is not installed.
    """
    if source.catalog is not None:
        with _naming_failure(source.source_name, table):
            return shaped(con, TABLES[table], source, catalog.read_table(con, table, source, workspace), {})
    if source.path is None:
        return shaped(con, TABLES[table], source, databases.read_table(con, table, source, workspace), {})
    if (place := find_table(workspace, source.path)) is not None:
        with _naming_failure(source.source_name, table):
            return shaped(con, TABLES[table], source, lake.read_table(con, table, source, workspace, place), {})
    files = find_files(workspace, source.path, table)
    with naming_refusals(table, source.source_name):
        refuse_folders_of_people(table, source, files)
    read = _reader(source.path, files, table)
    stamps = [_stamp(path) for path in files]
    with _naming_failure(source.source_name, table):
        raw_table = read(con, table, source, files, workspace)
    changed = [path for path, stamp in zip(files, stamps, strict=True) if stamp != _stamp(path)]
    if changed:
        raise TableError(*(replaced_fault(display_path(path, workspace), table) for path in changed))
    with _naming_failure(source.source_name, table):
        return shaped(con, TABLES[table], source, raw_table, {display_path(path, workspace): path for path in files})


def _reader(pattern: str, files: Sequence[Path], table: str) -> Reader:
    """Return the reader for files of this kind.

    Raises
    ------
    TableError
        The files are of several kinds, or of none that can be read.
    """
    suffixes = {path.suffix.lower() for path in files}
    if len(suffixes) == 1 and suffixes <= set(_READERS):
        return _READERS[suffixes.pop()]
    rule = Phrase("files of different or unknown kinds", "文件类型不一致或无法识别")
    advice = Phrase(
        "use one of {kinds} for all files of a table", "同一张表的文件请统一为 {kinds} 之一", kinds=", ".join(_READERS)
    )
    raise TableError(Fault(file=pattern, table=table, column="", rule=rule, rows=None, advice=advice))


@contextmanager
def _naming_failure(source_name: str, table: str) -> Iterator[None]:
    """Turn every error of a reader into a fault of its source; the message may hold values, so only its class is named.

    What the machine refuses, such as a full disk or too little memory, is no fault of the source and goes on.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, pa.ArrowException, OSError, UnicodeError, csv.Error) as error:
        if getattr(error, "errno", None) in _REFUSED_BY_MACHINE:
            raise
        rule = Phrase("cannot be read ({kind})", "无法读取（{kind}）", kind=type(error).__name__)
        advice = Phrase("copy or export it again; it may be damaged", "请重新复制或导出，文件可能已损坏")
        raise TableError(Fault(file=source_name, table=table, column="", rule=rule, rows=None, advice=advice)) from None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is replaced or written to; None where it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino
