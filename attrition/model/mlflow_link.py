"""The one door to MLflow: its public client, pointed at the declared server or at the workspace's own file.

MLflow's telemetry is switched off, since the data are about people. Whatever a server or the network refuses becomes
one sentence; an answer of the server is never repeated in it.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.mlflow_server import MlflowServer, read_mlflow_server
from attrition.data.modes import protect
from attrition.errors import UserError
from attrition.model.mlflow_refusals import refusal
from attrition.model.registry_file import ARTIFACTS, database_path, mend_addresses, saying_what_sqlite_refuses
from attrition.model.registry_records import REGISTERED_TAG, RegistryState, Version, history_from

if TYPE_CHECKING:
    from mlflow import MlflowClient

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}
QUICK = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "15"}
"""How long a question to the server waits, unless the environment says otherwise; MLflow's own is many minutes."""
PATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "5", "MLFLOW_HTTP_REQUEST_TIMEOUT": "120"}
"""The same while a model is being registered, whose training took longer than that."""
LOUD = ("mlflow", "urllib3.connectionpool", "alembic")
"""What tells of each attempt by itself."""
ABSENT = ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")


@dataclass(frozen=True)
class Link:
    """A connection: MLflow with its addresses set, its client, and the server; None for the workspace's own file."""

    mlflow: Any
    client: MlflowClient
    server: MlflowServer | None

    def registered(self, name: str) -> str:
        """Return the name of the registered model that a model has there."""
        return name if self.server is None else self.server.model or name

    def experiment(self, name: str) -> str:
        """Return the name of the experiment that the model's trainings are runs of."""
        return name if self.server is None else self.server.experiment or self.registered(name)


def tracking_uri(workspace: Path) -> str:
    """Return MLflow's tracking URI of the workspace: the declared server, or the workspace's own file."""
    return _address(workspace, read_mlflow_server(workspace))


@contextmanager
def connected(workspace: Path, *, is_patient: bool = False, is_embedded: bool = False) -> Iterator[Link]:
    """Yield a link to MLflow; where it pointed before is set again afterwards.

    Parameters
    ----------
    is_patient : bool
        Whether to wait for a server that is slow or just being started.
    is_embedded : bool
        Whether it goes to the workspace's own file, whatever is declared.

    Raises
    ------
    ServerUnavailable
        The server does not answer, does not let this user in, or is not trusted.
    ServerRefused
        It refuses what it was asked to do.
    RegistryRefused
        The workspace's own file is damaged, locked, closed to writing, or of another version of MLflow.
    """
    server = None if is_embedded else read_mlflow_server(workspace)
    address = _address(workspace, server)
    if server is None:
        mend_addresses(workspace)
    with _environment(SETTINGS | (PATIENT if is_patient else QUICK)):
        import mlflow

        with _pointed_at(mlflow, address, server), _quietly(), saying_what_sqlite_refuses(), _in_a_sentence(server):
            try:
                yield Link(mlflow, mlflow.MlflowClient(), server)
            finally:
                protect(workspace / ARTIFACTS)  # MLflow copies the modes of the files it is given


def read_registry(link: Link, name: str) -> tuple[RegistryState, dict[str, str]]:
    """Return what the registry holds of a model, by MLflow's client, and the tags of the model itself.

    Both are empty where no model of that name is registered.
    """
    registered = link.registered(name)
    try:
        model = link.client.get_registered_model(registered)
    except link.mlflow.MlflowException as error:
        if error.error_code in ABSENT:
            return RegistryState(), {}
        raise
    tags, aliases = dict(model.tags), {alias: str(number) for alias, number in model.aliases.items()}
    return RegistryState(aliases, history_from(tags), _versions(link, registered)), tags


def has_model(link: Link, registered: str) -> bool:
    """Return whether a model of that name is registered."""
    try:
        link.client.get_registered_model(registered)
    except link.mlflow.MlflowException as error:
        if error.error_code in ABSENT:
            return False
        raise
    return True


def _versions(link: Link, registered: str) -> dict[str, Version]:
    """Return all versions, the oldest first, page after page."""
    listed: list[Any] = []
    token: str | None = None
    while token is None or token:
        page = link.client.search_model_versions(f"name='{registered}'", page_token=token)
        listed, token = [*listed, *page], page.token or ""
    return {str(entry.version): _version(link, entry) for entry in sorted(listed, key=lambda entry: int(entry.version))}


def _version(link: Link, entry: Any) -> Version:
    number, run = str(entry.version), entry.run_id or ""
    location = link.client.get_model_version_download_uri(entry.name, number) if link.server is None else ""
    registered_at = int(entry.tags.get(REGISTERED_TAG, entry.creation_timestamp))
    return Version(number, (), dict(entry.tags), run, registered_at, location)


def _address(workspace: Path, server: MlflowServer | None) -> str:
    return f"sqlite:///{database_path(workspace).resolve().as_posix()}" if server is None else server.tracking_uri


@contextmanager
def _environment(settings: dict[str, str]) -> Iterator[None]:
    """Set variables that are not set, and unset them afterwards; MLflow reads them at each request."""
    own = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(own)
    try:
        yield
    finally:
        for name in own.keys() - SETTINGS.keys():
            os.environ.pop(name, None)


@contextmanager
def _pointed_at(mlflow: Any, address: str, server: MlflowServer | None) -> Iterator[None]:
    """Let MLflow's addresses be these; a Databricks workspace knows its own registry."""
    tracking, registry = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    mlflow.set_tracking_uri(address)
    mlflow.set_registry_uri(None if server is not None and server.is_databricks else address)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(tracking)
        mlflow.set_registry_uri(registry)
        # Unless it is set, the registry URI follows the tracking URI; setting it above stopped that.
        if registry == tracking:
            mlflow.set_registry_uri(None)
            os.environ.pop("MLFLOW_REGISTRY_URI", None)


@contextmanager
def _quietly() -> Iterator[None]:
    """Let neither MLflow nor the libraries below it write on the terminal."""
    levels = {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # No input example is logged, since it would be the row of an agent; MLflow warns about its absence.
            warnings.filterwarnings("ignore", message=".*An input example was not provided")
            # SQLAlchemy warns about a setting that MLflow uses.
            warnings.filterwarnings("ignore", message=".*``noload`` loader strategy")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def _in_a_sentence(server: MlflowServer | None) -> Iterator[None]:
    """Say in a sentence what a server or the network refuses."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if server is None or (sentence := refusal(error, server.tracking_uri)) is None:
            raise
        raise sentence from None
