"""Read a source into DuckDB with the reader for its kind: files by their suffix, databases by their url."""

from __future__ import annotations

from pathlib import Path

from attrition.data import databases, delimited, parquet, workbooks
from attrition.data.engine import Connection
from attrition.data.faults import TableError
from attrition.data.files import find_files
from attrition.data.raw_table import RawTable
from attrition.data.sources import Source
from attrition.errors import Fault

_DELIMITED = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_READERS = {
    ".parquet": parquet.read_table,
    **dict.fromkeys(_DELIMITED, delimited.read_table),
    **dict.fromkeys(_WORKBOOKS, workbooks.read_table),
}

SUFFIXES = tuple(_READERS)
"""Suffixes of the files that can be read; `attrition init` takes the first where a table has files of several."""


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Return the headers of one file, whose suffix must be one of `SUFFIXES`.

    Raises
    ------
    TableError
        The file cannot be read, or is empty.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return parquet.headers(path, table=table)
    return workbooks.headers(path, table=table) if suffix in _WORKBOOKS else delimited.headers(path, table=table)


def read_source(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Read one source into DuckDB, with its own headers and values.

    Raises
    ------
    TableError
        The source cannot be read; `faults` holds every reason.
    MissingExtra
        The driver of the database is not installed.
    """
    if source.path is None:
        return databases.read_table(con, table, source, workspace)
    files = find_files(workspace, source.path, table)
    suffixes = {path.suffix.lower() for path in files}
    if len(suffixes) > 1 or not suffixes <= set(_READERS):
        advice = f"use one of {', '.join(_READERS)} for all files of a table"
        raise TableError(
            Fault(
                file=source.path,
                table=table,
                column="",
                rule="files of different or unknown kinds",
                rows=None,
                advice=advice,
            )
        )
    return _READERS[suffixes.pop()](con, table, source, files, workspace)
