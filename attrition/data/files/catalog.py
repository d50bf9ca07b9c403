"""Read a table of Spark's catalog: its own Parquet files, which stay where they are for DuckDB and for the workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from attrition import declared
from attrition.data.engine import Connection
from attrition.data.faults import Refused, naming_refusals
from attrition.data.files.folders_of_people import refuse_folders_of_people
from attrition.data.files.raw_table import RawTable
from attrition.data.lake.folders import TableFolder, files_alone, table_in, tables_around
from attrition.data.lake.live import INSTANT, LiveFile, LiveTable, digest_of, opened, read_live
from attrition.data.lake.places import files_here, path_of_uri
from attrition.data.lake.reading import live_table, refuse_keys_of_order
from attrition.data.panel_job import PanelJob
from attrition.data.phrase import Phrase
from attrition.data.source import Source

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PARTITION_TYPES = {
    **dict.fromkeys(("tinyint", "smallint", "bigint", "double", "boolean", "date"), ""),
    "int": "integer",
    "string": "varchar",
}
"""Types of columns whose values can be read from the names of folders, with DuckDB's where it has another name."""
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""The name of the folder of rows without a value."""


@dataclass(frozen=True)
class _CatalogTable:
    """What the catalog says of a table: Spark's type of each column, which of them partition it, and its files."""

    types: Mapping[str, str]
    partitions: Sequence[str]
    files: Sequence[Path]


