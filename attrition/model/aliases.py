"""Which version scores, which one did before, and who decided so: aliases that move together or not at all.

They lie in the registry's SQLite file in MLflow's own tables, so MLflow sees each move at once. It is not asked to
make them, since it moves one alias at a time and takes seconds to load: a rollback must be quick, and a crash between
two moves must not leave half of it.
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
"""The name under which the served model finds the folder of the fitted one."""
WAIT_SECONDS = 30
HISTORY = "attrition.history."
"""Lines of the history are tags of the registered model, numbered."""


@dataclass(frozen=True)
class Move:
    """One line of the history: what became of a version, when, by whom, and why.

    `what` is "promoted", "rolled back to" or "kept out"; `despite` names what of the bar the version had missed.
    """

    what: str
    version: str
    on: str
    by: str
    why: str
    despite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A registered version: its number, its aliases, what was noted about it, and the figures of its run."""

    number: str
    aliases: tuple[str, ...]
    tags: dict[str, str]
    figures: dict[str, float]


class ChampionMoved(UserError):
    """A version was judged against a champion that is no longer one; nothing was moved."""


def database(workspace: Path) -> Path:
    """Give the registry's file."""
    return workspace / "mlflow.db"


def standing(workspace: Path, *, name: str = MODEL) -> dict[str, str]:
    """Give the version of every alias; empty where nothing was registered."""
    if not database(workspace).is_file():
        return {}
    with _reading(workspace) as registry:
        return _standing(registry, name)


def versions(workspace: Path, *, name: str = MODEL) -> list[Version]:
    """Give every registered version, oldest first."""
    if not database(workspace).is_file():
        return []
    with _reading(workspace) as registry:
        aliases = _standing(registry, name)
        rows = registry.execute("select version, run_id from model_versions where name = ? order by version", (name,))
        return [_version(registry, name, str(number), run_id, aliases) for number, run_id in rows.fetchall()]


def history(workspace: Path, *, name: str = MODEL) -> list[Move]:
    """Give every move of the champion, oldest first."""
    if not database(workspace).is_file():
        return []
    with _reading(workspace) as registry:
        return _history(registry, name)


