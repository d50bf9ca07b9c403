"""Ibis's DuckDB backend for several threads, each with a connection of its own to the same database."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import ibis.expr.types as ir
from duckdb import DuckDBPyConnection, InvalidInputException
from ibis.backends.duckdb import Backend
from ibis.expr.operations import DatabaseTable, Namespace
from ibis.util import gen_name


class ThreadedDuckDB(Backend):
    """Ibis's DuckDB backend with a separate DuckDB connection for every thread that uses it.

    Ibis runs every query on its attribute `con`, which is a property here and returns the connection of the thread.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._local = threading.local()
        self._settings: list[str] = []
        self._guard = threading.Lock()
        self._blocks = 0  # of `sharing_cores` that are open
        self.cores = (1, 1)  # for each query, and for each of several at the same time
        self.memory_limit = ""
        self.caches_columns_only = False
        self.workers: Any = None  # those of `attrition.data.spark_parts`, where Spark builds the panel

    @property
    def con(self) -> DuckDBPyConnection:
        """The DuckDB connection of this thread, opened at its first use with the settings of the other threads'."""
        if not hasattr(self._local, "con"):
            # In DuckDB `cursor` opens another connection to the same database.
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
        """Execute a SET statement on this thread's connection, and on those of threads that open theirs later."""
        self.con.execute(statement)
        self._settings.append(statement)

    @contextlib.contextmanager
    def sharing_cores(self) -> Iterator[None]:
        """Let each query use fewer cores in this block, since several run at the same time."""
        self._count_block(1)
        try:
            yield
        finally:
            self._count_block(-1)

    def _count_block(self, change: int) -> None:
        alone, beside = self.cores
        with self._guard:
            self._blocks += change
            if alone != beside and self._blocks == max(change, 0):  # the first was opened, or the last closed
                with self._first.cursor() as separate:
                    separate.execute(f"SET threads = {beside if self._blocks else alone}")

    def give_back(self) -> None:
        """Give memory that DuckDB has freed back to the operating system, as it does whenever its limit is set."""
        if self.memory_limit:
            with self._first.cursor() as separate:
                separate.execute(f"SET memory_limit = '{self.memory_limit}'")

    def with_parts_run(self, statement: str) -> str:
        """Return a statement whose parts that read a large table of Spark's workers were run by them."""
        return statement if self.workers is None else str(self.workers.with_parts_run(self, statement))

    def _cached_table(self, table: ir.Table) -> ir.Table:
        """Store a result as a table of the database, which is dropped when no expression refers to it any more.

        Ibis calls this method for `Table.cache()`. Its own version is replaced because it keeps the query of each
        cached table, and with it every cached table that the query reads, so that none of them would be dropped; and
        it asks the database for the columns of the table, which are those of the expression.
        """
        name, schema = gen_name("cached"), table.schema()
        columns = ", ".join(column.sql(self.dialect) for column in schema.to_sqlglot_column_defs(self.dialect))
        self.con.execute(f'CREATE TABLE "{name}" ({columns})')
        if not self.caches_columns_only:
            self._run_pre_execute_hooks(table)
            self.con.execute(self.with_parts_run(f'INSERT INTO "{name}" {self.compile(table)}'))
        node = DatabaseTable(name, schema=schema, source=self, namespace=Namespace())
        weakref.finalize(node, self._drop, name).atexit = False
        return node.to_expr()

    def _to_duckdb_relation(self, expr: ir.Expr, **options: Any) -> DuckDBPyConnection:
        """Run a query and return the connection that holds its rows; Ibis's own version plans each query twice."""
        self._run_pre_execute_hooks(expr)
        return self.con.execute(self.with_parts_run(self.compile(expr.as_table(), **options)))

    def _drop(self, table: str) -> None:
        # The garbage collector may call this between the execution of a query and the fetching of its rows; a statement
        # on the same connection would discard those rows, so a connection of its own is used.
        with self._first.cursor() as separate:
            separate.execute(f'DROP TABLE IF EXISTS "{table}"')
