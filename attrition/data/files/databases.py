"""Read the result of a query from a database: a DuckDB or SQLite file, PostgreSQL, MySQL or MariaDB."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrition.data.engine import Connection
from attrition.data.faults import TableError
from attrition.data.files.raw_table import BATCH_ROWS, RawTable, column_types, copy_into, text_batches
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault, MissingExtra

_UNKNOWN_KIND = Phrase("unknown kind of database", "不支持的数据库类型")
_KNOWN_KINDS = Phrase("use duckdb, sqlite, postgresql or mysql", "请使用 duckdb、sqlite、postgresql 或 mysql")


def read_table(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Run the source's query and copy its result into DuckDB; `${NAME}` in the url is an environment variable.

    Column types are the database's own for DuckDB; from the other databases every column is read as text.

    Raises
    ------
    TableError
        The url names an unknown kind of database or an unset environment variable, or the query could not be read.
    MissingExtra
        The driver is not installed.
    """
    url = _url_with_secrets(source, table)
    scheme = url.split("://")[0].split("+")[0]
    relation = f"source_{table}"
    copy = {
        "duckdb": _copy_from_duckdb,
        "sqlite": _copy_from_sqlite,
        "postgresql": _copy_from_postgres,
        "postgres": _copy_from_postgres,
        "mysql": _copy_from_mysql,
        "mariadb": _copy_from_mysql,
    }.get(scheme)
    if copy is None:
        raise TableError(_fault(source, table, _UNKNOWN_KIND, _KNOWN_KINDS))
    try:
        copy(con, relation, url, source.query or "", workspace)
    except (MissingExtra, TableError):
        raise
    except Exception as error:
        # Each driver has exceptions of its own. Their messages may hold values of rows, so only the class is reported.
        rule = Phrase(
            "could not read from the database ({kind})", "无法从数据库读取（{kind}）", kind=type(error).__name__
        )
        advice = Phrase(
            "check the url, that the database is there and may be read, and the query; run the query by hand",
            "请检查 url、数据库是否存在且可读、以及查询语句；可先手工执行该查询",
        )
        raise TableError(_fault(source, table, rule, advice)) from None
    return RawTable(relation=relation, source_name=source.source_name, types=column_types(con, relation))


def _url_with_secrets(source: Source, table: str) -> str:
    """Return the url with every `${NAME}` replaced by the environment variable of that name."""
    unset = [key for key in re.findall(r"\$\{(\w+)\}", source.url or "") if key not in os.environ]
    if unset:
        raise TableError(
            _fault(
                source,
                table,
                Phrase("environment variable not set", "未设置环境变量"),
                Phrase("set {names} in the environment", "请设置环境变量 {names}", names=", ".join(unset)),
            )
        )
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], source.url or "")


def _database_path(url: str, workspace: Path) -> Path:
    """Return the path of a database file, relative to the workspace unless it is absolute; the file must exist."""
    path = workspace / re.sub(r"^\w+:///", "", url)
    if not path.is_file():
        raise FileNotFoundError
    return path


def _copy_from_duckdb(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    import duckdb

    with duckdb.connect(str(_database_path(url, workspace)), read_only=True) as database:
        copy_into(con, relation, database.execute(query).to_arrow_reader(BATCH_ROWS))


def _copy_from_sqlite(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    # DuckDB fetches the rows from a thread of its own, which SQLite forbids unless check_same_thread is false.
    uri = f"{_database_path(url, workspace).resolve().as_uri()}?mode=ro"
    database = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        _copy_rows(con, relation, database.execute(query))
    finally:
        database.close()


def _copy_from_postgres(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    try:
        import psycopg  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise MissingExtra("postgres", "reading from PostgreSQL") from None
    # A cursor with a name stays on the server and sends rows in batches; one without would fetch the whole result.
    with (
        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as database,
        database.cursor("attrition") as cursor,
    ):
        cursor.execute(query.encode())
        _copy_rows(con, relation, cursor)


def _copy_from_mysql(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    from urllib.parse import unquote, urlsplit

    try:
        import pymysql  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        raise MissingExtra("mysql", "reading from MySQL or MariaDB") from None
    parts = urlsplit(url)
    database = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
    )
    with database, database.cursor() as cursor:
        cursor.execute(query)
        _copy_rows(con, relation, cursor)


def _copy_rows(con: Connection, relation: str, cursor: Any) -> None:
    """Copy the rows of a cursor as text into a DuckDB table."""
    headers = [item[0] for item in cursor.description]

    def records() -> Iterator[tuple[object, ...]]:
        while chunk := cursor.fetchmany(BATCH_ROWS):
            yield from chunk

    copy_into(con, relation, text_batches(headers, records()))


def _fault(source: Source, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=source.source_name, table=table, column="", rule=rule, rows=None, advice=advice)
