"""The registry's SQLite file, MLflow's own: opened for reading, or for one whole change of a known schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from attrition.errors import UserError
from attrition.message import Message, joined

WAIT_SECONDS = 30
"""How long SQLite waits for another process to finish writing."""
SCHEMA_REVISIONS = ("dc11669786a5",)
"""Revisions of MLflow's tables (``alembic_version``) that may be written to."""
REFUSALS = {
    "database is locked": Message(
        "mlflow.db is locked by another program, perhaps by `mlflow ui`; nothing was changed, end it and run this again"
    ),
    "readonly database": Message(
        "mlflow.db or its folder is closed to writing for this user; nothing was changed, let this user write to both"
    ),
    "unable to open database": Message("mlflow.db cannot be opened; let this user read it and its folder"),
    "database or disk is full": Message(
        "the disk is full where mlflow.db lies; free some space and run the command again, nothing was changed"
    ),
    "disk I/O error": Message(
        "the disk that holds mlflow.db reports an error; nothing was changed, have the disk looked at"
    ),
    "disk image is malformed": Message(
        "mlflow.db, the registry of models, is damaged; put back a copy of the whole workspace, or move mlflow.db and "
        "mlartifacts/ away and run `attrition retrain`"
    ),
    "file is not a database": Message(
        "mlflow.db, the registry of models, is damaged; put back a copy of the whole workspace, or move mlflow.db and "
        "mlartifacts/ away and run `attrition retrain`"
    ),
    "no such table": Message(
        "mlflow.db holds no tables of MLflow's registry; put back a copy of the whole workspace, or move mlflow.db and "
        "mlartifacts/ away and run `attrition retrain`"
    ),
}
"""By words of SQLite's errors, what is wrong and what to do."""


class RegistryRefused(UserError):
    """The registry's file is damaged, locked by another program, closed to writing, or not one of MLflow's."""


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


def unfinished_runs(workspace: Path) -> int:
    """Return how many of MLflow's runs never ended; a training that goes on is one of them."""
    if not database_path(workspace).is_file():
        return 0
    with open_for_reading(workspace) as registry:
        return int(registry.execute("select count(*) from runs where status = 'RUNNING'").fetchone()[0])


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
            registry.execute("commit")
        except BaseException:
            with suppress(sqlite3.Error):  # SQLite may have rolled back already
                registry.execute("rollback")
            raise


@contextmanager
def open_for_reading(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection, which is closed at the end; a missing file is an error and is not created.

    Raises
    ------
    RegistryRefused
        SQLite refused the file, or a change of it.
    """
    with saying_what_sqlite_refuses(), _connected(workspace) as registry:
        yield registry


@contextmanager
def saying_what_sqlite_refuses() -> Iterator[None]:
    """Say in a sentence what SQLite refuses, also where MLflow wraps SQLite's error into one of its own.

    Examples
    --------
    >>> with saying_what_sqlite_refuses():
    ...     raise sqlite3.OperationalError("unable to open database file")
    Traceback (most recent call last):
    attrition.model.registry_file.RegistryRefused: mlflow.db cannot be opened; let this user read it and its folder
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        sentence = _refusal(error)
        if sentence is None:
            raise
        raise RegistryRefused(sentence) from None


def _refusal(error: BaseException) -> str | None:
    """Return what SQLite refused; None where the error, and those that it follows from, say nothing of the kind."""
    texts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(texts) < 10:
        texts.append(str(cause))
        cause = cause.__cause__ or cause.__context__
    return next((REFUSALS[words] for words in REFUSALS if any(words in text for text in texts)), None)


@contextmanager
def _connected(workspace: Path) -> Iterator[sqlite3.Connection]:
    address = f"{database_path(workspace).resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as registry:
        yield registry


def _require_known_schema(registry: sqlite3.Connection) -> None:
    try:
        revisions = [str(revision) for (revision,) in registry.execute("select version_num from alembic_version")]
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
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
