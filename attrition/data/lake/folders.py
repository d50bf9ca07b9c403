"""Tell the folder of a table whose log says which of its files count, so that none of them is read by itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from attrition.data.phrase import Phrase

DELTA, ICEBERG, HUDI = "Delta", "Iceberg", "Hudi"
DELTA_LOG, ICEBERG_LOG = "_delta_log", "metadata"
"""The folders, below that of the table, with its log."""


class TableFolder(NamedTuple):
    """The folder of a table, and what keeps its log: `DELTA`, `ICEBERG` or `HUDI`."""

    folder: Path
    kind: str


def table_in(folder: Path) -> TableFolder | None:
    """Return the table that a folder is; None where it has no log.

    A Delta table that writes Iceberg's log as well is a Delta table.
    """
    if (folder / DELTA_LOG).is_dir():
        return TableFolder(folder, DELTA)
    if next((folder / ICEBERG_LOG).glob("*.metadata.json*"), None) is not None:
        return TableFolder(folder, ICEBERG)
    return TableFolder(folder, HUDI) if (folder / ".hoodie").is_dir() else None


def files_alone(table: TableFolder) -> Phrase:
    """Return the rule by which files of a table are not read by themselves."""
    return Phrase(
        "files of a table of {kind}, whose log says which of them count; the others hold rows that were removed",
        "这是 {kind} 表的文件，哪些有效由其日志决定；其余文件中的行已被删除",
        kind=table.kind,
    )


def tables_around(files: Iterable[Path]) -> list[TableFolder]:
    """Return the tables in whose folders, or folders below these, some of these Parquet files lie, also by a link."""
    parquet = [path for path in files if path.suffix.lower() == ".parquet"]
    own = {path.parent for path in parquet}
    linked = {folder.resolve() for folder in own} | {path.resolve().parent for path in parquet if path.is_symlink()}
    parents = (*sorted(own), *sorted(linked))  # the nearest first, as it is declared
    places = dict.fromkeys(place for parent in parents for place in (parent, *parent.parents))
    tables = (table_in(place) for place in places)
    return [table for table in tables if table is not None]
