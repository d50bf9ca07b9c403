"""The kinds of databases: the beginning of their urls, their dialect of SQL, and who reads from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from attrition.data.databases import (
    bigquery,
    clickhouse,
    databricks,
    duckdb_file,
    mariadb,
    oracle,
    postgresql,
    snowflake,
    sql_server,
    sqlite_file,
    trino,
)
from attrition.data.databases.request import Digest, Reader


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of database.

    `dialect` is its name in sqlglot. `digest` hashes the rows of a query where they are, if the kind can do that.
    `refused_words` must not stand in a query, and `executed_remarks` begin remarks that the database executes; see
    `attrition.data.databases.one_query`.
    """

    dialect: str
    read: Reader
    digest: Digest | None = None
    refused_words: tuple[str, ...] = ()
    executed_remarks: tuple[str, ...] = ()


_WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "OVERWRITE")
"""Refused where a session cannot be told to refuse to write."""
_POSTGRESQL = Kind(dialect="postgres", read=postgresql.read, digest=postgresql.digest)
_MARIADB = Kind(
    dialect="mysql",
    read=mariadb.read,
    digest=mariadb.digest,
    refused_words=("INTO", "LOAD_FILE"),
    executed_remarks=("/*!", "/*M!"),
)
KINDS: Mapping[str, Kind] = {
    "duckdb": Kind(dialect="duckdb", read=duckdb_file.read, digest=duckdb_file.digest),
    "sqlite": Kind(dialect="sqlite", read=sqlite_file.read, digest=sqlite_file.digest),
    "postgresql": _POSTGRESQL,
    "postgres": _POSTGRESQL,
    "mysql": _MARIADB,
    "mariadb": _MARIADB,
    "mssql": Kind(dialect="tsql", read=sql_server.read, refused_words=sql_server.REFUSED_WORDS),
    "oracle": Kind(dialect="oracle", read=oracle.read, refused_words=("INTO",)),
    "snowflake": Kind(dialect="snowflake", read=snowflake.read, refused_words=(*_WRITING, "@")),
    "bigquery": Kind(dialect="bigquery", read=bigquery.read, refused_words=_WRITING),
    "databricks": Kind(dialect="databricks", read=databricks.read, refused_words=(*_WRITING, "READ_FILES(")),
    "clickhouse": Kind(dialect="clickhouse", read=clickhouse.read, refused_words=clickhouse.REFUSED_WORDS),
    "trino": Kind(dialect="trino", read=trino.read, refused_words=(*_WRITING, "QUERY(", "EXECUTE(")),
}
"""By the beginning of a url."""
