"""The embedded registry, MLflow's own SQLite file in the workspace: read without MLflow, and mended after a move.

MLflow takes seconds to import, and most commands only ask which version scores. So its tables are read here, at schema
revisions that are known; at others MLflow's client reads them. Changes are left to MLflow's client, but for one: MLflow
keeps addresses of files with the whole path, and its client cannot change them when the workspace moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from attrition.errors import UserError
from attrition.message import Message
from attrition.model.registry_records import RegistryState, Version, history_from

WAIT_SECONDS = 30
"""How long SQLite waits for another process to finish writing."""
SCHEMA_REVISIONS = ("dc11669786a5",)
"""Revisions of MLflow's tables (``alembic_version``) that are read here."""
ADDRESSES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)
"""Tables and columns in which MLflow keeps where files lie."""
ARTIFACTS = "mlartifacts"
"""The folder of a workspace with all files of models and of their trainings."""
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
    "out-of-date database schema": Message(
        "mlflow.db was made by another version of MLflow; nothing was changed, back it up and run "
        "`mlflow db upgrade sqlite:///mlflow.db` in the workspace"
    ),
    "Can't locate revision": Message(
        "mlflow.db was made by a later version of MLflow than this one; nothing was changed, update MLflow"
    ),
    "no such table": Message(
        "mlflow.db holds no tables of MLflow's registry; put back a copy of the whole workspace, or move mlflow.db and "
        "mlartifacts/ away and run `attrition retrain`"
    ),
}
"""By words of SQLite's errors, what is wrong and what to do."""


class RegistryRefused(UserError):
    """The registry's file is damaged, locked by another program, closed to writing, or not one of MLflow's."""


def database_path(workspace: Path) -> Path:
    """Return the path of the registry's SQLite file; it may not exist."""
    return workspace / "mlflow.db"


def read_file(workspace: Path, name: str) -> RegistryState | None:
    """Return what the embedded registry holds of a model; None where its schema is not known, for MLflow to read it.

    Raises
    ------
    RegistryRefused
        The file is damaged, locked, closed to reading, or holds no tables of MLflow.
    """
    if not database_path(workspace).is_file():
        return RegistryState()
    with open_for_reading(workspace) as registry:
        if not _is_known(registry):
            return None
        tags = dict(registry.execute("select key, value from registered_model_tags where name = ?", (name,)))
        rows = registry.execute("select alias, version from registered_model_aliases where name = ?", (name,))
        aliases = {alias: str(version) for alias, version in rows}
        return RegistryState(aliases, history_from(tags), _versions(registry, name))


def unfinished_runs(workspace: Path) -> int:
    """Return how many runs of the embedded registry never ended; a training that goes on is one of them."""
    if not database_path(workspace).is_file():
        return 0
    with open_for_reading(workspace) as registry:
        return int(registry.execute("select count(*) from runs where status = 'RUNNING'").fetchone()[0])


def mend_addresses(workspace: Path) -> None:
    """Let the embedded registry name the files where the workspace is now, for MLflow's own commands too.

    In one transaction, and only where a column holds an address in another place; where this user may not write, or
    another program is writing, the file stays as it is.
    """
    if not database_path(workspace).is_file():
        return
    here = (workspace / ARTIFACTS).resolve().as_uri()
    with suppress(sqlite3.Error), _connected(workspace, seconds=1) as registry:
        registry.create_function("here", 1, lambda address: _here(address, here), deterministic=True)
        if not _is_known(registry) or not any(_elsewhere(registry, *place) for place in ADDRESSES):
            return
        registry.execute("begin immediate")
        for table, column in ADDRESSES:
            registry.execute(f"update {table} set {column} = here({column}) where here({column}) <> {column}")
        registry.execute("commit")


def path_in_workspace(workspace: Path, location: str) -> Path | None:
    """Return the path of a logged artifact in the workspace, wherever it was logged; None where it lies outside.

    Examples
    --------
    >>> path_in_workspace(Path("there"), "file:///here/mlartifacts/1/artifacts").as_posix()
    'there/mlartifacts/1/artifacts'
    """
    _, separator, below = location.rpartition(f"/{ARTIFACTS}/")
    return workspace / ARTIFACTS / below if separator else None


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
def _connected(workspace: Path, *, seconds: float | None = None) -> Iterator[sqlite3.Connection]:
    address = f"{database_path(workspace).resolve().as_uri()}?mode=rw"
    seconds = WAIT_SECONDS if seconds is None else seconds
    with closing(sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None)) as registry:
        yield registry


def _is_known(registry: sqlite3.Connection) -> bool:
    """Return whether MLflow's tables have one of the known schema revisions."""
    revisions = [str(revision) for (revision,) in registry.execute("select version_num from alembic_version")]
    return len(revisions) == 1 and revisions[0] in SCHEMA_REVISIONS


def _versions(registry: sqlite3.Connection, name: str) -> dict[str, Version]:
    tags: dict[str, dict[str, str]] = {}
    for number, key, value in registry.execute(
        "select version, key, value from model_version_tags where name = ?", (name,)
    ):
        tags.setdefault(str(number), {})[key] = value
    rows = registry.execute(
        "select version, run_id, creation_time, coalesce(storage_location, source) from model_versions "
        "where name = ? and current_stage <> 'Deleted_Internal' order by version",
        (name,),
    )
    return {
        str(number): Version(str(number), (), tags.get(str(number), {}), run or "", int(created), location)
        for number, run, created, location in rows
    }


def _here(address: str | None, here: str) -> str | None:
    """Return an address of a file of a workspace as it is in this one; any other address as it is."""
    if address is None or not address.startswith("file:"):
        return address
    if address.endswith(f"/{ARTIFACTS}"):
        return here
    _, separator, below = address.rpartition(f"/{ARTIFACTS}/")
    return f"{here}/{below}" if separator else address


def _elsewhere(registry: sqlite3.Connection, table: str, column: str) -> bool:
    """Return whether a column holds an address in another place."""
    return bool(registry.execute(f"select 1 from {table} where here({column}) <> {column} limit 1").fetchone())
