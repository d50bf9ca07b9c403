"""What many tests stand on: an engine, and small centres."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import ibis
import pytest


@pytest.fixture
def con() -> Iterator[ibis.BaseBackend]:
    """A DuckDB of one test's own."""
    connection = ibis.duckdb.connect(threads=2)
    yield connection
    connection.disconnect()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported: no test frees it, and each pass would look at it all."""
    gc.collect()
    gc.freeze()
