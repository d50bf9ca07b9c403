"""Fixtures of many tests: a database connection, and reports without PDFs."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace

import ibis
import pytest

os.environ["LANGUAGE"] = "en"  # whatever the developer's machine speaks

collect_ignore = ["fixtures/workspace"]
LONGEST = ("tests/journeys/", "tests/features/test_spark.py", "tests/steps/", "tests/rules/", "tests/report/")
"""Where the modules are that take longest, whose workspaces see whole commands."""


@pytest.fixture
def con() -> Iterator[ibis.BaseBackend]:
    """A DuckDB connection for one test."""
    connection = ibis.duckdb.connect(threads=2)
    yield connection
    connection.disconnect()


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no PDFs, which are slow; tests/report has tests of them."""
    leave_pdf_out(monkeypatch)


@pytest.fixture(scope="module")
def no_pdf_in_module() -> Iterator[None]:
    """Write no PDFs in the tests and fixtures of a module."""
    with pytest.MonkeyPatch.context() as patch:
        leave_pdf_out(patch)
        yield


def leave_pdf_out(patch: pytest.MonkeyPatch) -> None:
    renderer = SimpleNamespace(submit=lambda html_path: None)
    patch.setattr("attrition.report.write_editions.PdfRenderer", lambda on_unavailable: nullcontext(renderer))
    patch.setattr("attrition.report.leader_pages.PdfRenderer", lambda on_unavailable, processes: nullcontext(renderer))
    patch.setattr("attrition.steps.papers.pdf_renderer", lambda progress: nullcontext(renderer))
    patch.setattr("attrition.pipeline.pdf_renderer", lambda progress: nullcontext(renderer))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest: one that begins last keeps one process busy while the others wait."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Exclude imported modules from garbage collection: no test frees them, and each pass would visit them all.

    It runs as seldom as in the command: otherwise it takes a twelfth of the time of building queries.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
