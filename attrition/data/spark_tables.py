"""Large typed tables that Spark's workers read where they are, and queries of DuckDB's relations that they run.

A relation of DuckDB is a view of a file, a view of other relations, or a table. Workers read the files of the first
kind themselves; the queries of the second become part of the query; the third are small, and copied to the storage.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.spark import session_of
from attrition.data.spark_sql import SPARK_TYPES, Node, spark_query
from attrition.data.spark_storage import SparkStorage, spark_path, written_types

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MANY_ROWS = 10_000_000
"""Tables of fewer rows are checked by DuckDB: Spark plans a dozen queries for one, however few rows there are. From
which size on it is quicker all the same was not measured."""
FILE_TYPES = {
    pa.bool_(): "BOOLEAN",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.date32(): "DATE",
    **dict.fromkeys((pa.string(), pa.large_string()), "VARCHAR"),
    **dict.fromkeys((pa.timestamp("ms"), pa.timestamp("us")), "TIMESTAMP"),
}
"""Types of columns of files that both engines read alike, with DuckDB's name; a column of another is not there."""
_PATTERN = re.compile(r"[*?\[\]{}\\]")


class SparkTables:
    """The large typed tables of a workspace, and the small ones that they are joined to.

    Parameters
    ----------
    storage : SparkStorage
        Where the workers write, and where small tables are copied to.
    roots : sequence of Path
        Folders that the workers see under the same path.
    """

    def __init__(self, storage: SparkStorage, roots: Sequence[Path]) -> None:
        self.storage = storage
        self._roots = [root.resolve() for root in roots]
        self._columns: dict[str, dict[str, str]] = {}
        self._copies: dict[tuple[str, object], str] = {}
        self._lock = threading.Lock()

    def offer(
        self, relation: str, types: Mapping[str, str], files: Sequence[Path], *, are_shared: bool = False
    ) -> None:
        """Take a view of Parquet files whose workers read it from now on, if it is large and they see the files.

        Parameters
        ----------
        relation : str
            The name of the view in DuckDB.
        types : mapping of str to str
            DuckDB's type of each column.
        files : sequence of Path
            All files of the view.
        are_shared : bool
            Whether the workers see them wherever they lie.
        """
        if not all(self._is_seen(path, are_shared=are_shared) for path in files):
            return
        footers = [pq.read_metadata(path) for path in files]
        columns = _readable(types, [footer.schema.to_arrow_schema() for footer in footers])
        if not columns or sum(footer.num_rows for footer in footers) < MANY_ROWS:
            return
        layout = ", ".join(f"`{name.replace('`', '``')}` {SPARK_TYPES[kind]}" for name, kind in columns.items())
        reader = session_of(self.storage.backend).read.schema(layout)
        reader.parquet(*map(spark_path, files)).createOrReplaceTempView(relation)
        self._columns[relation] = columns

    def has_any(self) -> bool:
        """Return whether the workers read any table themselves."""
        return bool(self._columns)

    def is_of_files(self, relation: str) -> bool:
        """Return whether a relation is a view of files that the workers read."""
        return relation in self._columns

    def reading(self, con: Connection) -> set[str]:
        """Return the relations of DuckDB that read a table of the workers."""
        reading, views = set(self._columns), _views(con)
        while more := {name for name, sql in views.items() if name not in reading and reading & _words(sql)}:
            reading |= more
        return reading

    def frame(self, con: Connection, query: Node) -> DataFrame | None:
        """Return a query as Spark's data frame; None where it reads no table of the workers, or is not translated."""
        whole = _inlined(query, _views(con), frozenset(self._columns))
        names = {table.name for table in whole.find_all(exp.Table)}
        if not names & set(self._columns):
            return None
        columns = {name: self._columns.get(name) or _columns(con, name) for name in names}
        if not all(columns.values()) or spark_query(whole, columns) is None:
            return None
        spark_names = {name: name if name in self._columns else self._copy(con, name, columns[name]) for name in names}
        for table in [*whole.find_all(exp.Table)]:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias_or_name, quoted=True)))
            table.set("this", exp.to_identifier(spark_names[table.name], quoted=True))
        text = spark_query(whole, {spark_names[name]: kinds for name, kinds in columns.items()})
        return None if text is None else session_of(self.storage.backend).sql(text)

    def _is_seen(self, path: Path, *, are_shared: bool) -> bool:
        """Return whether the workers see a file, and Spark takes its path as it is."""
        is_shared = are_shared or any(path.resolve().is_relative_to(root) for root in self._roots)
        return is_shared and not path.name.startswith(("_", ".")) and not _PATTERN.search(str(path.absolute()))

    def _copy(self, con: Connection, relation: str, columns: Mapping[str, str]) -> str:
        """Copy a relation to the storage unless that was done, and return its name in Spark."""
        mark = con.con.execute(f"SELECT table_oid FROM duckdb_tables() WHERE table_name = {quote_text(relation)}")
        key = (relation, tuple(mark.fetchall()))
        with self._lock:
            if key not in self._copies:
                name = f"copy_{len(self._copies)}_{relation}"
                selected, path = ", ".join(map(quote_name, columns)), self.storage.folder / f"{name}.parquet"
                query = f"SELECT {selected} FROM {quote_name(relation)}"
                con.con.execute(f"COPY ({query}) TO {quote_text(str(path))} (FORMAT parquet)")
                self.storage.table_of(path, written_types(path))
                self._copies[key] = name
            return self._copies[key]


def _readable(types: Mapping[str, str], schemas: Sequence[pa.Schema]) -> dict[str, str]:
    """Return the columns that both engines read alike from every file; none where two differ in upper case only."""
    if len({name.casefold() for name in types}) < len(types):
        return {}
    found = [dict(zip(schema.names, schema.types, strict=True)) for schema in schemas]
    kinds = {name: {_file_type(columns[name]) for columns in found if name in columns} for name in types}
    return {name: kind for name, kind in types.items() if kinds[name] == {kind}}


def _file_type(kind: pa.DataType) -> str:
    return FILE_TYPES.get(kind.value_type if pa.types.is_dictionary(kind) else kind, "")


def _views(con: Connection) -> dict[str, str]:
    """Return the query of each view of DuckDB by its name."""
    rows = con.con.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").fetchall()
    return dict(rows)


def _words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", sql))


def _columns(con: Connection, relation: str) -> dict[str, str]:
    """Return the columns of a table that can be copied; none of a temporary table, which is of one thread only."""
    is_temporary = f"SELECT 1 FROM duckdb_tables() WHERE table_name = {quote_text(relation)} AND temporary"
    if con.con.execute(is_temporary).fetchall():
        return {}
    rows = con.con.execute(f"DESCRIBE {quote_name(relation)}").fetchall()
    return {row[0]: row[1] for row in rows if row[1] in SPARK_TYPES}


def _inlined(query: Node, views: Mapping[str, str], files: frozenset[str]) -> Node:
    """Return a query with the queries of views in the place of their names, but for views of files."""

    def inlined(node: Node) -> Node:
        if (
            not isinstance(node, exp.Table)
            or node.name in files
            or "read_parquet" in views.get(node.name, "read_parquet")
        ):
            return node
        inner = parse_one(views[node.name], dialect="duckdb").expression
        alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name, quoted=True))
        return exp.Subquery(this=_inlined(inner, views, files), alias=alias)

    return query.transform(inlined)