def read_table(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Create a view of the rows of a table of the catalog that `pipelines/panel.toml` declares.

    It has the columns of the catalog: those that stand only in the names of folders, and none that only files have. A
    moment of Spark's type ``timestamp`` is an instant, also where its file does not say so.

    Raises
    ------
    TableError
        The engine is not Spark, or the catalog has no such table of Parquet files that this machine sees.
    MissingExtra
        It is a Delta or Iceberg table, and the reader of its log is not installed.
    """
    with naming_refusals(table, source.source_name):
        refuse_keys_of_order(source)
        live = _live(source, workspace, con)
        refuse_folders_of_people(table, source, live.paths)
        return replace(read_live(con, table, live, workspace, are_shared=True), source_name=source.source_name)


def digest_of_table(table: str, source: Source, workspace: Path) -> bytes:
    """Return a hash of what the catalog says of a table, and of its files, to tell whether it has changed.

    Raises
    ------
    TableError, MissingExtra
        As `read_table`.
    """
    with naming_refusals(table, source.source_name):
        return digest_of(_live(source, workspace))


def _live(source: Source, workspace: Path, con: Connection | None = None) -> LiveTable:
    """Return the table as the catalog has it, or as its own log has, where it is Delta or Iceberg."""
    with _session(workspace, con) as session:
        entry = _described(session, source.catalog or "")
    return live_table(entry) if isinstance(entry, TableFolder) else _of_parquet(entry)


@contextmanager
def _session(workspace: Path, con: Connection | None = None) -> Iterator[SparkSession]:
    """Yield the session of the workers that build the panel, or else one for this question."""
    from attrition.data.spark import session_of
    from attrition.data.spark_storage import spark_storage

    workers = getattr(con, "workers", None)
    if workers is not None:
        yield session_of(workers.tables.storage.backend)
        return
    job = declared.read(workspace / "pipelines" / "panel.toml", PanelJob)
    if job.engine != "spark":
        raise Refused(
            Phrase("a table of Spark's catalog, and the engine is DuckDB", "这是 Spark 目录中的表，而引擎是 DuckDB"),
            Phrase(
                'declare engine = "spark" in pipelines/panel.toml, or the table\'s Parquet files as path',
                '请在 pipelines/panel.toml 中声明 engine = "spark"，或用 path 声明该表的 Parquet 文件',
            ),
        )
    with spark_storage(job.spark, workspace) as storage:
        yield session_of(storage.backend)


def _described(session: SparkSession, name: str) -> _CatalogTable | TableFolder:
    """Return what the catalog says of a table; none of its rows is read."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    quoted = ".".join(f"`{part}`" for part in name.split("."))
    try:
        lines = [(row[0], row[1]) for row in session.sql(f"DESCRIBE TABLE EXTENDED {quoted}").collect()]
        details = dict(lines[_place(lines, "# Detailed Table Information") :])
        if (folder := _own_log(details)) is not None:
            return folder
        session.catalog.refreshTable(quoted)
        frame = session.table(quoted)
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        addresses = frame.inputFiles()
    except (Py4JError, PySparkException) as error:
        raise Refused(
            Phrase("Spark cannot read the table ({kind})", "Spark 无法读取该表（{kind}）", kind=type(error).__name__),
            Phrase(
                "is the name right, and may this account read it? ask Spark: DESCRIBE TABLE {name}",
                "请检查表名，以及该账号是否有读取权限；可向 Spark 查询：DESCRIBE TABLE {name}",
                name=name,
            ),
        ) from None
    partitions = lines[_place(lines, "# col_name") :]
    partitions = partitions[: _place(partitions, "") - 1] if partitions else []
    return _CatalogTable(types, [column for column, _ in partitions], _seen(addresses))


def _place(lines: Sequence[tuple[str, str]], mark: str) -> int:
    """Return the place behind the first line that begins with a mark; the end where there is none."""
    return next((place for place, line in enumerate(lines, 1) if line[0] == mark), len(lines))


def _own_log(details: Mapping[str, str]) -> TableFolder | None:
    """Return the folder of a table with a log of its own; views, and formats other than Parquet, are refused."""
    kind = "view" if "VIEW" in details.get("Type", "").upper() else details.get("Provider", "?").lower()
    if kind == "parquet":
        return None
    if kind not in ("delta", "iceberg"):
        raise Refused(
            Phrase("not a Parquet table ({kind})", "不是 Parquet 表（{kind}）", kind=kind),
            Phrase(
                "write its rows as a table with CREATE TABLE ... USING parquet AS SELECT, and name that here",
                "请用 CREATE TABLE ... USING parquet AS SELECT 将其写成 Parquet 表，并在此声明该表",
            ),
        )
    [folder] = files_here([details.get("Location", "")], path_of_uri)
    table = table_in(folder)
    if table is None or table.kind.lower() != kind:
        raise Refused(
            Phrase(
                "no log of a table of {kind} where the catalog says that it lies",
                "目录所示位置没有 {kind} 表的日志",
                kind=kind,
            ),
            Phrase("declare the folder of the table as path", "请用 path 声明该表的文件夹"),
        )
    return table


def _seen(addresses: Sequence[str]) -> list[Path]:
    """Return the files of a table in the order of their names, where this machine sees all of them."""
    if not addresses:
        raise Refused(
            Phrase("a table without files", "该表没有任何文件"),
            Phrase("fill the table, or leave it out", "请填充该表，或不声明它"),
        )
    files = sorted(files_here(addresses, path_of_uri))
    if tables := tables_around(files):
        raise Refused(
            files_alone(tables[0]), Phrase("declare the folder of the table as path", "请用 path 声明该表的文件夹")
        )
    return files


def _of_parquet(entry: _CatalogTable) -> LiveTable:
    """Return the files of a table of Spark's own, with the columns of the catalog that they or their folders have."""
    files = [_file(entry, path) for path in entry.files]
    types = {
        name: _partition_type(name, kind) if name in entry.partitions else INSTANT if kind == "timestamp" else ""
        for name, kind in entry.types.items()
        if name in entry.partitions or any(name in file.headings for file in files)
    }
    return LiveTable(types=types, files=files)


def _file(entry: _CatalogTable, path: Path) -> LiveFile:
    """Return a file of a table, with its values that stand in the names of its folders."""
    layout, rows = opened(path)
    stored = {name.casefold(): name for name in layout.names}
    headings = {
        name: stored[name.casefold()]
        for name in entry.types
        if name.casefold() in stored and name not in entry.partitions
    }
    folders = {name: _folder_value(path, name) for name in entry.partitions}
    if lacking := [name for name, value in folders.items() if value is None]:
        raise _odd_partition(lacking[0], entry.types[lacking[0]])
    values = {name: None if value == NO_VALUE else value for name, value in folders.items()}
    return LiveFile(path=path, layout=layout, rows=rows, headings=headings, values=values)


def _partition_type(name: str, kind: str) -> str:
    if kind not in PARTITION_TYPES:
        raise _odd_partition(name, kind)
    return PARTITION_TYPES[kind] or kind


def _odd_partition(name: str, kind: str) -> Refused:
    return Refused(
        Phrase(
            "the partition column {name} ({kind}) cannot be read from the names of folders",
            "分区列 {name}（{kind}）无法从文件夹名读取",
            name=name,
            kind=kind,
        ),
        Phrase(
            "write the table anew without this partition, and name that here",
            "请不按该列分区重写该表，并在此声明新表",
        ),
    )


def _folder_value(path: Path, name: str) -> str | None:
    """Return the value of a column in the names of a file's folders; None where none of them has it."""
    folders = [part.partition("=") for part in path.parts[:-1] if "=" in part]
    return {unquote(column).casefold(): unquote(value) for column, _, value in folders}.get(name.casefold())
