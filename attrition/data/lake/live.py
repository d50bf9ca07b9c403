"""Read the rows that a table has now: its live files by DuckDB, each column under the table's name and in its type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import Refused
from attrition.data.files.manifest import manifest_entry
from attrition.data.files.raw_table import RawTable, column_types
from attrition.data.lake.places import naming_file
from attrition.data.phrase import Phrase

INSTANT = "TIMESTAMP WITH TIME ZONE"
"""DuckDB's type of a moment with its zone; a file that says nothing of a zone has it in UTC."""


@dataclass(frozen=True)
class LiveFile:
    """One file of a table.

    Parameters
    ----------
    path : Path
        Where it is.
    layout : pyarrow.Schema
        Its own columns.
    rows : int
        How many it has.
    headings : mapping of str to str
        By column of the table, its heading in this file; a column without one has no value.
    values : mapping of str to str or None
        By column that the file does not hold, since all of its rows have one value: that value as text.
    """

    path: Path
    layout: pa.Schema
    rows: int
    headings: Mapping[str, str]
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveTable:
    """The table as its log, or its catalog, has it now.

    Parameters
    ----------
    types : mapping of str to str
        DuckDB's type of each column, in the table's order; "" where it is that of the files.
    files : sequence of LiveFile
        Those whose rows count, in the order of their paths.
    log : Path, optional
        The file that says which they are, named after the table's version.
    """

    types: Mapping[str, str]
    files: Sequence[LiveFile]
    log: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """Where its files are."""
        return [file.path for file in self.files]


def read_live(con: Connection, table: str, live: LiveTable, workspace: Path, *, are_shared: bool = False) -> RawTable:
    """Create a view of a table's rows, which Spark's workers read too where they see its files.

    Parameters
    ----------
    table : str
        The table of the contract.
    are_shared : bool
        Whether the workers see the files wherever they lie.

    Raises
    ------
    Refused
        Two columns of a file have one name but for upper case.
    """
    relation = f"source_{table}"
    with naming_file():
        manifest = [manifest_entry(file.path, workspace, file.rows) for file in live.files]
    manifest += [manifest_entry(live.log, workspace, 0)] if live.log is not None else []
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS {rows_query(live)}")
    types = column_types(con, relation)
    offered = {name: kind for name, kind in types.items() if all(_is_plain(name, file) for file in live.files)}
    engine.offer_to_workers(con, relation, offered, live.paths, are_shared=are_shared)
    return RawTable(
        relation=relation, source_name="", types=types, manifest=tuple(manifest), is_stored=False, is_ordered=False
    )


def digest_of(live: LiveTable) -> bytes:
    """Return a hash of a table's columns and of the content of its files, to tell whether it has changed."""
    digest = hashlib.sha256(json.dumps([*live.types.items()]).encode())
    for file in live.files:
        digest.update(json.dumps([file.path.name, *sorted(file.headings.items()), *file.values.items()]).encode())
        with naming_file(), file.path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.digest()


def opened(path: Path) -> tuple[pa.Schema, int]:
    """Return the columns of a Parquet file, and how many rows it has.

    Raises
    ------
    Refused
        The file is not there, or is damaged.
    """
    with naming_file():
        footer = pq.read_metadata(path)
    return footer.schema.to_arrow_schema(), footer.num_rows


def rows_query(live: LiveTable) -> str:
    """Return DuckDB's query of the rows; files of one layout are read together."""
    groups: dict[tuple[str, ...], list[LiveFile]] = {}
    for file in live.files:
        groups.setdefault(tuple(_stored(file, name, kind) for name, kind in live.types.items()), []).append(file)
    queries = [_group_query(live.types, files) for files in groups.values()]
    return " UNION ALL ".join(queries) or _no_rows(live.types)


def _no_rows(types: Mapping[str, str]) -> str:
    columns = (f"CAST(NULL AS {kind}) AS {quote_name(name)}" for name, kind in types.items())
    return f"SELECT {', '.join(columns)} WHERE false"


def _stored(file: LiveFile, name: str, kind: str) -> str:
    """Return what makes the columns of two files alike: the heading of one, and its type there."""
    heading = file.headings.get(name)
    if heading is None:
        return ""
    _refuse_twins(heading, file.layout)
    return f"{heading} {file.layout.field(heading).type} {kind}"


def _group_query(types: Mapping[str, str], files: Sequence[LiveFile]) -> str:
    """Return the query of files that have the same headings for the same columns."""
    paths = ", ".join(quote_text(str(file.path)) for file in files)
    columns = (f"{_column(name, kind, files)} AS {quote_name(name)}" for name, kind in types.items())
    return f"SELECT {', '.join(columns)} FROM read_parquet([{paths}], filename = '__path', hive_partitioning = false)"


def _column(name: str, kind: str, files: Sequence[LiveFile]) -> str:
    """Return the SQL of one column."""
    heading = files[0].headings.get(name)
    if heading is None:
        value = _value_of_file(name, files)
        return f"CAST({value} AS {kind})" if kind else value
    value, stored = quote_name(heading), files[0].layout.field(heading).type
    if kind == INSTANT and pa.types.is_timestamp(stored) and stored.tz is None:  # Spark's older moments
        return f"CAST({value} AS TIMESTAMP) AT TIME ZONE 'UTC'"
    if kind == "TIMESTAMP" and pa.types.is_timestamp(stored) and stored.tz is not None:
        return f"{value} AT TIME ZONE 'UTC'"
    return f"CAST({value} AS {kind})" if kind else value


def _value_of_file(name: str, files: Sequence[LiveFile]) -> str:
    """Return the SQL of a column that has one value in each file; it is looked up by halves of maybe many files."""
    values = sorted(((str(file.path), file.values.get(name)) for file in files), key=itemgetter(0))
    runs = [list(run) for _, run in groupby(values, key=itemgetter(1))]
    return _by_halves([(run[-1][0], run[0][1]) for run in runs])


def _by_halves(runs: Sequence[tuple[str, str | None]]) -> str:
    """Return the SQL of the value of a path, of runs of paths with one value: the last path of each, and its value."""
    if len(runs) == 1:
        return "NULL" if runs[0][1] is None else quote_text(runs[0][1])
    half = len(runs) // 2
    last, before, behind = quote_text(runs[half - 1][0]), _by_halves(runs[:half]), _by_halves(runs[half:])
    return f"CASE WHEN __path <= {last} THEN {before} ELSE {behind} END"


def _refuse_twins(heading: str, layout: pa.Schema) -> None:
    """Refuse a file in which DuckDB cannot tell a column from another."""
    if [name.casefold() for name in layout.names].count(heading.casefold()) > 1:
        raise Refused(
            Phrase("a file has two columns whose names differ in upper case only", "文件中有两列的列名仅大小写不同"),
            Phrase("rename one of them, and rewrite the table", "请重命名其中一列并重写该表"),
        )


def _is_plain(name: str, file: LiveFile) -> bool:
    """Return whether a file has a column under the table's name, or nothing that Spark could take for it."""
    if name in file.headings:
        return file.headings[name] == name
    return name not in file.values and name.casefold() not in {other.casefold() for other in file.layout.names}
