"""Declarations of sources in the servers of these tests, and the rows that they give."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data import engine
from attrition.data.databases.reading import read_table
from attrition.data.faults import TableError
from attrition.data.source import Source
from tests.servers import Server


def postgresql_url(server: Server, *, user: str = "reader", password: str = "${READER_PASSWORD}") -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{server.port}/postgres"


def mariadb_url(server: Server, *, user: str = "reader", password: str = "${READER_PASSWORD}") -> str:
    return f"mariadb://{user}:{password}@127.0.0.1:{server.port}/hr"


def rows(url: str, query: str, *, table: str = "shifts", folder: Path = Path()) -> list[tuple[str | None, ...]]:
    """Return the rows of a query as text, as they arrive in DuckDB."""
    con = engine.open_duckdb(time_zone="Asia/Shanghai", threads=1)
    read_table(con, table, Source(url=url, query=query), folder)
    return engine.fetch_rows(con, f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM source_{table}")


def refusal(url: str, query: str, *, folder: Path = Path()) -> str:
    """Return the fault of a query that is not run, as a line."""
    with pytest.raises(TableError) as error:
        rows(url, query, folder=folder)
    return str(error.value.faults[0])
