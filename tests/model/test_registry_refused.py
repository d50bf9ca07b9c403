"""A registry that is damaged, locked, closed or empty is said in a sentence by every command that needs it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model import registry_file
from tests.fixtures.make_workspace import DECISION, KEPT

DECIDE = ["models", "rollback", *DECISION]
READ = (["models", "list"], ["models", "compare", "1", "2"], DECIDE, ["score", "--as-of", "2026-10"])


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KEPT, tmp_path / "workspace"))


def refused(workspace: Path, words: list[str], sentence: str) -> None:
    result = CliRunner().invoke(app, [*words, "--workspace", str(workspace)])
    assert (result.exit_code, sentence in result.output) == (2, True), result.output


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_one_that_is_damaged(workspace: Path, words: list[str]) -> None:
    content = (workspace / "mlflow.db").read_bytes()
    (workspace / "mlflow.db").write_bytes(content[:4096] + os.urandom(len(content) // 2 - 4096))
    refused(workspace, words, "is damaged")


@pytest.mark.parametrize("words", READ[:2], ids=" ".join)
def test_one_that_is_no_database(workspace: Path, words: list[str]) -> None:
    (workspace / "mlflow.db").write_text("not a database, but a text of some length" * 100)
    refused(workspace, words, "is damaged")


@pytest.mark.parametrize("words", READ[:2], ids=" ".join)
def test_one_without_tables(workspace: Path, words: list[str]) -> None:
    (workspace / "mlflow.db").write_bytes(b"")
    refused(workspace, words, "holds no tables of MLflow")


@pytest.fixture
def locked(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The workspace while another program writes its registry."""
    monkeypatch.setattr(registry_file, "WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(workspace / "mlflow.db", isolation_level=None)) as other:
        other.execute("begin exclusive")
        yield workspace


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_one_that_another_program_holds(locked: Path, words: list[str]) -> None:
    refused(locked, words, "is locked by another program")
