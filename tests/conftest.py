"""What many tests stand on: an engine, and small centres."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace

import ibis
import pytest


@pytest.fixture
def con() -> Iterator[ibis.BaseBackend]:
    """A DuckDB of one test's own."""
    connection = ibis.duckdb.connect(threads=2)
    yield connection
    connection.disconnect()


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the slow layout on paper out; the tests of paper have it."""
    leave_pdf_out(monkeypatch)


@pytest.fixture(scope="module")
def no_pdf_in_module() -> Iterator[None]:
    """Leave the slow layout on paper out of all tests of a module, and out of its fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        leave_pdf_out(patch)
        yield


def leave_pdf_out(patch: pytest.MonkeyPatch) -> None:
    renderer = SimpleNamespace(render=lambda page: None)
    patch.setattr("attrition.report.write_editions.PdfRenderer", lambda on_unavailable: nullcontext(renderer))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was imported: no test frees it, and each pass would look at it all."""
    gc.collect()
    gc.freeze()
