"""Number the rows of a source as a person finds them: as Excel shows them, or counted from 1 in a Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.files import parquet
from attrition.data.files.raw_table import FILE, PLACE, RawTable

ORDER = "__order"
"""Column of an ordered relation: the place of a row among those read from its file, from 1."""


def ordered_relation(con: Connection, raw_table: RawTable, files: Mapping[str, Path]) -> str:
    """Create a relation of a source's rows with the columns `FILE` and `ORDER`, and return its name.

    Parameters
    ----------
    files : mapping of str to Path
        The files of the source, at least one, by their names in messages.
    """
    relation = f"ordered_{raw_table.relation}"
    query = ordered_query(con, raw_table, files, order=ORDER)
    engine.execute(con, f"CREATE VIEW {quote_name(relation)} AS {query}")
    return relation


def ordered_query(con: Connection, raw_table: RawTable, files: Mapping[str, Path], *, order: str) -> str:
    """Return the query of a source's rows with a column `order`: their place among those read from their file, from 1.

    `files` is empty for a database, whose rows are counted in the order in which it gave them.
    """
    if raw_table.has_places:
        return f"SELECT * RENAME ({PLACE} AS {order}) FROM {quote_name(raw_table.relation)}"
    if is_parquet(files):
        return parquet.rows_query(files, order=order)
    partition = f"PARTITION BY {FILE}" if files else ""
    place = f"rowid - min(rowid) OVER ({partition}) + 1"
    return f"SELECT *, {place} AS {order} FROM {quote_name(_stored(con, raw_table))}"


def row_number(raw_table: RawTable, file: str, order: int) -> int:
    """Return the number of a row in its file from its place among the rows that were read.

    Excel shows this number beside the row: the heading is row 1, empty rows count, and a text of several lines is one
    row. Rows of a Parquet file are counted from 1.

    Parameters
    ----------
    file : str
        The name of the file in messages.
    order : int
        The place of the row among those that were read from the file, from 1.
    """
    if file in raw_table.row_numbers:
        return _numbers(raw_table.row_numbers[file])[order - 1]
    return order


@lru_cache(maxsize=64)
def _numbers(numbers_of: Callable[[], Sequence[int]]) -> Sequence[int]:
    return numbers_of()


def is_parquet(files: Mapping[str, Path]) -> bool:
    """Return whether a source is one of Parquet files."""
    return bool(files) and all(path.suffix.lower() == ".parquet" for path in files.values())


def stored_name(raw_table: RawTable) -> str:
    """Return the name of the table into which the rows of a view are copied."""
    return f"stored_{raw_table.relation}"


def _stored(con: Connection, raw_table: RawTable) -> str:
    """Return a table of the rows, which has them in the order of the files; a view is copied into one."""
    if raw_table.is_stored:
        return raw_table.relation
    stored = stored_name(raw_table)
    engine.execute(con, f"CREATE TABLE {quote_name(stored)} AS FROM {quote_name(raw_table.relation)}")
    return stored
