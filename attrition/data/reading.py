"""From a source to the engine: files by their kind, databases by their url."""

from __future__ import annotations

from pathlib import Path

from attrition.data import databases, delimited, parquet, workbooks
from attrition.data.engine import Connection
from attrition.data.faults import Refused
from attrition.data.files import find
from attrition.data.raw_table import Landed
from attrition.data.sources import Source
from attrition.errors import Fault

_TEXTS = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_KINDS = {
    ".parquet": parquet.land,
    **dict.fromkeys(_TEXTS, delimited.land),
    **dict.fromkeys(_WORKBOOKS, workbooks.land),
}

SUFFIXES = tuple(_KINDS)
"""Kinds of files that can be read, by their suffix."""


def headers(path: Path, *, table: str) -> tuple[str, ...]:
    """Read the headers of one file, without its rows.

    Raises
    ------
    Refused
        The file is damaged or empty.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return parquet.headers(path, table=table)
    return workbooks.headers(path, table=table) if suffix in _WORKBOOKS else delimited.headers(path, table=table)


def land(con: Connection, table: str, source: Source, workspace: Path) -> Landed:
    """Land one source in the engine, as its source wrote it.

    Raises
    ------
    Refused
        With every fault that keeps the source from being read.
    """
    if source.path is None:
        return databases.land(con, table, source, workspace)
    files = find(workspace, source.path, table)
    kinds = {path.suffix.lower() for path in files}
    if len(kinds) > 1 or not kinds <= set(_KINDS):
        advice = f"use one of {', '.join(_KINDS)} for all files of a table"
        raise Refused(
            Fault(file=source.path, table=table, column="", rule="unknown kind of file", rows=None, advice=advice)
        )
    return _KINDS[kinds.pop()](con, table, source, files, workspace)
