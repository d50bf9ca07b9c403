"""Read from a DuckDB file: opened for reading only, without any way to other files, extensions or settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrition.data.databases.database_file import database_path
from attrition.data.databases.request import Request
from attrition.data.engine import quote_text
from attrition.data.files.raw_table import BATCH_ROWS

if TYPE_CHECKING:
    import pyarrow as pa

_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
_DIGEST = "SELECT count(*)::VARCHAR, sum(md5_number_lower(query::VARCHAR))::VARCHAR FROM {rows}"
"""The number of rows and the sum of their hashes of 64 bits, which are the same in whatever order the rows are."""


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in the file; columns keep DuckDB's types."""
    with _session(request) as session:
        yield session.execute(request.query).to_arrow_reader(BATCH_ROWS)


def digest(request: Request) -> bytes:
    """Hash the rows of the query, whose order does not matter, with the names and types of the columns."""
    with _session(request) as session:
        columns = [(column[0], str(column[1])) for column in session.execute(request.query).description]
        names = ", ".join(f"c{index}" for index in range(len(columns)))
        session.execute(_DIGEST.format(rows=f"({request.query}\n) AS query ({names})"))
        return json.dumps([columns, *session.fetchone()]).encode()


@contextmanager
def _session(request: Request) -> Iterator[Any]:
    """Open the file and yield a session in the site's time zone, which cannot change its settings."""
    import duckdb

    path = database_path(request.address, request.workspace)
    with duckdb.connect(str(path), read_only=True, config=_LOCKED) as database, database.cursor() as session:
        session.execute(f"SET TimeZone = {quote_text(request.time_zone)}")
        session.execute("SET lock_configuration = true")
        yield session
