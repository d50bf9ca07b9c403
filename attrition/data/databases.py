"""Read a query's result from a database: DuckDB or SQLite file, PostgreSQL or MySQL if the driver is installed."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrition.data.engine import Connection
from attrition.data.faults import TableRefused
from attrition.data.raw_table import RawTable, column_types, copy_into, text_batches
from attrition.data.sources import Source
from attrition.errors import Fault, MissingExtra


def read_table(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Run the source's query and read its result into the engine; `${NAME}` in the url comes from the environment.

    Raises
    ------
    TableRefused
        The database cannot be reached or refuses the query.
    MissingExtra
        The driver is not installed.
    """
    url = _url_with_secrets(source, table)
    scheme = url.split("://")[0].split("+")[0]
    relation = f"source_{table}"
    read = {
        "duckdb": _duckdb,
        "sqlite": _sqlite,
        "postgresql": _postgres,
        "postgres": _postgres,
        "mysql": _mysql,
        "mariadb": _mysql,
    }.get(scheme)
    if read is None:
        raise TableRefused(_fault(source, table, "unknown kind of database", "use duckdb, sqlite, postgresql or mysql"))
    try:
        read(con, relation, url, source.query or "", workspace)
    except (MissingExtra, TableRefused):
        raise
    except Exception as error:  # drivers raise any kind, and their messages may hold values
        rule = f"the database refused ({type(error).__name__})"
        raise TableRefused(_fault(source, table, rule, "check url, query and rights; try the query by hand")) from None
    return RawTable(relation=relation, place=source.place, types=column_types(con, relation))


def _url_with_secrets(source: Source, table: str) -> str:
    missing = [key for key in re.findall(r"\$\{(\w+)\}", source.url or "") if key not in os.environ]
    if missing:
        raise TableRefused(_fault(source, table, "password missing", f"set {', '.join(missing)} in the environment"))
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], source.url or "")


def _file(url: str, workspace: Path) -> Path:
    path = workspace / re.sub(r"^\w+:///", "", url)
    if not path.is_file():
        raise FileNotFoundError
    return path


def _duckdb(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    import duckdb

    with duckdb.connect(str(_file(url, workspace)), read_only=True) as other:
        copy_into(con, relation, other.execute(query).to_arrow_reader(20_000))


def _sqlite(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    # The engine fetches the rows from another thread.
    other = sqlite3.connect(f"{_file(url, workspace).resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        _copy_rows(con, relation, other.execute(query))
    finally:
        other.close()


def _postgres(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    try:
        import psycopg  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise MissingExtra("postgres", "reading from PostgreSQL") from None
    with (
        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as other,
        other.cursor("reading") as cursor,
    ):
        cursor.execute(query.encode())
        _copy_rows(con, relation, cursor)


def _mysql(con: Connection, relation: str, url: str, query: str, workspace: Path) -> None:
    from urllib.parse import unquote, urlsplit

    try:
        import pymysql  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        raise MissingExtra("mysql", "reading from MySQL or MariaDB") from None
    parts = urlsplit(url)
    other = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.lstrip("/"),
    )
    with other, other.cursor() as cursor:
        cursor.execute(query)
        _copy_rows(con, relation, cursor)


def _copy_rows(con: Connection, relation: str, cursor: Any) -> None:
    headers = [item[0] for item in cursor.description]

    def records() -> Iterator[tuple[object, ...]]:
        while chunk := cursor.fetchmany(20_000):
            yield from chunk

    copy_into(con, relation, text_batches(headers, records()))


def _fault(source: Source, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=source.place, table=table, column="", rule=rule, rows=None, advice=advice)
