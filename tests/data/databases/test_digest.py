"""The hash that a database makes of a query's rows changes with what the query gives, and with nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from attrition.data.databases.kinds import KINDS
from attrition.data.databases.reading import digest_of_rows
from attrition.data.source import Source
from tests.data.databases.conftest import execute_in_mariadb, execute_in_postgresql
from tests.data.databases.sources import mariadb_url, postgresql_url
from tests.servers import PASSWORD, Server

TABLE = [
    "DROP TABLE IF EXISTS counted",
    "CREATE TABLE counted (agent_id varchar(10), calls float, note varchar(20), sent date)",
    "INSERT INTO counted VALUES ('a', 1.1, 'x', '2025-03-04'), ('b', 2, NULL, NULL), ('b', 2, NULL, NULL)",
]
QUERY = "select agent_id, calls, note as agent_id from counted"
CHANGES = {
    "the last digit of a number": "UPDATE counted SET calls = 1.1000001 WHERE agent_id = 'a'",
    "an empty text instead of none": "UPDATE counted SET note = '' WHERE agent_id = 'b'",
    "a word instead of none": "UPDATE counted SET note = 'NULL' WHERE agent_id = 'b'",
    "a sign moved to the next cell": "UPDATE counted SET note = ',x' WHERE agent_id = 'a'",
    "a row more": "INSERT INTO counted VALUES ('b', 2, NULL, NULL)",
    "a row that stood twice": "DELETE FROM counted WHERE agent_id = 'b'",
}


class Database:
    """A database with the table, what runs statements in it, and the hash of its query."""

    def __init__(self, url: str, folder: Path, execute: Callable[[str], None]) -> None:
        self.url, self.folder, self.execute = url, folder, execute

    def digest(self, query: str = QUERY) -> bytes:
        digest = digest_of_rows("contacts", Source(url=self.url, query=query), self.folder, time_zone="Asia/Shanghai")
        assert digest is not None
        return digest


@pytest.fixture(params=["postgresql", "mariadb", "duckdb", "sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("READER_PASSWORD", PASSWORD)
    database = globals()[f"in_{request.param}"](request, tmp_path)
    for statement in TABLE:
        database.execute(statement)
    yield database
    database.execute("DROP TABLE counted")


def in_postgresql(request: pytest.FixtureRequest, folder: Path) -> Database:
    server: Server = request.getfixturevalue("postgresql")
    execute_in_postgresql(server, "GRANT pg_read_all_data TO reader")
    return Database(postgresql_url(server), folder, lambda statement: execute_in_postgresql(server, statement) and None)


def in_mariadb(request: pytest.FixtureRequest, folder: Path) -> Database:
    server: Server = request.getfixturevalue("mariadb")
    return Database(mariadb_url(server), folder, lambda statement: execute_in_mariadb(server, "hr", statement) and None)


def in_duckdb(request: pytest.FixtureRequest, folder: Path) -> Database:
    def execute(statement: str) -> None:
        with duckdb.connect(str(folder / "hr.duckdb")) as con:
            con.execute(statement)

    return Database("duckdb:///hr.duckdb", folder, execute)


def in_sqlite(request: pytest.FixtureRequest, folder: Path) -> Database:
    def execute(statement: str) -> None:
        with closing(sqlite3.connect(folder / "hr.sqlite")) as con:
            con.execute(statement)
            con.commit()

    return Database("sqlite:///hr.sqlite", folder, execute)


def test_it_stays_as_long_as_the_query_gives_the_same(database: Database) -> None:
    before = database.digest()
    assert database.digest() == before
    database.execute("UPDATE counted SET sent = '2025-04-01'")  # a column that the query leaves out
    assert database.digest() == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_changes_with(database: Database, change: str) -> None:
    before = database.digest()
    database.execute(change)
    assert database.digest() != before


def test_it_changes_with_the_name_of_a_column(database: Database) -> None:
    assert database.digest("select calls as handled from counted") != database.digest("select calls from counted")


def test_a_query_without_rows_has_one(database: Database) -> None:
    assert database.digest(f"{QUERY} where 1 = 0") == database.digest(f"{QUERY} where 1 = 0")
    assert database.digest(f"{QUERY} where 1 = 0") != database.digest()


def test_of_other_kinds_only_the_rows_tell() -> None:
    assert {name for name, kind in KINDS.items() if kind.digest is None} == {
        *("mssql", "oracle", "snowflake", "bigquery", "databricks", "clickhouse", "trino")
    }
