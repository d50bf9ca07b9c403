"""The one module that makes connections: DuckDB in memory, offline, with its spill folder removed at the end."""

from __future__ import annotations

import contextlib
import os
import tempfile
import weakref
from typing import Any, TypeAlias

import ibis
from duckdb import InvalidInputException

Connection: TypeAlias = Any
"""The engine's connection, an Ibis backend; Ibis ships no type hints for it."""


def duckdb(*, time_zone: str = "UTC", memory_limit: str = "2.5GB", threads: int | None = None) -> Connection:
    """Open a DuckDB that lives in memory, downloads nothing and reads the clock of the site.

    Parameters
    ----------
    time_zone : str
        IANA name; moments with an offset are shown in it, whatever zone the machine is in.
    memory_limit : str
        Beyond it DuckDB spills to a temporary folder of its own, which is removed with the connection.
    threads : int, optional
        By default one per core.

    Examples
    --------
    >>> rows(duckdb(), "SELECT 1 + 1")
    [(2,)]
    """
    spill = tempfile.TemporaryDirectory(prefix="attrition-")
    con = ibis.duckdb.connect(
        ":memory:",
        threads=threads or os.cpu_count() or 1,
        memory_limit=memory_limit,
        temp_directory=spill.name,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        python_enable_replacements=False,
    )
    with contextlib.suppress(InvalidInputException):  # in a notebook without widgets there is none
        con.raw_sql("SET enable_progress_bar = false")
    con.raw_sql(f"SET TimeZone = {text(time_zone)}")
    weakref.finalize(con, spill.cleanup)
    return con


def spill_folder(con: Connection) -> str:
    """Name the folder that lives as long as the connection; for files that must be rewritten before they are read."""
    return str(rows(con, "SELECT current_setting('temp_directory')")[0][0])


def run(con: Connection, statement: str) -> None:
    """Execute one statement for its effect."""
    con.con.execute(statement)


def rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    """Execute one query and fetch its rows."""
    found: list[tuple[Any, ...]] = con.con.execute(query).fetchall()
    return found


def record(con: Connection, query: str) -> dict[str, Any]:
    """Execute a query of one row and give it by column name."""
    cursor = con.con.execute(query)
    names = [item[0] for item in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def name(identifier: str) -> str:
    """Quote an identifier.

    Examples
    --------
    >>> print(name('a "b" c'))
    "a ""b"" c"
    """
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Quote a piece of text.

    Examples
    --------
    >>> text("l'an")
    "'l''an'"
    """
    return "'" + value.replace("'", "''") + "'"
