"""The aliases of registered versions (champion, challenger, previous), and the history of their changes.

The champion is the version that scores. Aliases are written into MLflow's own tables in the workspace's SQLite file, so
MLflow sees each change at once. MLflow's client is not used here: it changes one alias at a time, so a crash between
two changes would leave half of a promotion, and it takes seconds to import, while a rollback should be quick.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from attrition.errors import AttritionError, MissingProduct, UserError

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
MODEL = "resignation"
ARTIFACT = "fitted"
"""Name of the MLflow artifact that holds the folder of the fitted model."""
WAIT_SECONDS = 30
"""How long SQLite waits for another process to finish writing."""
PASSED_TAG, FAILED_TAG = "promotion_passed", "promotion_failed"
"""Names of a version's tags: whether it passed every promotion criterion, and which criteria it failed."""
HISTORY_TAG_PREFIX = "attrition.history."
"""Prefix of the registered model's tags that keep the history as JSON, one numbered tag per entry."""
SCHEMA_REVISIONS = ("dc11669786a5",)
"""Revisions of MLflow's tables (``alembic_version``) that this module and `attrition.model.registry` may write to."""


@dataclass(frozen=True)
class AliasChange:
    """One entry of the history of aliases: what was decided on a version, when (ISO 8601), by whom, and why.

    `what` is "promoted", "rolled back to" or "kept out"; `despite` lists the promotion criteria that a promoted version
    had failed. The names of the fields are the keys of the stored JSON.
    """

    what: str
    version: str
    on: str
    by: str
    why: str
    despite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A registered version: its number, its aliases, its tags, and the metrics of its MLflow run."""

    number: str
    aliases: tuple[str, ...]
    tags: dict[str, str]
    metrics: dict[str, float]


class ChampionChanged(UserError):
    """Another version became champion while this one was compared with the old champion; no alias was changed."""


class UnknownSchema(UserError):
    """MLflow's tables have a schema revision that this version of attrition does not know; nothing was written."""


def database_path(workspace: Path) -> Path:
    """Return the path of the registry's SQLite file; it may not exist."""
    return workspace / "mlflow.db"


def current_aliases(workspace: Path, *, name: str = MODEL) -> dict[str, str]:
    """Return the version number by alias; empty where nothing is registered."""
    if not database_path(workspace).is_file():
        return {}
    with _open_registry(workspace) as registry:
        return _current_aliases(registry, name)


def registered_versions(workspace: Path, *, name: str = MODEL) -> list[Version]:
    """Return all registered versions, the oldest first; empty without a registry."""
    if not database_path(workspace).is_file():
        return []
    with _open_registry(workspace) as registry:
        aliases = _current_aliases(registry, name)
        rows = registry.execute("select version, run_id from model_versions where name = ? order by version", (name,))
        return [_version(registry, name, str(number), run_id, aliases) for number, run_id in rows.fetchall()]


def alias_history(workspace: Path, *, name: str = MODEL) -> list[AliasChange]:
    """Return all changes of aliases, the oldest first; empty without a registry."""
    if not database_path(workspace).is_file():
        return []
    with _open_registry(workspace) as registry:
        return _history(registry, name)


