"""The aliases of registered versions (champion, provisional, challenger, previous), and the history of their changes.

The champion is the version that scores; where there is none, the provisional version does. Aliases are written into
MLflow's own tables in the workspace's SQLite file, so MLflow sees each change at once. MLflow's client is not used
here: it changes one alias at a time, so a crash between two changes would leave half of a promotion, and it takes
seconds to import, while a rollback should be quick.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from attrition.errors import AttritionError, MissingProduct, UserError
from attrition.message import Message
from attrition.model.registry_file import database_path, open_for_reading, open_for_writing

CHAMPION, PROVISIONAL, CHALLENGER, PREVIOUS = "champion", "provisional", "challenger", "previous"
MADE_PROVISIONAL = "made provisional"
"""What was decided on a version that may score although something could not be shown of it."""
MODEL = "resignation"
ARTIFACT = "fitted"
"""Name of the MLflow artifact that holds the folder of the fitted model."""
PASSED_TAG, FAILED_TAG = "promotion_passed", "promotion_failed"
"""Names of a version's tags: whether it passed every promotion criterion, and which criteria it failed."""
HISTORY_TAG_PREFIX = "attrition.history."
"""Prefix of the registered model's tags that keep the history as JSON, one numbered tag per entry."""


@dataclass(frozen=True)
class AliasChange:
    """One entry of the history of aliases: what was decided on a version, when (ISO 8601), by whom, and why.

    `what` is "promoted", "made provisional", "rolled back to" or "kept out"; `despite` lists the promotion criteria
    that a promoted version had failed. The names of the fields are the keys of the stored JSON.
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


def current_aliases(workspace: Path, *, name: str = MODEL) -> dict[str, str]:
    """Return the version number by alias; empty where nothing is registered."""
    if not database_path(workspace).is_file():
        return {}
    with open_for_reading(workspace) as registry:
        return _current_aliases(registry, name)


def registered_versions(workspace: Path, *, name: str = MODEL) -> list[Version]:
    """Return all registered versions, the oldest first; empty without a registry."""
    if not database_path(workspace).is_file():
        return []
    with open_for_reading(workspace) as registry:
        aliases = _current_aliases(registry, name)
        rows = registry.execute("select version, run_id from model_versions where name = ? order by version", (name,))
        return [_version(registry, name, str(number), run_id, aliases) for number, run_id in rows.fetchall()]


def alias_history(workspace: Path, *, name: str = MODEL) -> list[AliasChange]:
    """Return all changes of aliases, the oldest first; empty without a registry."""
    if not database_path(workspace).is_file():
        return []
    with open_for_reading(workspace) as registry:
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
        raise MissingProduct(
            Message("version {version} of the model {name}", version=version, name=name), "attrition retrain"
        )
    with open_for_reading(workspace) as registry:
        row = registry.execute(
            "select coalesce(storage_location, source) from model_versions "
            "where name = ? and cast(version as text) = ?",
            (name, version),
        ).fetchone()
    if row is None:
        raise UserError(
            "version {version} of the model {name} is not registered; `attrition models list` names all",
            version=version,
            name=name,
        )
    folder = path_in_workspace(workspace, row[0]) / "artifacts" / ARTIFACT
    if not folder.is_dir():
        raise AttritionError(
            "the files of version {version} are gone: {folder}; where it is the champion, `attrition "
            "models rollback` goes back to the one before, and where it is provisional, `attrition "
            "retrain` makes another",
            version=version,
            folder=folder,
        )
    return folder


def version_in_use(workspace: Path, *, name: str = MODEL) -> str | None:
    """Return the version that scores: the champion, else the provisional version; None where there is neither."""
    aliases = current_aliases(workspace, name=name)
    return aliases.get(CHAMPION, aliases.get(PROVISIONAL))


def is_provisional(workspace: Path, version: str, *, name: str = MODEL) -> bool:
    """Return whether a version was made provisional and nothing else was decided on it since."""
    decisions = [change.what for change in alias_history(workspace, name=name) if change.version == version]
    return decisions[-1:] == [MADE_PROVISIONAL]


def path_in_workspace(workspace: Path, location: str) -> Path:
    """Return the path of a logged artifact in the workspace, which may have been moved since it was logged.

    Examples
    --------
    >>> path_in_workspace(Path("there"), "file:///here/mlartifacts/1/artifacts").as_posix()
    'there/mlartifacts/1/artifacts'
    """
    _, separator, below = location.rpartition("/mlartifacts/")
    if not separator:
        raise AttritionError("the registry points outside the workspace: {location}", location=location)
    return workspace / "mlartifacts" / below


def promote(workspace: Path, change: AliasChange, *, old_champion: str | None, name: str = MODEL) -> None:
    """Make a version the champion and the old champion ``previous``, in one transaction.

    The alias ``provisional`` is removed, and ``challenger`` from this version or an older one.

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
        _require_champion(registry, name, change.version, old_champion)
        _set_alias(registry, name, CHAMPION, change.version)
        if old_champion not in (None, change.version):
            _set_alias(registry, name, PREVIOUS, str(old_champion))
        _remove_alias(registry, name, PROVISIONAL)
        _remove_challenger(registry, name, up_to=change.version)
        _record(registry, name, change)


