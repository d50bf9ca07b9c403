"""Open the DuckDB database in memory that holds a centre's tables, run queries on it, and quote names for SQL.

A query over a thousand agents keeps a single core busy, so independent queries run in parallel, each in a thread with
its own connection to the same database; a query that runs alone has all cores. Cached results are tables of that
database, which every thread can read.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    import ibis.expr.types as ir

T = TypeVar("T")
CORES = os.cpu_count() or 1
WAITING = 2
"""So many tasks more than cores run at the same time, since some wait for a table that another is building."""
Connection: TypeAlias = Any
"""An Ibis backend: DuckDB's from `open_duckdb`, or another such as Spark's where a function says so.

Its values are called `con`, as in the documentation of Ibis. The type is `Any` because Ibis has no type hints for it.
"""


def open_duckdb(*, time_zone: str = "UTC", memory_limit: str = "1.5GB", threads: int | None = None) -> Connection:
    """Open a DuckDB database in memory that works in the site's time zone and downloads no extensions.

    Parameters
    ----------
    time_zone : str
        IANA name; timestamps with an offset are converted to it, whatever the machine's own time zone is.
    memory_limit : str
        Above it DuckDB writes intermediate results to a temporary folder, which is removed with the connection.
    threads : int, optional
        Size of DuckDB's thread pool, which all queries share; by default all cores, and half of them while tasks run in
        parallel, since each thread that starts a query works on it as well.

    Examples
    --------
    >>> fetch_rows(open_duckdb(), "SELECT 1 + 1")
    [(2,)]
    """
    import ibis

    from attrition.data.duckdb_threads import ThreadedDuckDB

    ibis.options.sql.fuse_selects = False  # DuckDB merges nested SELECTs itself, faster than Ibis does in Python
    spill = tempfile.TemporaryDirectory(prefix="attrition-")
    con = ThreadedDuckDB().connect(
        ":memory:",
        threads=threads or CORES,
        memory_limit=memory_limit,
        temp_directory=spill.name,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        python_enable_replacements=False,
    )
    con.memory_limit = memory_limit
    con.cores = (threads or CORES, threads or max(1, CORES // 2))
    weakref.finalize(con, spill.cleanup)
    con.configure(f"SET TimeZone = {quote_text(time_zone)}")
    return con


def run_in_parallel(con: Connection, tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run independent tasks, and return their results in the order of the tasks.

    Tasks run at the same time on a connection from `open_duckdb`, and on Spark's, whose workers have something to do
    while a query is planned. On any other they run one after the other, because threads cannot share it. When a task
    fails, tasks that have not started are cancelled.
    """
    from attrition.data.duckdb_threads import ThreadedDuckDB

    if not isinstance(con, ThreadedDuckDB) and con.name != "pyspark":
        return [task() for task in tasks]
    sharing = con.sharing_cores() if isinstance(con, ThreadedDuckDB) else contextlib.nullcontext()
    with sharing, ThreadPoolExecutor(CORES + WAITING, thread_name_prefix="attrition") as pool:
        return list(pool.map(lambda task: task(), tasks))


def store(con: Connection, table: ir.Table) -> ir.Table:
    """Return a table that is in this process's memory as one of the database, which every thread can read.

    It is dropped when no expression refers to it any more.
    """
    return con._cached_table(table)  # what `Table.cache` calls on the backend of its tables; one in memory has none


def side_by_side(table: ir.Table, *columns: str) -> ir.Table:
    """Return a table with the rows of equal values next to each other on DuckDB, and on another engine as it is.

    What DuckDB adds up of such rows lies together in memory too, which makes sums over many columns faster. Spark's
    workers would have to exchange the rows first.
    """
    from attrition.data.duckdb_threads import ThreadedDuckDB

    return table.order_by(list(columns)) if isinstance(table.get_backend(), ThreadedDuckDB) else table


def is_on_spark(table: ir.Table) -> bool:
    """Return whether Spark's workers compute a table."""
    return bool(table.get_backend().name == "pyspark")


def computed_once(table: ir.Table) -> ir.Table:
    """Return a table that a query reads more than once: kept by Spark's workers, and as it is on another engine.

    They would compute it each time. DuckDB computes it once for a query.
    """
    return table.cache() if is_on_spark(table) else table


def give_back(con: Connection) -> None:
    """Give memory that DuckDB has freed, and keeps for itself, back to the operating system; others keep none."""
    from attrition.data.duckdb_threads import ThreadedDuckDB

    if isinstance(con, ThreadedDuckDB):
        con.give_back()


@contextlib.contextmanager
def columns_only(con: Connection) -> Iterator[None]:
    """Let tables that are cached in this block hold their columns and no rows, so that no query is compiled or run.

    What depends on the columns of tables alone, such as which features a site can have, is found quickly this way.
    """
    con.caches_columns_only = True
    try:
        yield
    finally:
        con.caches_columns_only = False


def spill_folder(con: Connection) -> str:
    """Return DuckDB's temporary folder, removed with the connection; also used for converted copies of source files."""
    return str(fetch_rows(con, "SELECT current_setting('temp_directory')")[0][0])


def execute(con: Connection, statement: str) -> None:
    """Execute one statement and discard its result."""
    con.con.execute(_with_parts_run(con, statement))


def fetch_rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    """Execute one query and return its rows."""
    rows: list[tuple[Any, ...]] = con.con.execute(_with_parts_run(con, query)).fetchall()
    return rows


def is_view(con: Connection, relation: str) -> bool:
    """Return whether a relation of the database is a view, and not a table."""
    return bool(fetch_rows(con, f"SELECT 1 FROM duckdb_views() WHERE view_name = {quote_text(relation)}"))


def drop_unread(con: Connection, relations: Iterable[str]) -> None:
    """Drop those of these relations that are tables which no view reads."""
    tables = [name for name in relations if not is_view(con, name)]
    views = " ".join(sql for (sql,) in fetch_rows(con, "SELECT sql FROM duckdb_views() WHERE NOT internal"))
    for name in tables:
        if not re.search(rf"\b{re.escape(name)}\b", views):
            execute(con, f"DROP TABLE {quote_name(name)}")


def _with_parts_run(con: Connection, statement: str) -> str:
    """Return a statement whose parts that Spark's workers run were run, on a connection that has such tables."""
    run = getattr(con, "with_parts_run", None)
    return statement if run is None else run(statement)


def offer_to_workers(
    con: Connection, relation: str, types: Mapping[str, str], files: Sequence[Path], *, are_shared: bool = False
) -> None:
    """Let Spark's workers read the files of a view themselves, if the panel is built on Spark and they can.

    Files that `are_shared` are seen by the workers wherever they lie, since they are those of a table of theirs.
    """
    workers = getattr(con, "workers", None)
    if workers is not None:
        workers.tables.offer(relation, types, files, are_shared=are_shared)


def is_read_by_workers(con: Connection, relation: str) -> bool:
    """Return whether a relation reads files that Spark's workers read themselves, so that it is not to be copied."""
    workers = getattr(con, "workers", None)
    return workers is not None and relation in workers.tables.reading(con)


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
