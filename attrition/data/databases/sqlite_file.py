"""Read from a SQLite file through ADBC: opened for reading only, each column in one type.

SQLite stores a type with every cell, and the driver takes that of the first cells for the whole column. So the types of
all cells are asked for first, and a row before the first one shows them to the driver; it is taken away again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrition.data.databases.address import Address
from attrition.data.databases.database_file import database_path
from attrition.data.databases.driver import driver
from attrition.data.databases.request import Request
from attrition.data.engine import quote_name
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_TEXT = """CASE typeof({0}) WHEN 'real' THEN
CASE WHEN {0} = CAST({0} AS INTEGER) AND abs({0}) < 1e15 THEN CAST(CAST({0} AS INTEGER) AS TEXT)
WHEN instr(CAST({0} AS TEXT), 'e') THEN CAST({0} AS TEXT) ELSE {0} || 'e0' END ELSE CAST({0} AS TEXT) END"""
"""A cell as text; a number with decimals has an exponent, so that 1.375 cannot be one thousand and more."""


def arguments(address: Address, workspace: Path) -> dict[str, str]:
    """Return the arguments of `adbc_driver_sqlite.dbapi.connect`."""
    return {"uri": f"{database_path(address, workspace).resolve().as_uri()}?mode=ro"}


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in the file, which no statement of the session can change.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    """
    dbapi = driver("adbc_driver_sqlite.dbapi", MissingExtra("sqlite", "reading from SQLite"))
    where = arguments(request.address, request.workspace)
    with dbapi.connect(**where, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        cursor.execute(request.query)
        names = [item[0] for item in cursor.description]
        cursor.execute(_typed_query(request, names, _stored_types(cursor, request, len(names))))
        yield _without_first_row(cursor.fetch_record_batch())


def digest(request: Request) -> bytes:
    """Hash the rows of the query in their order, with the names and types of the columns, since SQLite has no hash.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    """
    with read(request) as batches:
        rows = hashlib.sha256(batches.schema.to_string().encode())
        for batch in batches:
            rows.update(batch.serialize())
    return rows.digest()


def _named(request: Request, count: int) -> str:
    """Return the SQL of the query's rows with the columns c0, c1, ..., since names may stand twice."""
    aliases = ", ".join(f"c{index}" for index in range(count))
    return f"WITH query ({aliases}) AS ({request.query}\n)"


def _stored_types(cursor: Any, request: Request, count: int) -> list[str]:
    """Return for each column "text", "real" or "integer", the narrowest that holds all of its cells."""
    rank = "max(CASE typeof(c{0}) WHEN 'text' THEN 3 WHEN 'blob' THEN 3 WHEN 'real' THEN 2 WHEN 'integer' THEN 1 END)"
    ranks = ", ".join(rank.format(index) for index in range(count))
    cursor.execute(f"{_named(request, count)} SELECT {ranks} FROM query")
    return [{1: "integer", 2: "real"}.get(value or 0, "text") for value in cursor.fetchone()]


def _typed_query(request: Request, names: Sequence[str], types: Sequence[str]) -> str:
    """Return the query with every cell in the type of its column, after a row that shows the types."""
    columns, shown = [], []
    for index, (is_number, stored) in enumerate(zip(request.is_number(names), types, strict=True)):
        kind = "text" if stored == "real" and not is_number else stored
        value = {"text": _TEXT.format(f"c{index}"), "real": f"CAST(c{index} AS REAL)", "integer": f"c{index}"}[kind]
        columns.append(value)
        shown.append(f"{ ({'text': chr(39) * 2, 'real': '0.0', 'integer': '0'}[kind]) } AS {quote_name(names[index])}")
    query = _named(request, len(names))
    return f"{query} SELECT {', '.join(shown)} UNION ALL SELECT {', '.join(columns)} FROM query"


def _without_first_row(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        is_first = True
        for batch in reader:
            yield batch.slice(1) if is_first else batch
            is_first = False

    return pa.RecordBatchReader.from_batches(reader.schema, batches())
