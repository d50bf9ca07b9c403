"""A real server of the service on a free port of this machine, in a thread, and a client that talks to it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import uvicorn

from attrition.predict.service.application import Service
from attrition.predict.service.current_model import CurrentModel, LoadedModel
from attrition.predict.service.server import configured


def service_of(fitted, *, version="7", source=None, **options) -> Service:
    """Return the service of one fitted model."""
    return Service(CurrentModel(LoadedModel(fitted, version), source), **options)


@contextlib.contextmanager
def serving(service: Service) -> Iterator[httpx.Client]:
    server = uvicorn.Server(configured(service))
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=30) as client:
            yield client
        server.should_exit = True
        thread.join()


def raw_reply(client: httpx.Client, request: bytes, *, seconds: float = 120) -> bytes:
    """Send bytes to a server, and return everything it sends until it closes the connection."""
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=seconds) as line:
        line.sendall(request)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := line.recv(65536):
                parts.append(part)
    return b"".join(parts)
