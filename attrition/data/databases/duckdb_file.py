"""Read from a DuckDB file: opened for reading only, without any way to other files, extensions or settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in the file; columns keep DuckDB's types."""
    import duckdb

    path = database_path(request.address, request.workspace)
    with duckdb.connect(str(path), read_only=True, config=_LOCKED) as database, database.cursor() as session:
        session.execute(f"SET TimeZone = {quote_text(request.time_zone)}")
        session.execute("SET lock_configuration = true")
        yield session.execute(request.query).to_arrow_reader(BATCH_ROWS)
