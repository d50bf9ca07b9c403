"""Moves the models of a workspace from its own file to the centre's MLflow server, with numbers, decisions and aliases.

Nothing is taken away before everything is there: versions go first, then decisions, then aliases, and only then is the
file set aside. A move that was killed is continued by running it again; what is there already stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrition.data.atomic import atomic_folder
from attrition.data.mlflow_server import read_mlflow_server
from attrition.data.progress import Progress
from attrition.errors import AttritionError, UserError
from attrition.message import Message
from attrition.model.file_hashes import as_text, hash_files
from attrition.model.mlflow_link import Link, connected, read_registry
from attrition.model.registered_files import require_registered
from attrition.model.registry import end_killed_runs, experiment_id, require_model
from attrition.model.registry_copy import evaluation_copy, keep_answer, model_copy
from attrition.model.registry_file import database_path, path_in_workspace
from attrition.model.registry_outbox import EVALUATION_FOLDER, ORDER
from attrition.model.registry_records import FILES_TAG, MODEL, REGISTERED_TAG, RegistryState, Version, history_key

ASIDE = "mlflow.db.moved"
"""What the workspace's own file is called when its content is on the server."""
BATCH = 100


@dataclass(frozen=True)
class _Kept:
    """A version as the workspace's own file holds it, with its run and its files."""

    version: Version
    description: str
    run: Any
    files: Path
    evaluation: Path


def move_to_server(workspace: Path, *, progress: Progress, name: str = MODEL) -> list[str]:
    """Move every version, decision and alias to the declared server; return the numbers of the versions.

    Raises
    ------
    UserError
        No server is declared, the file holds no versions, or the server's model holds others.
    AttritionError
        Files of a version are gone, or are not those that were registered.
    """
    if (server := read_mlflow_server(workspace)) is None:
        raise UserError('name the server first: [mlflow] with tracking_uri = "https://…" in pipelines/sources.toml')
    state, kept = _kept(workspace, name)
    with connected(workspace, is_patient=True) as link:
        there = read_registry(link, name)[0]
        _require_same(there, state, link.registered(name), server.tracking_uri)
        require_model(workspace, link, name)
        end_killed_runs(workspace, link, name)
        for entry in kept:
            if entry.version.number not in there.versions:
                progress(Message("moving version {version}", version=entry.version.number))
                _move_version(workspace, link, entry, name)
            _keep_copy(workspace, entry)
        _move_decisions(link, state, name)
        keep_answer(workspace, server, read_registry(link, name)[0])
    database_path(workspace).replace(workspace / ASIDE)
    return [entry.version.number for entry in kept]


def _kept(workspace: Path, name: str) -> tuple[RegistryState, list[_Kept]]:
    """Read everything from the workspace's own file, and check the files of each version."""
    if not database_path(workspace).is_file():
        raise UserError("there is no mlflow.db in this workspace to be moved; its models are on the server already")
    with connected(workspace, is_embedded=True) as link:
        state = read_registry(link, name)[0]
        kept = [_read_version(workspace, link, version, name) for version in state.versions.values()]
    for entry in kept:
        _require_sound(entry)
    return state, kept


def _read_version(workspace: Path, link: Link, version: Version, name: str) -> _Kept:
    run, entry = link.client.get_run(version.run_id), link.client.get_model_version(name, version.number)
    files, artifacts = (path_in_workspace(workspace, place) for place in (version.location, run.info.artifact_uri))
    if files is None or artifacts is None:
        raise AttritionError("the registry points outside the workspace: {location}", location=version.location)
    return _Kept(version, entry.description or "", run, files, artifacts / EVALUATION_FOLDER)


def _require_sound(entry: _Kept) -> None:
    if not (entry.files / "MLmodel").is_file():
        raise AttritionError(
            "the files of version {version} are gone: {folder}; nothing was moved. Bring them back from a backup",
            version=entry.version.number,
            folder=entry.files,
        )
    require_registered(entry.files, entry.version.number, entry.version.tags.get(FILES_TAG))


