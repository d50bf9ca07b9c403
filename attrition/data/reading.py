"""From a source to the engine: files by their kind, databases by their url."""

from __future__ import annotations

from pathlib import Path

from attrition.data import databases, delimited, parquet, workbooks
from attrition.data.engine import Connection
from attrition.data.faults import Fault, Refused
from attrition.data.files import find
from attrition.data.landed import Landed
from attrition.data.sources import Source

_KINDS = {
    ".csv": delimited.land,
    ".tsv": delimited.land,
    ".txt": delimited.land,
    ".xlsx": workbooks.land,
    ".xlsm": workbooks.land,
    ".xls": workbooks.land,
    ".xlsb": workbooks.land,
    ".ods": workbooks.land,
    ".parquet": parquet.land,
}


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