def folder_of(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Find the folder of a version's text files, in the workspace as it lies now.

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
        found = registry.execute(
            "select coalesce(storage_location, source) from model_versions "
            "where name = ? and cast(version as text) = ?",
            (name, version),
        ).fetchone()
    if found is None:
        raise UserError(f"version {version} of the model {name} is not registered; `attrition models list` names all")
    folder = inside(workspace, found[0]) / "artifacts" / ARTIFACT
    if not folder.is_dir():
        raise AttritionError(
            f"the files of version {version} are gone: {folder}; where it is the champion, `attrition models rollback`"
        )
    return folder


def champion_folder(workspace: Path, *, name: str = MODEL) -> tuple[Path, str]:
    """Find the folder of the champion's text files, and its version, without loading it.

    Raises
    ------
    NotMadeYet
        There is no registry, or no champion in it.
    """
    version = standing(workspace, name=name).get(CHAMPION)
    if version is None:
        raise NotMadeYet(
            f"a champion of the model {name} (runs/retrain/ says what a model missed)", "attrition retrain"
        )
    return folder_of(workspace, version, name=name), version


def inside(workspace: Path, location: str) -> Path:
    """Find an artifact in the workspace as it lies now, even if it was moved since the artifact was written.

    Examples
    --------
    >>> inside(Path("there"), "file:///here/mlartifacts/1/artifacts").as_posix()
    'there/mlartifacts/1/artifacts'
    """
    _, found, below = location.rpartition("/mlartifacts/")
    if not found:
        raise AttritionError(f"the registry points outside the workspace: {location}")
    return workspace / "mlartifacts" / below


def crown(workspace: Path, move: Move, *, over: str | None, name: str = MODEL) -> None:
    """Make a version the champion; the champion it follows becomes ``previous``. All in one step, or nothing.

    Parameters
    ----------
    move : Move
        What goes into the history and onto the version.
    over : str or None
        The champion that the version was judged against.

    Raises
    ------
    ChampionMoved
        Another version became champion meanwhile.
    """
    with _writing(workspace) as registry:
        before = _standing(registry, name)
        if before.get(CHAMPION) != over:
            raise ChampionMoved(
                f"version {before.get(CHAMPION)} became champion while version {move.version} was judged against "
                f"{over or 'none'}; nothing was moved"
            )
        _point(registry, name, CHAMPION, move.version)
        if over not in (None, move.version):
            _point(registry, name, PREVIOUS, str(over))
        if before.get(CHALLENGER) is not None and int(before[CHALLENGER]) <= int(move.version):
            registry.execute("delete from registered_model_aliases where name = ? and alias = ?", (name, CHALLENGER))
        _note(registry, name, move)


def challenge(workspace: Path, move: Move, *, name: str = MODEL) -> None:
    """Name a version the challenger: registered, and kept out by the bar. The champion stays."""
    with _writing(workspace) as registry:
        _point(registry, name, CHALLENGER, move.version)
        _note(registry, name, move)


@contextmanager
def _reading(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Open the registry; a file that is not there is never made."""
    address = f"{database(workspace).resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as registry:
        yield registry


@contextmanager
def _writing(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Open the registry for one transaction; who comes second waits for it to end."""
    with _reading(workspace) as registry:
        registry.execute("begin immediate")
        try:
            yield registry
        except BaseException:
            registry.execute("rollback")
            raise
        registry.execute("commit")


def _standing(registry: sqlite3.Connection, name: str) -> dict[str, str]:
    rows = registry.execute("select alias, version from registered_model_aliases where name = ?", (name,))
    return {alias: str(version) for alias, version in rows.fetchall()}


def _history(registry: sqlite3.Connection, name: str) -> list[Move]:
    rows = registry.execute(
        "select value from registered_model_tags where name = ? and key like ? order by key", (name, f"{HISTORY}%")
    )
    told = [json.loads(value) for (value,) in rows.fetchall()]
    return [Move(**{**line, "despite": tuple(line["despite"])}) for line in told]


def _version(registry: sqlite3.Connection, name: str, number: str, run_id: str, aliases: dict[str, str]) -> Version:
    tags = registry.execute("select key, value from model_version_tags where name = ? and version = ?", (name, number))
    figures = registry.execute("select key, value from latest_metrics where run_uuid = ? and is_nan = 0", (run_id,))
    own = tuple(sorted(alias for alias, version in aliases.items() if version == number))
    return Version(number, own, dict(tags.fetchall()), dict(figures.fetchall()))


def _point(registry: sqlite3.Connection, name: str, alias: str, version: str) -> None:
    registry.execute(
        "insert into registered_model_aliases (alias, version, name) values (?, ?, ?) "
        "on conflict (workspace, name, alias) do update set version = excluded.version",
        (alias, int(version), name),
    )


def _note(registry: sqlite3.Connection, name: str, move: Move) -> None:
    """Write a move into the history, and onto the version it is about."""
    line = f"{HISTORY}{len(_history(registry, name)) + 1:06d}"
    told = json.dumps(asdict(move), ensure_ascii=False)
    registry.execute("insert into registered_model_tags (key, value, name) values (?, ?, ?)", (line, told, name))
    tags = {"decided": move.what, "decided_on": move.on, "decided_by": move.by, "decided_because": move.why}
    if move.despite:
        tags["promoted_despite"] = "; ".join(move.despite)
    for key, value in tags.items():
        registry.execute(
            "insert into model_version_tags (key, value, name, version) values (?, ?, ?, ?) "
            "on conflict (workspace, key, name, version) do update set value = excluded.value",
            (key, value, name, int(move.version)),
        )