def set_provisional(
    workspace: Path, change: AliasChange, *, unreadable_champion: str | None, name: str = MODEL
) -> None:
    """Give the alias ``provisional`` to a version that may score until there is a champion, in one transaction.

    The version before loses it, and ``challenger`` is removed from this version or an older one.

    Parameters
    ----------
    change : AliasChange
        Names the version; it is added to the history and to the tags of the version.
    unreadable_champion : str or None
        A champion that another version of attrition saved, so that it cannot score any more; it becomes ``previous``.

    Raises
    ------
    ChampionChanged
        There is another champion by now.
    UnknownSchema
        The schema of the registry's tables is not known.
    """
    with open_for_writing(workspace) as registry:
        _require_champion(registry, name, change.version, unreadable_champion)
        if unreadable_champion is not None:
            _remove_alias(registry, name, CHAMPION)
            _set_alias(registry, name, PREVIOUS, unreadable_champion)
        _set_alias(registry, name, PROVISIONAL, change.version)
        _remove_challenger(registry, name, up_to=change.version)
        _record(registry, name, change)


def set_challenger(workspace: Path, change: AliasChange, *, name: str = MODEL) -> None:
    """Give the alias ``challenger`` to a version that was not promoted, and add the change to the history."""
    with open_for_writing(workspace) as registry:
        _set_alias(registry, name, CHALLENGER, change.version)
        _record(registry, name, change)


def tag_version(workspace: Path, version: str, tags: Mapping[str, str], *, name: str = MODEL) -> None:
    """Give a registered version tags; those of the same name are replaced."""
    with open_for_writing(workspace) as registry:
        _set_tags(registry, name, version, tags)


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


def _require_champion(registry: sqlite3.Connection, name: str, version: str, old_champion: str | None) -> None:
    """Raise unless the champion is still the one that a version was compared with."""
    champion = _current_aliases(registry, name).get(CHAMPION)
    if champion != old_champion:
        raise ChampionChanged(
            "version {champion} became champion while version {version} was compared with "
            "{old_champion}; no alias was changed",
            champion=champion,
            version=version,
            old_champion=old_champion or Message("none"),
        )


def _remove_challenger(registry: sqlite3.Connection, name: str, *, up_to: str) -> None:
    """Remove the alias ``challenger`` from a version or an older one."""
    challenger = _current_aliases(registry, name).get(CHALLENGER)
    if challenger is not None and int(challenger) <= int(up_to):
        _remove_alias(registry, name, CHALLENGER)


def _remove_alias(registry: sqlite3.Connection, name: str, alias: str) -> None:
    registry.execute("delete from registered_model_aliases where name = ? and alias = ?", (name, alias))


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
    _set_tags(registry, name, change.version, tags)


def _set_tags(registry: sqlite3.Connection, name: str, version: str, tags: Mapping[str, str]) -> None:
    for tag, value in tags.items():
        registry.execute(
            "insert into model_version_tags (key, value, name, version) values (?, ?, ?, ?) "
            "on conflict (workspace, key, name, version) do update set value = excluded.value",
            (tag, value, name, int(version)),
        )
