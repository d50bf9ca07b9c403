"""The scoring service of a workspace: the model in use behind plain JSON over HTTP, until stopped."""

from __future__ import annotations

import errno
import os
import socket
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.mlflow_server import read_mlflow_server
from attrition.errors import UserError
from attrition.ledger.persons import names_of_objectors, state_of_objections
from attrition.message import Message
from attrition.model import aliases
from attrition.model.registry_file import ARTIFACTS, database_path
from attrition.model.registry_outbox import OUTBOX
from attrition.runs import Runs
from attrition.steps.model_in_use import caveat_of, load_model_in_use

if TYPE_CHECKING:
    from attrition.model.provisional import Caveat
    from attrition.model.risk import FittedRisk
    from attrition.predict.service.current_model import LoadedModel

SECONDS_BETWEEN_QUESTIONS = 10.0
"""How often a service asks the MLflow server which version is in use."""


def serve_model(workspace: Path, *, host: str, port: int, names: Sequence[str] = ()) -> None:
    """Answer requests with the model in use until stopped; other machines are let in only with a token.

    Parameters
    ----------
    workspace : Path
        Whose model in use answers; another one takes over within seconds.
    host : str
        Address to listen on.
    port : int
        Port to listen on.
    names : sequence of str
        Names of the service besides the address, which a proxy passes on in the Host header.

    Raises
    ------
    UserError
        The address lets other machines in and no token is set; or another program has the port, or this user may not;
        or no model is in use.
    """
    from attrition.predict.service.application import Service
    from attrition.predict.service.current_model import CurrentModel
    from attrition.predict.service.server import TOKEN_VARIABLE, allowed_hosts, serve

    token = os.environ.get(TOKEN_VARIABLE)
    hosts = (*allowed_hosts(host, token), *names)
    with listening_sockets(host, port) as sockets:
        models = RegisteredModels(workspace)
        current, objectors = CurrentModel(models.load(), models), CurrentObjectors(workspace)
        objectors()  # where the key of the pseudonyms is not there, nobody is answered
        serve(Service(current, token=token, hosts=hosts, objectors=objectors), sockets)


class CurrentObjectors:
    """By which names those who objected to being scored may be asked for; read anew whenever the file was changed.

    Where that cannot be read, the call raises, so that the request fails instead of being answered.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._seen: tuple[Hashable, frozenset[str]] | None = None

    def __call__(self) -> frozenset[str]:
        """Return staff numbers and pseudonyms."""
        state, seen = state_of_objections(self._workspace), self._seen
        if seen is None or seen[0] != state:
            seen = self._seen = (state, names_of_objectors(self._workspace))
        return seen[1]


class RegisteredModels:
    """The model in use of a workspace, as the service asks for it; see `attrition.predict.service.current_model`."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        path, self._has_server = database_path(workspace), read_mlflow_server(workspace) is not None
        own = [workspace / ARTIFACTS / OUTBOX]
        self._files = own if self._has_server else [*own, path, path.with_name(f"{path.name}-wal")]

    def state(self) -> Hashable:
        """Return size and time of the registry's files; of a server, another value every few seconds."""
        stats = [path.stat() for path in self._files if path.exists()]
        turn = int(time.monotonic() / SECONDS_BETWEEN_QUESTIONS) if self._has_server else 0
        return (turn, *((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats))

    def version_in_use(self) -> str | None:
        """Return the version that scores."""
        return aliases.version_in_use(self._workspace)

    def caveat(self, version: str) -> Caveat:
        """Return what could not be shown of a version."""
        return caveat_of(self._workspace, version)

    def load(self) -> LoadedModel:
        """Load the version that scores; a model that was saved without its sites takes them from the panel."""
        from attrition.predict.service.current_model import LoadedModel

        model = load_model_in_use(self._workspace)
        return LoadedModel(_with_sites(model.fitted, self._workspace), model.version, model.caveat).warmed()


def _with_sites(fitted: FittedRisk, workspace: Path) -> FittedRisk:
    from attrition.model.training_sites import training_sites

    if fitted.training_sites is not None:
        return fitted
    try:
        outcomes = Runs(workspace).read_outcomes()
    except UserError:  # without a panel it stays unknown, and replies say so
        return fitted
    return replace(fitted, training_sites=training_sites(outcomes, spec=fitted.spec, fitted_at=fitted.fitted_at))


@contextmanager
def listening_sockets(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Yield sockets that listen on a port of the addresses of a host name of this machine, and close them at the end.

    Raises
    ------
    UserError
        Another program listens there, the port is reserved, or the address is not one of this machine's.
    """
    with ExitStack() as doors:
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            listening = [doors.enter_context(_listening(*address)) for address in addresses]
        except OSError as error:
            raise UserError(_port_sentence(error, host, port)) from None
        yield listening


def _listening(family: int, kind: int, protocol: int, _: str, address: tuple[object, ...]) -> socket.socket:
    door = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":  # on Windows this option would take the port from the program that has it
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        door.bind(address)
        door.listen(1024)
    except OSError:
        door.close()
        raise
    return door


def _port_sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return Message(
            "port {port} is taken by another program, perhaps by another `attrition serve`; use another with --port",
            port=port,
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Message("this user may not listen on port {port}; use one above 1023 with --port", port=port)
    return Message(
        '"{host}" is not an address of this machine; use 127.0.0.1, or one of its own, with --host', host=host
    )
