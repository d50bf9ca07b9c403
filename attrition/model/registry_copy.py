"""What a workspace keeps of a server's registry: its last answer, and a verified copy of each version that may score.

So scoring, serving and going back do not depend on the server. The answer is kept with its moment; where the server
does not answer, the moment since when is kept beside it, and it is not tried again for half a minute.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrition.data.atomic import atomic_file, atomic_folder
from attrition.data.mlflow_server import MlflowServer, read_mlflow_server
from attrition.data.swap import at_once
from attrition.errors import AttritionError, UserError
from attrition.model.mlflow_link import Link, connected, read_registry
from attrition.model.mlflow_refusals import ServerUnavailable
from attrition.model.registered_files import require_registered
from attrition.model.registry_file import ARTIFACTS, read_file
from attrition.model.registry_records import FILES_TAG, OWNER_TAG, Outage, RegistryState, state_from

LAST_ANSWER, VERSIONS, OWN_ID = "registry.json", "versions", "workspace_id"
SECONDS_FRESH, SECONDS_BEFORE_RETRY = 3.0, 30.0


def read_server(workspace: Path, server: MlflowServer, name: str, *, is_fresh: bool = False) -> RegistryState:
    """Return what the server's registry holds of a model, or what it held when it last answered.

    Parameters
    ----------
    is_fresh : bool
        Whether an answer of the last seconds will not do.

    Raises
    ------
    ServerUnavailable
        The server does not answer, and never did.
    UserError
        The registered model belongs to another workspace, or this one has versions in a file of its own.
    """
    kept = _read_kept(workspace, server)
    if kept is not None and _is_recent(kept, is_fresh=is_fresh):
        return _state_of(kept, server)
    try:
        with connected(workspace) as link:
            state, tags = read_registry(link, name)
    except ServerUnavailable as error:
        if kept is None:
            raise
        kept |= {"tried": time.time(), "down_since": kept["down_since"] or _now(), "why": error.why}
        _keep(workspace, kept)
        return _state_of(kept, server)
    _require_own(workspace, server, tags, name)
    keep_answer(workspace, server, state)
    return state


def keep_answer(workspace: Path, server: MlflowServer, state: RegistryState) -> None:
    """Keep what the server answered just now."""
    content = {"format": 1, "server": server.model_dump(), "answered": _now(), "tried": time.time()}
    _keep(workspace, content | {"down_since": "", "why": "", "state": state.as_content()})


def amend_answer(workspace: Path, change: Callable[[RegistryState], RegistryState] = lambda state: state) -> None:
    """Let the last answer hold what was changed on the server since, and the next question go there."""
    server = read_mlflow_server(workspace)
    if server is not None and (kept := _read_kept(workspace, server)) is not None:
        state = change(state_from(kept["state"])).as_content()
        _keep(workspace, kept | {"tried": 0.0, "down_since": "", "why": "", "state": state})


def model_copy(workspace: Path, version: str) -> Path:
    """Return the folder of a version's copy, with ``MLmodel`` at its root; it may not be there."""
    return workspace / ARTIFACTS / VERSIONS / version / "model"


def evaluation_copy(workspace: Path, version: str) -> Path:
    """Return the folder of the copy of what a version was evaluated with; it may not be there."""
    return workspace / ARTIFACTS / VERSIONS / version / "evaluation"


def fetch_model(workspace: Path, version: str, state: RegistryState, *, name: str) -> None:
    """Bring a version's files from the server into the workspace; they appear when their hashes were checked.

    Raises
    ------
    AttritionError
        They are not what was registered.
    """
    place = model_copy(workspace, version)
    with connected(workspace, is_patient=True) as link, at_once(), atomic_folder(place) as folder:
        download(link, f"models:/{link.registered(name)}/{version}", folder)
        require_registered(folder, version, state.versions[version].tags.get(FILES_TAG))


def fetch_evaluation(workspace: Path, version: str, run_id: str) -> None:
    """Bring what a version was evaluated with from the server into the workspace."""
    place = evaluation_copy(workspace, version)
    with connected(workspace) as link, at_once(), atomic_folder(place) as folder:
        download(link, f"runs:/{run_id}/evaluation", folder)


def download(link: Link, address: str, folder: Path) -> None:
    """Download everything below an address into a folder.

    Raises
    ------
    AttritionError
        There is nothing.
    """
    path = Path(link.mlflow.artifacts.download_artifacts(artifact_uri=address, dst_path=str(folder)))
    if path != folder and path.is_dir():
        for part in path.iterdir():
            part.replace(folder / part.name)
        path.rmdir()
    if not any(folder.iterdir()):
        raise AttritionError("the MLflow server holds no files at {address}", address=address)


def remove_unused_copies(workspace: Path, used: set[str]) -> None:
    """Remove the copies of all other versions; they can be brought from the server again."""
    for folder in (workspace / ARTIFACTS / VERSIONS).glob("[0-9]*"):
        if folder.name not in used:
            shutil.rmtree(folder)


def workspace_id(workspace: Path) -> str:
    """Return the name by which this workspace marks a registered model as its own; made when first needed."""
    path = workspace / ARTIFACTS / OWN_ID
    if not path.is_file():
        with at_once(), atomic_file(path) as part:
            part.write_text(uuid.uuid4().hex, encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _require_own(workspace: Path, server: MlflowServer, tags: dict[str, str], name: str) -> None:
    """Refuse a registered model of another workspace, and a server beside a registry that holds versions already."""
    path = workspace / ARTIFACTS / OWN_ID
    own = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    if tags.get(OWNER_TAG, own) != own:
        raise UserError(
            "the registered model {model} on {server} belongs to another workspace; name another one as model = under "
            "[mlflow] in pipelines/sources.toml. If that workspace is gone for good, remove the model's tag {tag} in "
            "MLflow's pages",
            model=server.model or name,
            server=server.tracking_uri,
            tag=OWNER_TAG,
        )
    embedded = read_file(workspace, name)
    if embedded is None or embedded.versions:
        raise UserError(
            "the models of this workspace are in its file mlflow.db; `attrition models move` brings them to {server}, "
            "or leave [mlflow] out of pipelines/sources.toml",
            server=server.tracking_uri,
        )


def _read_kept(workspace: Path, server: MlflowServer) -> dict[str, Any] | None:
    """Return the last answer of this server; None where there is none."""
    try:
        kept: dict[str, Any] = json.loads((workspace / ARTIFACTS / LAST_ANSWER).read_text(encoding="utf-8"))
        return kept if kept["server"] == server.model_dump() and kept["format"] == 1 else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_recent(kept: dict[str, Any], *, is_fresh: bool) -> bool:
    """Return whether the server need not be asked again yet."""
    seconds = time.time() - kept["tried"]
    limit = SECONDS_BEFORE_RETRY if kept["down_since"] else 0.0 if is_fresh else SECONDS_FRESH
    return 0 <= seconds < limit


def _state_of(kept: dict[str, Any], server: MlflowServer) -> RegistryState:
    outage = Outage(server.tracking_uri, kept["down_since"], kept["answered"], kept["why"])
    return replace(state_from(kept["state"]), outage=outage if kept["down_since"] else None)


def _keep(workspace: Path, content: dict[str, Any]) -> None:
    """Write the last answer; a user who may only read goes without."""
    with suppress(PermissionError), at_once(), atomic_file(workspace / ARTIFACTS / LAST_ANSWER) as part:
        part.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
