"""Which registered version scores, which one did before, and who decided so: aliases that change in one transaction.

The workspace's registry is a SQLite file, and the aliases are written into MLflow's own tables, so MLflow sees each
change at once. Its client is not used for that, since it changes one alias at a time and takes seconds to import: a
rollback must be quick, and a crash between two changes must not leave half of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from attrition.errors import AttritionError, NotMadeYet, UserError

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
MODEL = "resignation"
ARTIFACT = "fitted"
"""The name under which the served model gets the folder of the fitted one."""
WAIT_SECONDS = 30
PASSED, FAILED = "promotion_passed", "promotion_failed"
"""Tags of a version: whether it passed every promotion criterion, and the names of those it failed."""
HISTORY = "attrition.history."
"""Prefix of the registered model's tags that hold the history, one numbered tag per entry."""
SCHEMA_REVISIONS = ("dc11669786a5",)
"""Revisions of MLflow's tables (``alembic_version``) that this module and `attrition.model.registry` may write to."""


@dataclass(frozen=True)
class AliasChange:
    """One entry of the history: what became of a version, when, by whom, and why.

    `what` is "promoted", "rolled back to" or "kept out"; `despite` names the promotion criteria it had failed.
    """

    what: str
    version: str
    on: str
    by: str
    why: str
    despite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A registered version: its number, its aliases, its tags, and the metrics of its run."""

    number: str
    aliases: tuple[str, ...]
    tags: dict[str, str]
    metrics: dict[str, float]


class ChampionChanged(UserError):
    """A version was compared with a champion that is no longer one; no alias was changed."""


class UnknownSchema(UserError):
    """The registry's tables have a revision that is not known; nothing was written."""


def database(workspace: Path) -> Path:
    """Return the registry's file."""
    return workspace / "mlflow.db"


def current_aliases(workspace: Path, *, name: str = MODEL) -> dict[str, str]:
    """Return the version of every alias; empty where nothing was registered."""
    if not database(workspace).is_file():
        return {}
    with _reading(workspace) as registry:
        return _current_aliases(registry, name)


def versions(workspace: Path, *, name: str = MODEL) -> list[Version]:
    """Return every registered version, oldest first."""
    if not database(workspace).is_file():
        return []
    with _reading(workspace) as registry:
        aliases = _current_aliases(registry, name)
        rows = registry.execute("select version, run_id from model_versions where name = ? order by version", (name,))
        return [_version(registry, name, str(number), run_id, aliases) for number, run_id in rows.fetchall()]


def history(workspace: Path, *, name: str = MODEL) -> list[AliasChange]:
    """Return every change of an alias, oldest first."""
    if not database(workspace).is_file():
        return []
    with _reading(workspace) as registry:
        return _history(registry, name)


def folder_of(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Return the folder of a version's files, in the workspace where it is now.

    Raises
    ------
    UserError
        No such version was registered.
    AttritionError
        Its files are gone, or lie outside the workspace.
    """
    if not database(workspace).is_file():
        raise NotMadeYet(f"version {version} of the model {name}", "attrition retrain")
    with _reading(workspace) as registry:
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
    """Return the folder of the champion's files, and its version, without loading it.

    Raises
    ------
    NotMadeYet
        There is no registry, or no champion in it.
    """
    version = current_aliases(workspace, name=name).get(CHAMPION)
    if version is None:
        raise NotMadeYet(
            f"a champion of the model {name} (runs/retrain/ says which criteria a version failed)", "attrition retrain"
        )
    return folder_of(workspace, version, name=name), version


def path_in_workspace(workspace: Path, location: str) -> Path:
    """Return where an artifact is in the workspace now, even if that was moved since the artifact was written.

    Examples
    --------
    >>> path_in_workspace(Path("there"), "file:///here/mlartifacts/1/artifacts").as_posix()
    'there/mlartifacts/1/artifacts'
    """
    _, separator, below = location.rpartition("/mlartifacts/")
    if not separator:
        raise AttritionError(f"the registry points outside the workspace: {location}")
    return workspace / "mlartifacts" / below


def promote(workspace: Path, change: AliasChange, *, over: str | None, name: str = MODEL) -> None:
    """Make a version the champion, and the champion before it ``previous``: in one transaction, or not at all.

    Parameters
    ----------
    change : AliasChange
        What is written into the history and onto the version.
    over : str or None
        The champion that the version was compared with.

    Raises
    ------
    ChampionChanged
        Another version became champion meanwhile.
    UnknownSchema
        The registry's tables are not known.
    """
    with writing(workspace) as registry:
        before = _current_aliases(registry, name)
        if before.get(CHAMPION) != over:
            raise ChampionChanged(
                f"version {before.get(CHAMPION)} became champion while version {change.version} was compared with "
                f"{over or 'none'}; no alias was changed"
            )
        _set_alias(registry, name, CHAMPION, change.version)
        if over not in (None, change.version):
            _set_alias(registry, name, PREVIOUS, str(over))
        if before.get(CHALLENGER) is not None and int(before[CHALLENGER]) <= int(change.version):
            registry.execute("delete from registered_model_aliases where name = ? and alias = ?", (name, CHALLENGER))
        _record(registry, name, change)


def set_challenger(workspace: Path, change: AliasChange, *, name: str = MODEL) -> None:
    """Name a version that was not promoted the challenger; the champion stays."""
    with writing(workspace) as registry:
        _set_alias(registry, name, CHALLENGER, change.version)
        _record(registry, name, change)


def require_known_schema(workspace: Path) -> None:
    """Refuse a registry whose tables have a revision that is not known; one that is not there yet passes.

    Raises
    ------
    UnknownSchema
        Says which revision it is, and what to do.
    """
    if database(workspace).is_file():
        with _reading(workspace) as registry:
            _require_known_schema(registry)


@contextmanager
def writing(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Open the registry for one transaction, once its schema is known; a second writer waits for the first.

    Raises
    ------
    UnknownSchema
        The registry's tables have a revision that is not known.
    """
    with _reading(workspace) as registry:
        registry.execute("begin immediate")
        try:
            _require_known_schema(registry)
            yield registry
        except BaseException:
            registry.execute("rollback")
            raise
        registry.execute("commit")


@contextmanager
def _reading(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Open the registry; a file that is not there is never made."""
    address = f"{database(workspace).resolve().as_uri()}?mode=rw"
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
        "select value from registered_model_tags where name = ? and key like ? order by key", (name, f"{HISTORY}%")
    )
    entries = [json.loads(value) for (value,) in rows.fetchall()]
    return [AliasChange(**{**entry, "despite": tuple(entry["despite"])}) for entry in entries]


def _version(registry: sqlite3.Connection, name: str, number: str, run_id: str, aliases: dict[str, str]) -> Version:
    tags = registry.execute("select key, value from model_version_tags where name = ? and version = ?", (name, number))
    metrics = registry.execute("select key, value from latest_metrics where run_uuid = ? and is_nan = 0", (run_id,))
    own = tuple(sorted(alias for alias, version in aliases.items() if version == number))
    return Version(number, own, dict(tags.fetchall()), dict(metrics.fetchall()))


def _set_alias(registry: sqlite3.Connection, name: str, alias: str, version: str) -> None:
    registry.execute(
        "insert into registered_model_aliases (alias, version, name) values (?, ?, ?) "
        "on conflict (workspace, name, alias) do update set version = excluded.version",
        (alias, int(version), name),
    )


def _record(registry: sqlite3.Connection, name: str, change: AliasChange) -> None:
    """Write a change into the history, and onto the version it is about."""
    key = f"{HISTORY}{len(_history(registry, name)) + 1:06d}"
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
