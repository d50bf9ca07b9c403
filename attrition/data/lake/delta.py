"""Read the log of a Delta table with the package `deltalake`: its live files, partition values, types and names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from attrition.data.databases.driver import driver
from attrition.data.faults import Refused
from attrition.data.lake.folders import DELTA_LOG
from attrition.data.lake.live import INSTANT, LiveFile, LiveTable, opened
from attrition.data.lake.places import files_here, path_of_uri
from attrition.data.lake.refusals import headings_by_number, partition_type, rewrite
from attrition.data.phrase import Phrase
from attrition.errors import MissingExtra

TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "integer": "INTEGER",
    "short": "SMALLINT",
    "byte": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": INSTANT,
    "timestamp_ntz": "TIMESTAMP",
}
"""DuckDB's type of each of Delta's; columns of others, such as lists, are left out."""
PARTITION_TYPES = ("string", "long", "integer", "short", "byte", "double", "boolean", "date")
FEATURES = {
    *("columnMapping", "deletionVectors", "timestampNtz", "typeWidening", "typeWidening-preview", "v2Checkpoint"),
    *("vacuumProtocolCheck",),
}
"""What a reader must know to read a table that names it, and is known here."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:/")
_DECIMAL = re.compile(r"decimal\(\d+,\d+\)")


@dataclass(frozen=True)
class _Column:
    """A column of the table, with Delta's type, and its name and number in files where they have others."""

    name: str
    kind: str
    physical_name: str | None
    number: int | None


def read_log(folder: Path) -> LiveTable:
    """Return a table as the newest version of its log has it.

    Raises
    ------
    MissingExtra
        The package is not installed.
    Refused
        The log cannot be read, or the rows are not those of the live files alone.
    """
    package = driver("deltalake", MissingExtra("lake", "reading a Delta table"))
    if unquote(str(folder.absolute())) != str(folder.absolute()):  # the package would look for "a b" instead of "a%20b"
        raise Refused(
            Phrase("a folder with a percent sign and a number in its path", "文件夹路径中有百分号加数字"),
            Phrase("rename that folder", "请重命名该文件夹"),
        )
    try:
        table = package.DeltaTable(str(folder.absolute()))
        actions = pa.table(table.get_add_actions())
    except (OSError, package.exceptions.DeltaError) as error:
        raise rewrite(
            Phrase(
                "the log of the Delta table cannot be read ({kind})",
                "无法读取 Delta 表的日志（{kind}）",
                kind=type(error).__name__,
            )
        ) from None
    _refuse_features(table)
    columns, partitions = _columns(table), table.metadata().partition_columns
    mode = table.metadata().configuration.get("delta.columnMapping.mode", "none")
    files = [
        _file(path, row.get("partition") or {}, columns, partitions, mode)
        for path, row in _live_files(folder, actions.to_pylist())
    ]
    log = folder / DELTA_LOG / f"{table.version():020}.json"
    types = {column.name: _type(column.kind) for column in columns}
    return LiveTable(types=types, files=files, log=log if log.is_file() else None)


def _refuse_features(table: Any) -> None:
    """Refuse a table that demands what is not read here, and one of which some rows of live files are deleted."""
    protocol = table.protocol()
    unknown = {*(protocol.reader_features or ())} - FEATURES
    if protocol.min_reader_version > 3 or unknown:
        names = ", ".join(sorted(unknown)) or str(protocol.min_reader_version)
        raise rewrite(
            Phrase("the Delta table demands {names} of its readers", "该 Delta 表要求读取方支持 {names}", names=names)
        )
    if "deletionVectors" in (protocol.reader_features or ()) and _has_deleted_rows(table):
        raise Refused(
            Phrase(
                "some rows of its files are deleted by deletion vectors",
                "其文件中有些行已被删除向量（deletion vector）删除",
            ),
            Phrase(
                "purge them in Spark with REORG TABLE ... APPLY (PURGE), and switch them off with "
                "delta.enableDeletionVectors = false",
                "请在 Spark 中用 REORG TABLE ... APPLY (PURGE) 清除，并设置 delta.enableDeletionVectors = false",
            ),
        )


def _has_deleted_rows(table: Any) -> bool:
    """Return whether a live file has a deletion vector; also where one cannot be read."""
    from deltalake.exceptions import DeltaError

    try:
        return any(len(batch) for batch in table.deletion_vectors())
    except DeltaError:
        return True


def _columns(table: Any) -> list[_Column]:
    """Return the columns of the table that have a type here, in its order."""
    fields = json.loads(table.schema().to_json())["fields"]
    return [
        _Column(
            name=field["name"],
            kind=field["type"],
            physical_name=field["metadata"].get("delta.columnMapping.physicalName"),
            number=field["metadata"].get("delta.columnMapping.id"),
        )
        for field in fields
        if isinstance(field["type"], str) and _type(field["type"])
    ]


def _type(kind: str) -> str:
    return kind.upper() if _DECIMAL.fullmatch(kind) else TYPES.get(kind, "")


def _live_files(folder: Path, actions: Sequence[Mapping[str, Any]]) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the live files in the order of their paths, with what the log says of each."""

    def path_of(address: str) -> Path | None:
        return path_of_uri(address) if _SCHEME.match(address) else folder / unquote(address)

    paths = files_here((row["path"] for row in actions), path_of)
    return sorted(zip(paths, actions, strict=True), key=lambda pair: pair[0])


def _file(
    path: Path, values: Mapping[str, Any], columns: Sequence[_Column], partitions: Sequence[str], mode: str
) -> LiveFile:
    """Return a live file: its headings by the mode of the table, and the values that the log has."""
    layout, rows = opened(path)
    stored = _headings(layout, columns, mode)
    headings = {name: heading for name, heading in stored.items() if name not in partitions}
    kinds = {column.name: column.kind for column in columns}
    texts = {name: _text(name, kinds.get(name, "?"), values.get(name)) for name in partitions}
    return LiveFile(path=path, layout=layout, rows=rows, headings=headings, values=texts)


def _headings(layout: pa.Schema, columns: Sequence[_Column], mode: str) -> dict[str, str]:
    """Return the heading of each column that a file has."""
    if mode == "id":
        return headings_by_number(layout, {column.name: column.number for column in columns}, {})
    names = {name.casefold(): name for name in layout.names}
    wanted = {column.name: column.physical_name if mode == "name" else column.name for column in columns}
    return {name: names[other.casefold()] for name, other in wanted.items() if other and other.casefold() in names}


def _text(name: str, kind: str, value: object) -> str | None:
    """Return a partition's value as the text that DuckDB casts."""
    if kind not in PARTITION_TYPES and not _DECIMAL.fullmatch(kind):
        raise partition_type(name, kind)
    return None if value is None else str(value)