def _require_same(there: RegistryState, state: RegistryState, model: str, server: str) -> None:
    """Refuse a model on the server that holds versions which are not those of the workspace."""
    tags = {number: version.tags for number, version in state.versions.items()}
    key = "panel_sha256"
    others = [n for n, v in there.versions.items() if n not in tags or v.tags.get(key) != tags[n].get(key)]
    if others:
        raise UserError(
            "the registered model {model} on {server} holds versions of its own; name another one as model = under "
            "[mlflow] in pipelines/sources.toml",
            model=model,
            server=server,
        )


def _move_version(workspace: Path, link: Link, entry: _Kept, name: str) -> None:
    """Make a version of the same number, with its run, its files and its tags."""
    registered, version = link.registered(name), entry.version
    run_id = _move_run(link, entry.run, experiment_id(workspace, link, name), entry.evaluation)
    logged = link.client.create_logged_model(experiment_id(workspace, link, name), name=name, source_run_id=run_id)
    link.client.log_model_artifacts(logged.model_id, str(entry.files))
    link.client.finalize_logged_model(logged.model_id, "READY")
    tags = version.tags | {REGISTERED_TAG: str(version.registered_at)}
    tags.setdefault(FILES_TAG, as_text(hash_files(entry.files)))
    source: Mapping[str, Any] = {"source": f"models:/{logged.model_id}", "run_id": run_id, "model_id": logged.model_id}
    while True:
        made = link.client.create_model_version(registered, tags=tags, description=entry.description, **source)
        if int(made.version) >= int(version.number):
            break
        link.client.delete_model_version(registered, str(made.version))  # one of this number was deleted here
    if str(made.version) != version.number:
        raise UserError(
            "the registered model {model} has had other versions, so that version {version} cannot have its number; "
            "name another one as model = under [mlflow] in pipelines/sources.toml",
            model=registered,
            version=version.number,
        )


def _move_run(link: Link, run: Any, experiment: str, evaluation: Path) -> str:
    """Make a run with the same parameters, figures, tags, times and files."""
    from mlflow.entities import Metric, Param

    own = {key for key in run.data.tags if not key.startswith("mlflow.")} | {"mlflow.note.content"}
    tags = {key: value for key, value in run.data.tags.items() if key in own}
    made = link.client.create_run(experiment, run.info.start_time, tags, run.info.run_name)
    figures = [Metric(key, value, run.info.start_time, 0) for key, value in run.data.metrics.items()]
    params = [Param(key, value) for key, value in run.data.params.items()]
    for first in range(0, max(len(figures), len(params)), BATCH):
        batch = slice(first, first + BATCH)
        link.client.log_batch(made.info.run_id, metrics=figures[batch], params=params[batch])
    if evaluation.is_dir():
        link.client.log_artifacts(made.info.run_id, str(evaluation), EVALUATION_FOLDER)
    link.client.set_terminated(made.info.run_id, run.info.status, run.info.end_time)
    return str(made.info.run_id)


def _move_decisions(link: Link, state: RegistryState, name: str) -> None:
    """Write the history, and then the aliases; whoever scores is moved last."""
    registered = link.registered(name)
    for number, change in state.history.items():
        link.client.set_registered_model_tag(registered, history_key(number), change.as_text)
    for alias in sorted(state.aliases, key=lambda alias: ORDER.index(alias) if alias in ORDER else -1):
        link.client.set_registered_model_alias(registered, alias, state.aliases[alias])


def _keep_copy(workspace: Path, entry: _Kept) -> None:
    """Keep the files of a version in the workspace, as of each version on a server."""
    number = entry.version.number
    places = ((entry.files, model_copy(workspace, number)), (entry.evaluation, evaluation_copy(workspace, number)))
    for files, place in places:
        if files.is_dir():
            with atomic_folder(place) as folder:
                shutil.copytree(files, folder, dirs_exist_ok=True)
