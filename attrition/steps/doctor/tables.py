"""The sources of the tables: whether the files are there and readable, and whether databases answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from attrition import declared
from attrition.data import sources
from attrition.data.faults import TableError
from attrition.data.files.manifest import find_files, find_table
from attrition.data.panel_job import PanelJob
from attrition.data.source import Source
from attrition.errors import MissingExtra
from attrition.message import Message, counted, joined
from attrition.steps.doctor.finding import Line, look, ok, wrong

SECONDS = 10.0
"""How long a database may take to answer."""


def examine_tables(workspace: Path, *, seconds: float = SECONDS) -> Iterator[Line]:
    """Look for the files of each table, and ask each database for one row of its own; no table is read.

    Spark, which takes long to start, is not asked for tables of its catalog.
    """
    tables = sources.read(workspace).tables
    files = {table: source for table, source in tables.items() if source.path is not None}
    lines = [line for table, source in files.items() for line in _file(table, source, workspace)]
    yield from lines
    if not lines and files:
        yield ok(
            counted(
                "the files of {count} table are there and can be read",
                "the files of {count} tables are there and can be read",
                len(files),
            )
        )
    asked: dict[str, list[str]] = {}
    for table, source in tables.items():
        if source.url is not None:
            asked.setdefault(source.url, []).append(table)
    for of_one in asked.values():
        yield _database(of_one, tables[of_one[0]], workspace, seconds=seconds)
    yield from _catalog([table for table, source in tables.items() if source.catalog is not None], workspace)


def _file(table: str, source: Source, workspace: Path) -> Iterator[Line]:
    """Yield what is wrong with the files of one table; of a table of a lake only its log and the footers are read."""
    from attrition.data.files.reading import source_headings

    try:
        if find_table(workspace, source.path or "") is not None:
            source_headings(workspace, table, source)
            return
        files = find_files(workspace, source.path or "", table)
    except TableError as error:
        yield _fault(error)
        return
    except MissingExtra as error:
        yield wrong(error.message, Message("install the extra for this account, and run this again"))
        return
    closed = sum(not os.access(path, os.R_OK) for path in files)
    if closed:
        yield wrong(
            Message("{table}: this account may not read {count} of its files", table=table, count=closed),
            Message("let this account read {path}", path=source.source_name),
        )


def _catalog(tables: Sequence[str], workspace: Path) -> Iterator[Line]:
    """Yield whether Spark is declared for tables of its catalog; it is not started."""
    if not tables:
        return
    if declared.read(workspace / "pipelines" / "panel.toml", PanelJob).engine == "spark":
        yield ok(Message("{tables}: of Spark's catalog, which `attrition check` asks", tables=joined(", ", tables)))
        return
    yield wrong(
        Message("{tables}: of Spark's catalog, and the engine is DuckDB", tables=joined(", ", tables)),
        Message('declare engine = "spark" in pipelines/panel.toml, or the tables\' Parquet files as path'),
    )


def _database(tables: Sequence[str], source: Source, workspace: Path, *, seconds: float) -> Line:
    """Ask the database of some tables once, in a thread, since a driver may wait for minutes for one that is gone."""
    answers: SimpleQueue[Line] = SimpleQueue()
    Thread(target=lambda: answers.put(_asked(tables, source, workspace)), daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except Empty:
        return look(
            Message(
                "{tables}: {database} did not answer within {seconds:.0f} seconds",
                tables=joined(", ", tables),
                database=source.source_name,
                seconds=seconds,
            ),
            Message("is the host right, is there a firewall between, does the database sleep? then run this again"),
        )


def _asked(tables: Sequence[str], source: Source, workspace: Path) -> Line:
    from attrition.data.databases.reading import try_database

    try:
        try_database(tables[0], source, workspace)
    except TableError as error:
        return _fault(error)
    except MissingExtra as error:
        return wrong(error.message, Message("install the extra for this account, and run this again"))
    return ok(Message("{tables}: {database} answers", tables=joined(", ", tables), database=source.source_name))


def _fault(error: TableError) -> Line:
    [fault] = error.faults
    place = Message("{table}: {file}: {rule}", table=fault.table, file=fault.file, rule=fault.rule)
    return wrong(place, fault.advice)
