"""What many tests stand on: an engine, and small centres."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pytest


@pytest.fixture
def con() -> Iterator[ibis.BaseBackend]:
    """A DuckDB of one test's own."""
    connection = ibis.duckdb.connect(threads=2)
    yield connection
    connection.disconnect()
