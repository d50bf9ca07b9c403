"""The registry's SQLite file, MLflow's own: opened for reading, or for one whole change of a known schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from attrition.errors import UserError
from attrition.message import Message, joined

WAIT_SECONDS = 30
"""How long SQLite waits for another process to finish writing."""
SCHEMA_REVISIONS = ("dc11669786a5",)
"""Revisions of MLflow's tables (``alembic_version``) that may be written to."""


class UnknownSchema(UserError):
    """MLflow's tables have a schema revision that this version of attrition does not know; nothing was written."""


def database_path(workspace: Path) -> Path:
    """Return the path of the registry's SQLite file; it may not exist."""
    return workspace / "mlflow.db"


def require_known_schema(workspace: Path) -> None:
    """Raise an error if the schema of the registry's tables is not known; a missing registry is accepted.

    Raises
    ------
    UnknownSchema
        Names the revision and what to do.
    """
    if database_path(workspace).is_file():
        with open_for_reading(workspace) as registry:
            _require_known_schema(registry)


@contextmanager
def open_for_writing(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection inside a transaction, which is committed at the end and rolled back after an error.

    Raises
    ------
    UnknownSchema
        The schema of the registry's tables is not known.
    """
    with open_for_reading(workspace) as registry:
        registry.execute("begin immediate")
        try:
            _require_known_schema(registry)
            yield registry
        except BaseException:
            registry.execute("rollback")
            raise
        registry.execute("commit")


@contextmanager
def open_for_reading(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection, which is closed at the end; a missing file is an error and is not created."""
    address = f"{database_path(workspace).resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as registry:
        yield registry


def _require_known_schema(registry: sqlite3.Connection) -> None:
    try:
        revisions = [str(revision) for (revision,) in registry.execute("select version_num from alembic_version")]
    except sqlite3.OperationalError:
        revisions = []
    if len(revisions) != 1 or revisions[0] not in SCHEMA_REVISIONS:
        raise UnknownSchema(
            "mlflow.db has the schema revision {revisions}, and this attrition writes "
            "{schema_revisions}; nothing was written. If another version of MLflow upgraded it, update "
            "attrition; if it is older, back it up and run `mlflow db upgrade sqlite:///mlflow.db` in "
            "the workspace",
            revisions=joined(", ", revisions) or Message("none"),
            schema_revisions=joined(" or ", SCHEMA_REVISIONS),
        )