def folder_of(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Return the folder of a version's fitted model; it is also found if the workspace was moved.

    Raises
    ------
    MissingProduct
        There is no registry.
    UserError
        The version is not registered.
    AttritionError
        Its files are gone, or lie outside the workspace.
    """
    if not database_path(workspace).is_file():
        raise MissingProduct(f"version {version} of the model {name}", "attrition retrain")
    with _open_registry(workspace) as registry:
        row = registry.execute(
            "select coalesce(storage_location, source) from model_versions "
            "where name = ? and cast(version as text) = ?",
            (name, version),
        ).fetchone()
    if row is None:
        raise UserError(f"version {version} of the model {name} is not registered; `attrition models list` names all")
    folder = path_in_workspace(workspace, row[0]) / "artifacts" / ARTIFACT
    if not folder.is_dir():
        raise AttritionError(
            f"the files of version {version} are gone: {folder}; where it is the champion, `attrition models rollback`"
        )
    return folder


def champion_folder(workspace: Path, *, name: str = MODEL) -> tuple[Path, str]:
    """Return the folder of the champion's fitted model, and its version number.

    Raises
    ------
    MissingProduct
        There is no registry, or no champion in it.
    AttritionError
        Its files are gone, or lie outside the workspace.
    """
    version = current_aliases(workspace, name=name).get(CHAMPION)
    if version is None:
        raise MissingProduct(
            f"a champion of the model {name} (runs/retrain/ says which criteria a version failed)", "attrition retrain"
        )
    return folder_of(workspace, version, name=name), version


def path_in_workspace(workspace: Path, location: str) -> Path:
    """Return the path of a logged artifact in the workspace, which may have been moved since it was logged.

    Examples
    --------
    >>> path_in_workspace(Path("there"), "file:///here/mlartifacts/1/artifacts").as_posix()
    'there/mlartifacts/1/artifacts'
    """
    _, separator, below = location.rpartition("/mlartifacts/")
    if not separator:
        raise AttritionError(f"the registry points outside the workspace: {location}")
    return workspace / "mlartifacts" / below


def promote(workspace: Path, change: AliasChange, *, old_champion: str | None, name: str = MODEL) -> None:
    """Make a version the champion and the old champion ``previous``, in one transaction.

    The alias ``challenger`` is removed from this version or an older one.

    Parameters
    ----------
    change : AliasChange
        Names the version; it is added to the history and to the tags of the version.
    old_champion : str or None
        The champion that the version was compared with; None if there was none.

    Raises
    ------
    ChampionChanged
        The champion is another version by now.
    UnknownSchema
        The schema of the registry's tables is not known.
    """
    with open_for_writing(workspace) as registry:
        aliases = _current_aliases(registry, name)
        if aliases.get(CHAMPION) != old_champion:
            raise ChampionChanged(
                f"version {aliases.get(CHAMPION)} became champion while version {change.version} was compared with "
                f"{old_champion or 'none'}; no alias was changed"
            )
        _set_alias(registry, name, CHAMPION, change.version)
        if old_champion not in (None, change.version):
            _set_alias(registry, name, PREVIOUS, str(old_champion))
        if aliases.get(CHALLENGER) is not None and int(aliases[CHALLENGER]) <= int(change.version):
            registry.execute("delete from registered_model_aliases where name = ? and alias = ?", (name, CHALLENGER))
        _record(registry, name, change)


def set_challenger(workspace: Path, change: AliasChange, *, name: str = MODEL) -> None:
    """Give the alias ``challenger`` to a version that was not promoted, and add the change to the history."""
    with open_for_writing(workspace) as registry:
        _set_alias(registry, name, CHALLENGER, change.version)
        _record(registry, name, change)


def require_known_schema(workspace: Path) -> None:
    """Raise an error if the schema of the registry's tables is not known; a missing registry is accepted.

    Raises
    ------
    UnknownSchema
        Names the revision and what to do.
    """
    if database_path(workspace).is_file():
        with _open_registry(workspace) as registry:
            _require_known_schema(registry)


@contextmanager
def open_for_writing(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection inside a transaction, which is committed at the end and rolled back after an error.

    Raises
    ------
    UnknownSchema
        The schema of the registry's tables is not known.
    """
    with _open_registry(workspace) as registry:
        registry.execute("begin immediate")
        try:
            _require_known_schema(registry)
            yield registry
        except BaseException:
            registry.execute("rollback")
            raise
        registry.execute("commit")


@contextmanager
def _open_registry(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to the registry's file.

    It is closed at the end; a missing file is an error and is not created.
    """
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
            f"mlflow.db has the schema revision {', '.join(revisions) or 'none'}, and this attrition writes "
            f"{' or '.join(SCHEMA_REVISIONS)}; nothing was written. If another version of MLflow upgraded it, update "
            "attrition; if it is older, back it up and run `mlflow db upgrade sqlite:///mlflow.db` in the workspace"
        )


def _current_aliases(registry: sqlite3.Connection, name: str) -> dict[str, str]:
    rows = registry.execute("select alias, version from registered_model_aliases where name = ?", (name,))
    return {alias: str(version) for alias, version in rows.fetchall()}


def _history(registry: sqlite3.Connection, name: str) -> list[AliasChange]:
    rows = registry.execute(
        "select value from registered_model_tags where name = ? and key like ? order by key",
        (name, f"{HISTORY_TAG_PREFIX}%"),
    )
    entries = [json.loads(value) for (value,) in rows.fetchall()]
    return [AliasChange(**{**entry, "despite": tuple(entry["despite"])}) for entry in entries]


def _version(registry: sqlite3.Connection, name: str, number: str, run_id: str, aliases: dict[str, str]) -> Version:
    tags = registry.execute("select key, value from model_version_tags where name = ? and version = ?", (name, number))
    metrics = registry.execute("select key, value from latest_metrics where run_uuid = ? and is_nan = 0", (run_id,))
    own_aliases = tuple(sorted(alias for alias, version in aliases.items() if version == number))
    return Version(number, own_aliases, dict(tags.fetchall()), dict(metrics.fetchall()))


def _set_alias(registry: sqlite3.Connection, name: str, alias: str, version: str) -> None:
    registry.execute(
        "insert into registered_model_aliases (alias, version, name) values (?, ?, ?) "
        "on conflict (workspace, name, alias) do update set version = excluded.version",
        (alias, int(version), name),
    )


def _record(registry: sqlite3.Connection, name: str, change: AliasChange) -> None:
    """Add a change to the history, and to the tags of its version."""
    key = f"{HISTORY_TAG_PREFIX}{len(_history(registry, name)) + 1:06d}"
    entry = json.dumps(asdict(change), ensure_ascii=False)
    registry.execute("insert into registered_model_tags (key, value, name) values (?, ?, ?)", (key, entry, name))
    tags = {"decided": change.what, "decided_on": change.on, "decided_by": change.by, "decided_because": change.why}
    if change.despite:
        tags["promoted_despite"] = "; ".join(change.despite)
    for tag, value in tags.items():
        registry.execute(
            "insert into model_version_tags (key, value, name, version) values (?, ?, ?, ?) "
            "on conflict (workspace, key, name, version) do update set value = excluded.value",
            (tag, value, name, int(change.version)),
        )
