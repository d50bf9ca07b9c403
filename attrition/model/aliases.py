"""Which version scores: the registry's aliases (champion, provisional, challenger, previous), read and moved.

The champion is the version that scores; where there is none, the provisional version does. Every read and every change
goes through here: to the centre's MLflow server or to the workspace's own file, with what waits in the workspace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from attrition.data.at_work import is_at_work
from attrition.data.mlflow_server import read_mlflow_server
from attrition.errors import AttritionError, MissingProduct, UserError
from attrition.message import Message
from attrition.model.mlflow_link import connected, read_registry
from attrition.model.mlflow_refusals import ServerUnavailable
from attrition.model.registry_copy import evaluation_copy, fetch_evaluation, fetch_model, model_copy, read_server
from attrition.model.registry_file import database_path, mend_addresses, path_in_workspace, read_file
from attrition.model.registry_outbox import (
    Decided,
    Entry,
    Tagged,
    complete,
    read_outbox,
    registry_lock,
    submit,
    with_waiting,
)
from attrition.model.registry_records import (
    ARTIFACT,
    CHALLENGER,
    CHAMPION,
    MADE_PROVISIONAL,
    MODEL,
    PREVIOUS,
    PROVISIONAL,
    AliasChange,
    RegistryState,
    Version,
)

Targets = Mapping[str, str | None]


class ChampionChanged(UserError):
    """Another version became champion while this one was compared with the old champion; no alias was changed."""


def read_state(workspace: Path, *, name: str = MODEL, is_fresh: bool = False) -> RegistryState:
    """Return what the registry holds of a model, empty without one; what a command before left to do is done first.

    Raises
    ------
    UserError
        The registry cannot be read, and never could be from here.
    """
    state = _read(workspace, name, is_fresh=is_fresh)
    if state.outage is None and read_outbox(workspace) and complete(workspace, name=name):
        state = _read(workspace, name, is_fresh=True)
    return with_waiting(workspace, state)


def current_aliases(workspace: Path, *, name: str = MODEL) -> dict[str, str]:
    """Return the version number by alias; empty where nothing is registered."""
    return read_state(workspace, name=name).aliases


def registered_versions(workspace: Path, *, name: str = MODEL) -> list[Version]:
    """Return all registered versions, the oldest first; empty without a registry."""
    return read_state(workspace, name=name).listed()


def alias_history(workspace: Path, *, name: str = MODEL) -> list[AliasChange]:
    """Return all changes of aliases, the oldest first; empty without a registry."""
    return list(read_state(workspace, name=name).history.values())


def require_answer(workspace: Path, *, name: str = MODEL) -> None:
    """Raise unless the registry can be written to as far as can be seen; before hours are spent on a training.

    Raises
    ------
    ServerUnavailable
        The server does not answer, or does not let this user in.
    RegistryRefused
        The workspace's own file is damaged, locked, or of another version of MLflow.
    """
    if read_mlflow_server(workspace) is not None or read_file(workspace, name) is None:
        with connected(workspace) as link:
            read_registry(link, name)


def folder_of(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Return the folder of a version's fitted model; from a server it is copied into the workspace first.

    Raises
    ------
    MissingProduct
        There is no registry.
    UserError
        The version is not registered.
    AttritionError
        Its files are gone, or lie outside the workspace.
    """
    state = read_state(workspace, name=name)
    if read_mlflow_server(workspace) is None and not database_path(workspace).is_file():
        raise MissingProduct(
            Message("version {version} of the model {name}", version=version, name=name), "attrition retrain"
        )
    root = _root_of(workspace, state, version, name)
    if root is None:
        raise AttritionError(
            "the registry points outside the workspace: {location}", location=state.versions[version].location
        )
    folder = root / "artifacts" / ARTIFACT
    if not folder.is_dir():
        raise AttritionError(
            "the files of version {version} are gone: {folder}; where it is the champion, `attrition "
            "models rollback` goes back to the one before, and where it is provisional, `attrition "
            "retrain` makes another",
            version=version,
            folder=folder,
        )
    return folder


def evaluation_folder(workspace: Path, version: str, *, name: str = MODEL) -> Path:
    """Return the folder of what a version was evaluated with; from a server it is copied into the workspace first."""
    entry = require_version(read_state(workspace, name=name), version, name)
    if read_mlflow_server(workspace) is None:
        return workspace / "mlartifacts" / entry.run_id / "artifacts" / "evaluation"
    folder = evaluation_copy(workspace, version)
    if not folder.is_dir():
        fetch_evaluation(workspace, version, entry.run_id)
    return folder


def require_version(state: RegistryState, version: str, name: str = MODEL) -> Version:
    """Return one version; `UserError` where it is not registered."""
    if version not in state.versions:
        raise UserError(
            "version {version} of the model {name} is not registered; `attrition models list` names all",
            version=version,
            name=name,
        )
    return state.versions[version]


def version_in_use(workspace: Path, *, name: str = MODEL) -> str | None:
    """Return the version that scores: the champion, else the provisional version; None where there is neither."""
    aliases = current_aliases(workspace, name=name)
    return aliases.get(CHAMPION, aliases.get(PROVISIONAL))


