"""The scoring service of a workspace: the model in use behind plain JSON over HTTP, until stopped."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

from attrition.errors import UserError
from attrition.message import Message

if TYPE_CHECKING:
    from attrition.steps.model_in_use import VersionedModel


def serve_model(model: VersionedModel, *, host: str, port: int) -> None:
    """Answer requests with a model; other machines are let in only with a token from the environment.

    Parameters
    ----------
    model : VersionedModel
        The model that answers, and the version that each reply names.
    host : str
        Address to listen on.
    port : int
        Port to listen on.

    Raises
    ------
    UserError
        The address lets other machines in and no token is set; or another program has the port, or this user may not.
    """
    from attrition.predict.service import TOKEN_VARIABLE, allowed_hosts, application, serve

    token = os.environ.get(TOKEN_VARIABLE)
    hosts = allowed_hosts(host, token)
    require_free_port(host, port)
    app = application(model.fitted, version=model.version, caveat=model.caveat, token=token, hosts=hosts)
    serve(app, host=host, port=port)


def require_free_port(host: str, port: int) -> None:
    """Return if a program may listen on a port of an address of this machine.

    Raises
    ------
    UserError
        Another program listens there, the port is reserved, or the address is not one of this machine's.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in addresses:
            with socket.socket(family, kind, protocol) as tried:
                if os.name != "nt":  # on Windows this option would take the port from the program that has it
                    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except OSError as error:
        raise UserError(_port_sentence(error, host, port)) from None


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
