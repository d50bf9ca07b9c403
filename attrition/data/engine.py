"""The only module that opens connections: DuckDB in memory, offline, with a spill folder that is removed at the end.

A query over a thousand agents keeps one core busy, so independent queries are run in parallel. Each thread has its own
connection to the one database; cached results are stored in the database, where every thread can read them.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import ibis
import ibis.expr.types as ir
from duckdb import DuckDBPyConnection, InvalidInputException
from ibis.backends.duckdb import Backend
from ibis.util import gen_name

T = TypeVar("T")
CORES = os.cpu_count() or 1
Connection: TypeAlias = Any
"""The engine's connection, an Ibis backend; Ibis ships no type hints for it."""


def duckdb(*, time_zone: str = "UTC", memory_limit: str = "1.5GB", threads: int | None = None) -> Connection:
    """Open a DuckDB database in memory that downloads nothing and works in the site's time zone.

    Parameters
    ----------
    time_zone : str
        IANA name; timestamps with an offset are converted to it, whatever time zone the machine is in.
    memory_limit : str
        Above it DuckDB spills to a temporary folder of its own, which is removed with the connection.
    threads : int, optional
        For one query; by default half the cores, since several queries run in parallel.

    Examples
    --------
    >>> fetch_rows(duckdb(), "SELECT 1 + 1")
    [(2,)]
    """
    ibis.options.sql.fuse_selects = False  # the engine does that itself, and sooner
    spill = tempfile.TemporaryDirectory(prefix="attrition-")
    con = _Backend().connect(
        ":memory:",
        threads=threads or max(1, CORES // 2),
        memory_limit=memory_limit,
        temp_directory=spill.name,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        python_enable_replacements=False,
    )
    weakref.finalize(con, spill.cleanup)
    con.configure(f"SET TimeZone = {quote_text(time_zone)}")
    return con


def run_in_parallel(con: Connection, tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run independent tasks and return their results in order; when one fails, tasks not yet started are cancelled.

    Tasks run at the same time on a connection opened by `duckdb`; on any other, which threads cannot share safely,
    they run one after the other.
    """
    if not isinstance(con, _Backend):
        return [task() for task in tasks]
    with ThreadPoolExecutor(CORES, thread_name_prefix="attrition") as pool:
        return list(pool.map(lambda task: task(), tasks))


class _Backend(Backend):
    """Ibis's DuckDB backend with a separate connection for every thread that uses it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._local = threading.local()
        self._settings: list[str] = []

    @property
    def con(self) -> DuckDBPyConnection:
        """The connection of this thread, with the same settings as the others."""
        if not hasattr(self._local, "con"):
            self.con = self._first.cursor()
        connection: DuckDBPyConnection = self._local.con
        return connection

    @con.setter
    def con(self, opened: DuckDBPyConnection) -> None:
        self._first = getattr(self, "_first", opened)
        self._local.con = opened
        with contextlib.suppress(InvalidInputException):  # in a notebook without widgets there is no progress bar
            opened.execute("SET enable_progress_bar = false")
        for statement in self._settings:
            opened.execute(statement)

    def configure(self, statement: str) -> None:
        """Change a connection's settings, here and in every later thread."""
        self.con.execute(statement)
        self._settings.append(statement)

    def _cached_table(self, table: ir.Table) -> ir.Table:
        """Store a result where every thread can read it, for as long as something refers to it.

        Ibis would keep the query too, and with it every cached table that the query reads.
        """
        op = self.create_table(gen_name("cached"), table, schema=table.schema()).op()
        weakref.finalize(op, self._drop, op.name).atexit = False
        return op.to_expr()

    def _drop(self, table: str) -> None:
        # This may run at any time; on a connection in use it would discard a result that is about to be fetched.
        with self._first.cursor() as separate:
            separate.execute(f"DROP TABLE IF EXISTS {quote_name(table)}")


def spill_folder(con: Connection) -> str:
    """Return the folder that exists as long as the connection, for files that must be converted before reading."""
    return str(fetch_rows(con, "SELECT current_setting('temp_directory')")[0][0])


def execute(con: Connection, statement: str) -> None:
    """Execute one statement that returns nothing."""
    con.con.execute(statement)


def fetch_rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    """Execute one query and return its rows."""
    rows: list[tuple[Any, ...]] = con.con.execute(query).fetchall()
    return rows


def quote_name(identifier: str) -> str:
    """Quote an identifier for SQL.

    Examples
    --------
    >>> print(quote_name('a "b" c'))
    "a ""b"" c"
    """
    return '"' + identifier.replace('"', '""') + '"'


def quote_text(value: str) -> str:
    """Quote a text literal for SQL.

    Examples
    --------
    >>> quote_text("l'an")
    "'l''an'"
    """
    return "'" + value.replace("'", "''") + "'"