def is_provisional(workspace: Path, version: str, *, name: str = MODEL) -> bool:
    """Return whether a version was made provisional and nothing else was decided on it since."""
    decisions = [change.what for change in alias_history(workspace, name=name) if change.version == version]
    return decisions[-1:] == [MADE_PROVISIONAL]


def promote(workspace: Path, change: AliasChange, *, old_champion: str | None, name: str = MODEL) -> None:
    """Make a version the champion and the old champion ``previous``.

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
    UserError
        The registry refused it; nothing was changed.
    """

    def targets(aliases: Mapping[str, str]) -> Targets:
        _require_champion(aliases, change.version, old_champion)
        before = {} if old_champion in (None, change.version) else {PREVIOUS: old_champion}
        removed = {PROVISIONAL: None} if PROVISIONAL in aliases else {}
        return {CHAMPION: change.version, **before, **removed, **_without_challenger(aliases, up_to=change.version)}

    _decide(workspace, change, targets, name)


def set_provisional(
    workspace: Path, change: AliasChange, *, unreadable_champion: str | None, name: str = MODEL
) -> None:
    """Give the alias ``provisional`` to a version that may score until there is a champion.

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
    UserError
        The registry refused it; nothing was changed.
    """

    def targets(aliases: Mapping[str, str]) -> Targets:
        _require_champion(aliases, change.version, unreadable_champion)
        before = {} if unreadable_champion is None else {CHAMPION: None, PREVIOUS: unreadable_champion}
        return {PROVISIONAL: change.version, **before, **_without_challenger(aliases, up_to=change.version)}

    _decide(workspace, change, targets, name)


def set_challenger(workspace: Path, change: AliasChange, *, name: str = MODEL) -> None:
    """Give the alias ``challenger`` to a version that was not promoted, and add the change to the history."""
    _decide(workspace, change, lambda _: {CHALLENGER: change.version}, name)


def tag_version(workspace: Path, version: str, tags: Mapping[str, str], *, name: str = MODEL) -> None:
    """Give a registered version tags; those of the same name are replaced."""
    write_entries(workspace, [Tagged(version, dict(tags))], name=name)


def write_entries(workspace: Path, entries: list[Entry], *, name: str = MODEL) -> None:
    """Write something into the registry; where its server does not answer, it waits in the workspace."""
    with registry_lock(workspace):
        state = _read(workspace, name)
        submit(workspace, entries, name=name, may_send=state.outage is None)


def read_tag(workspace: Path, version: str, key: str, *, name: str = MODEL) -> str | None:
    """Return the value of a version's tag; None where it has none."""
    state = read_state(workspace, name=name)
    return state.versions[version].tags.get(key) if version in state.versions else None


def _read(workspace: Path, name: str, *, is_fresh: bool = False) -> RegistryState:
    """Return what the registry holds: the server's, the workspace's file as it is read here, or as MLflow reads it."""
    if (server := read_mlflow_server(workspace)) is not None:
        return read_server(workspace, server, name, is_fresh=is_fresh)
    if (state := read_file(workspace, name)) is not None:
        if is_at_work(workspace):
            mend_addresses(workspace)
        return state
    with connected(workspace) as link:
        return read_registry(link, name)[0]


def _decide(workspace: Path, change: AliasChange, targets: Callable[[Mapping[str, str]], Targets], name: str) -> None:
    """Write a decision down, from when on it holds, and move the aliases."""
    with registry_lock(workspace):
        registry = _read(workspace, name, is_fresh=True)
        state = with_waiting(workspace, registry)
        entry = Decided(max(state.history, default=0) + 1, change, targets(state.aliases))
        submit(workspace, [entry], name=name, may_send=registry.outage is None)


def _root_of(workspace: Path, state: RegistryState, version: str, name: str) -> Path | None:
    """Return the folder with all files of a version; None where it lies outside the workspace."""
    entry = require_version(state, version, name)
    if read_mlflow_server(workspace) is None:
        return path_in_workspace(workspace, entry.location)
    root = model_copy(workspace, version)
    if not (root / "artifacts" / ARTIFACT).is_dir():
        if state.outage is not None:
            raise ServerUnavailable(
                "version {version} was never used in this workspace, and the MLflow server {server} that has its files "
                "does not answer; run this again when it does",
                version=version,
                server=state.outage.server,
            )
        fetch_model(workspace, version, state, name=name)
    return root


def _require_champion(aliases: Mapping[str, str], version: str, old_champion: str | None) -> None:
    """Raise unless the champion is still the one that a version was compared with."""
    champion = aliases.get(CHAMPION)
    if champion != old_champion:
        raise ChampionChanged(
            "version {champion} became champion while version {version} was compared with "
            "{old_champion}; no alias was changed",
            champion=champion,
            version=version,
            old_champion=old_champion or Message("none"),
        )


def _without_challenger(aliases: Mapping[str, str], *, up_to: str) -> Targets:
    """Return that the alias ``challenger`` goes, where a version or an older one has it."""
    challenger = aliases.get(CHALLENGER)
    return {CHALLENGER: None} if challenger is not None and int(challenger) <= int(up_to) else {}
