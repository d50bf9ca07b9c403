"""Read a table of Spark's catalog: its own Parquet files, which stay where they are for DuckDB and for the workers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyarrow.parquet as pq

from attrition import declared
from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files.manifest import manifest_entry
from attrition.data.files.raw_table import RawTable, column_types
from attrition.data.panel_job import PanelJob
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault

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


class _Refused(Exception):
    """A table of the catalog is not read, for a reason that the site can mend."""

    def __init__(self, rule: Phrase, advice: Phrase) -> None:
        super().__init__(rule)
        self.rule = rule
        self.advice = advice


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
    """
    relation = f"source_{table}"
    with _naming_refusals(table, source):
        with _session(workspace, con) as session:
            entry = _described(session, source.catalog or "")
        query = _query(con, entry)
    manifest = [manifest_entry(path, workspace, pq.read_metadata(path).num_rows) for path in entry.files]
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS {query}")
    types = column_types(con, relation)
    engine.offer_to_workers(con, relation, types, entry.files, are_shared=True)
    return RawTable(
        relation=relation, source_name=source.source_name, types=types, manifest=tuple(manifest), is_stored=False
    )


def digest_of_table(table: str, source: Source, workspace: Path) -> bytes:
    """Return a hash of what the catalog says of a table, and of its files, to tell whether it has changed.

    Raises
    ------
    TableError
        As `read_table`.
    """
    with _naming_refusals(table, source), _session(workspace) as session:
        entry = _described(session, source.catalog or "")
    digest = hashlib.sha256(json.dumps([[*entry.types.items()], list(entry.partitions)]).encode())
    for path in entry.files:
        digest.update(str(path).encode())
        with path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.digest()


@contextmanager
def _naming_refusals(table: str, source: Source) -> Iterator[None]:
    """Turn a refusal into a fault of the source."""
    try:
        yield
    except _Refused as refusal:
        fault = Fault(
            file=source.source_name, table=table, column="", rule=refusal.rule, rows=None, advice=refusal.advice
        )
        raise TableError(fault) from None


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
        raise _Refused(
            Phrase("a table of Spark's catalog, and the engine is DuckDB", "这是 Spark 目录中的表，而引擎是 DuckDB"),
            Phrase(
                'declare engine = "spark" in pipelines/panel.toml, or the table\'s Parquet files as path',
                '请在 pipelines/panel.toml 中声明 engine = "spark"，或用 path 声明该表的 Parquet 文件',
            ),
        )
    with spark_storage(job.spark, workspace) as storage:
        yield session_of(storage.backend)


def _described(session: SparkSession, name: str) -> _CatalogTable:
    """Return what the catalog says of a table; none of its rows is read."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    quoted = ".".join(f"`{part}`" for part in name.split("."))
    try:
        lines = [(row[0], row[1]) for row in session.sql(f"DESCRIBE TABLE EXTENDED {quoted}").collect()]
        session.catalog.refreshTable(quoted)
        frame = session.table(quoted)
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        _refuse_other_kinds(dict(lines[_place(lines, "# Detailed Table Information") :]))
        addresses = frame.inputFiles()
    except (Py4JError, PySparkException) as error:
        raise _Refused(
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


def _refuse_other_kinds(details: Mapping[str, str]) -> None:
    """Refuse views, and formats whose files alone are not the table's rows."""
    kind = "view" if "VIEW" in details.get("Type", "").upper() else details.get("Provider", "?").lower()
    if kind != "parquet":
        raise _Refused(
            Phrase("not a Parquet table ({kind})", "不是 Parquet 表（{kind}）", kind=kind),
            Phrase(
                "write its rows as a table with CREATE TABLE ... USING parquet AS SELECT, and name that here",
                "请用 CREATE TABLE ... USING parquet AS SELECT 将其写成 Parquet 表，并在此声明该表",
            ),
        )


def _seen(addresses: Sequence[str]) -> list[Path]:
    """Return the files of a table in the order of their names, where this machine sees all of them."""
    if not addresses:
        raise _Refused(
            Phrase("a table without files", "该表没有任何文件"),
            Phrase("fill the table, or leave it out", "请填充该表，或不声明它"),
        )
    places = [urlsplit(address) for address in addresses]
    files = sorted(Path(unquote(place.path)) for place in places if place.scheme == "file")
    missing = len(places) - sum(path.is_file() for path in files)
    if missing:
        raise _Refused(
            Phrase("this machine does not see {count} of its files", "本机看不到其中 {count} 个文件", count=missing),
            Phrase(
                "mount their storage here under the path that the catalog names, or export the table as Parquet and "
                "declare its files as path",
                "请将其存储按目录中的路径挂载到本机，或将该表导出为 Parquet 并用 path 声明文件",
            ),
        )
    return files


def _query(con: Connection, entry: _CatalogTable) -> str:
    """Return DuckDB's query of the rows, with the columns of the catalog under its names."""
    paths = ", ".join(quote_text(str(path)) for path in entry.files)
    options = f"filename = '__path', union_by_name = {len(entry.files) > 1}, hive_partitioning = false"
    rows = f"read_parquet([{paths}], {options})"
    described = engine.fetch_rows(con, f"DESCRIBE SELECT * FROM {rows}")
    stored = {row[0].casefold(): (row[0], row[1]) for row in described}
    columns = [
        f"{_of_folders(entry, name, kind)} AS {quote_name(name)}"
        if name in entry.partitions
        else f"{_of_files(*stored[name.casefold()], kind)} AS {quote_name(name)}"
        for name, kind in entry.types.items()
        if name in entry.partitions or name.casefold() in stored
    ]
    return f"SELECT {', '.join(columns)} FROM {rows}"


def _of_files(heading: str, stored: str, kind: str) -> str:
    """Return the SQL of a column that the files have; Spark's older moments are instants without a zone."""
    is_instant = kind == "timestamp" and stored.startswith("TIMESTAMP") and "ZONE" not in stored
    return f"CAST({quote_name(heading)} AS TIMESTAMP) AT TIME ZONE 'UTC'" if is_instant else quote_name(heading)


def _of_folders(entry: _CatalogTable, name: str, kind: str) -> str:
    """Return the SQL of a column whose values stand in the names of folders, in its type."""
    values = {path: value for path in entry.files if (value := _folder_value(path, name)) is not None}
    if kind not in PARTITION_TYPES or len(values) < len(entry.files):
        raise _Refused(
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
    cases = " ".join(
        f"WHEN {quote_text(str(path))} THEN {quote_text(value)}" for path, value in values.items() if value != NO_VALUE
    )
    cases = f"CASE __path {cases} END" if cases else "NULL"
    return f"CAST({cases} AS {PARTITION_TYPES[kind] or kind})"


def _folder_value(path: Path, name: str) -> str | None:
    """Return the value of a column in the names of a file's folders; None where none of them has it."""
    folders = [part.partition("=") for part in path.parts[:-1] if "=" in part]
    return {unquote(column).casefold(): unquote(value) for column, _, value in folders}.get(name.casefold())
