"""Real servers with one table of every type, an administrator, and an account that reads; started once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import adbc_driver_postgresql.dbapi
import pymysql
import pytest

from attrition.data.databases import mariadb as mariadb_reader
from attrition.data.databases import postgresql as postgresql_reader
from attrition.data.databases.address import Address
from tests import servers

POSTGRESQL = [
    "CREATE TYPE absence AS ENUM ('none', 'unplanned')",
    """CREATE TABLE shifts (agent_id varchar(10), shift_date date, scheduled_minutes smallint,
        worked_minutes numeric(8, 3), is_night boolean, absence absence, recorded_at timestamptz, note jsonb)""",
    """INSERT INTO shifts VALUES
        ('001', '2025-03-04', 480, 1.375, true, 'none', '2025-03-04 17:00+00', '{"a": 1}'),
        ('002', '2025-03-04', 480, 470, false, 'unplanned', '2025-03-04 23:30+01', NULL),
        ('1E5', '2025-03-05', 240, NULL, NULL, NULL, '2025-03-05 09:00+08', '[]')""",
    "CREATE TABLE written (n int)",
    "CREATE SEQUENCE counter",
    "CREATE FUNCTION write() RETURNS int LANGUAGE sql AS 'INSERT INTO written VALUES (1) RETURNING n'",
    f"CREATE ROLE reader LOGIN PASSWORD '{servers.PASSWORD}'",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO reader",
    "GRANT ALL ON SEQUENCE counter TO reader",
]
MARIADB = [
    "CREATE DATABASE hr",
    "USE hr",
    "SET sql_mode = '', time_zone = '+00:00'",
    """CREATE TABLE shifts (agent_id varchar(10), shift_date date, scheduled_minutes smallint,
        worked_minutes decimal(8, 3), is_night bit(1), absence enum('none', 'unplanned'), recorded_at timestamp NULL,
        note json)""",
    """INSERT INTO shifts VALUES
        ('001', '2025-03-04', 480, 1.375, 1, 'none', '2025-03-04 17:00', '{"a": 1}'),
        ('002', '2025-03-04', 480, 470, 0, 'unplanned', '2025-03-04 22:30', NULL),
        ('1E5', '2025-03-05', 240, NULL, NULL, NULL, '2025-03-05 01:00', '[]')""",
    "CREATE TABLE written (n int)",
    "CREATE SEQUENCE counter",
    "CREATE FUNCTION writes() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO written VALUES (1); RETURN 1; END",
    f"CREATE USER reader IDENTIFIED BY '{servers.PASSWORD}'",
    "GRANT ALL ON hr.* TO reader",
]


def address(scheme: str, server: servers.Server, user: str, database: str) -> Address:
    return Address(
        scheme=scheme, host="127.0.0.1", port=server.port, user=user, password=server.password, path=database
    )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[servers.Server]:
    try:
        with servers.postgresql() as server:
            execute_in_postgresql(server, *POSTGRESQL)
            yield server
    except servers.NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[servers.Server]:
    try:
        with servers.mariadb() as server:
            execute_in_mariadb(server, "", *MARIADB)
            yield server
    except servers.NotInstalled as reason:
        pytest.skip(str(reason))


def execute_in_postgresql(server: servers.Server, *statements: str) -> list[tuple[object, ...]]:
    """Execute statements as the administrator, and return the rows of the last one."""
    where = postgresql_reader.arguments(address("postgresql", server, "postgres", "postgres"))
    with adbc_driver_postgresql.dbapi.connect(**where, autocommit=True) as con, con.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def execute_in_mariadb(server: servers.Server, database: str, *statements: str) -> list[tuple[object, ...]]:
    """Execute statements as the administrator, and return the rows of the last one."""
    where = mariadb_reader.arguments(address("mariadb", server, "root", database))
    with closing(pymysql.connect(**where, autocommit=True)) as con, con.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())
