"""The one module that makes connections: DuckDB in memory, offline, with its spill folder removed at the end.

A query over a thousand agents keeps one core busy, so independent work is done `run_in_parallel`. Each thread has a
connection of its own to the one database, and what is cached lies in the database, where every thread sees it.
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
    """Open a DuckDB that lives in memory, downloads nothing and reads the clock of the site.

    Parameters
    ----------
    time_zone : str
        IANA name; moments with an offset are shown in it, whatever zone the machine is in.
    memory_limit : str
        Beyond it DuckDB spills to a temporary folder of its own, which is removed with the connection.
    threads : int, optional
        For one query; by default half the cores, since several are asked `run_in_parallel`.

    Examples
    --------
    >>> rows(duckdb(), "SELECT 1 + 1")
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
    con.tell(f"SET TimeZone = {text(time_zone)}")
    return con


def run_in_parallel(con: Connection, tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Do independent tasks of one engine and give their answers in order; when one fails, those not begun are left.

    On a connection that `duckdb` made they share the cores; any other is not safe to share, and they take turns.
    """
    if not isinstance(con, _Backend):
        return [task() for task in tasks]
    with ThreadPoolExecutor(CORES, thread_name_prefix="attrition") as pool:
        return list(pool.map(lambda task: task(), tasks))


class _Backend(Backend):
    """Ibis's DuckDB with a connection of its own for every thread that uses it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._mine = threading.local()
        self._told: list[str] = []

    @property
    def con(self) -> DuckDBPyConnection:
        """The connection of this thread, told what the others were told."""
        if not hasattr(self._mine, "con"):
            self.con = self._first.cursor()
        mine: DuckDBPyConnection = self._mine.con
        return mine

    @con.setter
    def con(self, opened: DuckDBPyConnection) -> None:
        self._first = getattr(self, "_first", opened)
        self._mine.con = opened
        with contextlib.suppress(InvalidInputException):  # in a notebook without widgets there is no progress bar
            opened.execute("SET enable_progress_bar = false")
        for statement in self._told:
            opened.execute(statement)

    def tell(self, statement: str) -> None:
        """Set what belongs to a connection, here and in every thread to come."""
        self.con.execute(statement)
        self._told.append(statement)

    def _cached_table(self, table: ir.Table) -> ir.Table:
        """Keep an answer where every thread sees it, for as long as something refers to it.

        Ibis would keep the question too, and with it every earlier answer the question was about.
        """
        op = self.create_table(gen_name("kept"), table, schema=table.schema()).op()
        weakref.finalize(op, self._drop, op.name).atexit = False
        return op.to_expr()

    def _drop(self, table: str) -> None:
        # Nothing says when this is called; a connection in use would lose the answer it is about to fetch.
        with self._first.cursor() as apart:
            apart.execute(f"DROP TABLE IF EXISTS {name(table)}")


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
