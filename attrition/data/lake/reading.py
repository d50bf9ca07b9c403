"""Read a source that is the folder of a Delta or Iceberg table: what its log has now, by its files where they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from attrition.data.engine import Connection
from attrition.data.faults import Refused, naming_refusals
from attrition.data.files.folders_of_people import refuse_folders_of_people
from attrition.data.files.raw_table import RawTable
from attrition.data.lake import delta, iceberg
from attrition.data.lake.folders import DELTA, ICEBERG, TableFolder
from attrition.data.lake.live import LiveTable, digest_of, read_live
from attrition.data.phrase import Phrase
from attrition.data.source import Source

_READERS: Mapping[str, Callable[[Path], LiveTable]] = {DELTA: delta.read_log, ICEBERG: iceberg.read_log}


def read_table(con: Connection, table: str, source: Source, workspace: Path, place: TableFolder) -> RawTable:
    """Create a view of the rows that a table has now, and list the live files, and the file with its version.

    Raises
    ------
    TableError
        The rows are not exactly those of files that this machine sees, or the source declares what files alone have.
    MissingExtra
        The reader of such logs is not installed.
    """
    with naming_refusals(table, source.source_name):
        refuse_keys_of_order(source)
        live = live_table(place)
        refuse_folders_of_people(table, source, live.paths)
        raw_table = read_live(con, table, live, workspace)
    return replace(raw_table, source_name=source.source_name)


def digest_of_table(table: str, source: Source, place: TableFolder) -> bytes:
    """Return a hash of a table's columns and live files, to tell whether its rows have changed.

    Raises
    ------
    TableError, MissingExtra
        As `read_table`.
    """
    with naming_refusals(table, source.source_name):
        return digest_of(live_table(place))


def headings_of(table: str, source: Source, place: TableFolder) -> tuple[str, ...]:
    """Return the columns of a table.

    Raises
    ------
    TableError, MissingExtra
        As `read_table`.
    """
    with naming_refusals(table, source.source_name):
        return tuple(live_table(place).types)


def live_table(place: TableFolder) -> LiveTable:
    """Return a table as its log has it now.

    Raises
    ------
    Refused
        The rows are not exactly those of files that this machine sees.
    MissingExtra
        The reader of such logs is not installed.
    """
    if place.kind not in _READERS:
        raise Refused(
            Phrase("a {kind} table, whose log is not read", "{kind} 表，其日志无法读取", kind=place.kind),
            Phrase(
                "write its rows as Parquet files elsewhere, and declare those as path",
                "请将其写成别处的 Parquet 文件，并用 path 声明",
            ),
        )
    return _READERS[place.kind](place.folder)


def refuse_keys_of_order(source: Source) -> None:
    """Refuse what is declared about the names of files and the order of rows, which say nothing in such a table.

    Raises
    ------
    Refused
        Such a key is declared.
    """
    keys = {
        "from_file_name": bool(source.from_file_name),
        "recorded_at_from": source.recorded_at_from is not None,
        "duplicates": source.duplicates in ("last", "first"),
        "fill_down": bool(source.fill_down),
    }
    if declared := [key for key, is_declared in keys.items() if is_declared]:
        raise Refused(
            Phrase(
                "{keys} goes by names of files or the order of rows, which such a table does not have",
                "{keys} 依据文件名或行的次序，而该表没有",
                keys=", ".join(declared),
            ),
            Phrase(
                "leave it out, and map a column of the table instead",
                "请删去该项，改为映射表中的列",
            ),
        )
