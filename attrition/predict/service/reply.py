"""What the service answers: a status, content, and why a request was refused, never with content of the request."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON, TEXT = "application/json", "text/plain; version=0.0.4; charset=utf-8"


class RejectedRequest(Exception):
    """A request that is rejected with `status` (HTTP); the message never repeats content of the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Reply:
    """A reply; `rows` and `abstained_rows` are counted in the metrics."""

    status: int
    content: bytes
    content_type: str = JSON
    version: str = ""
    rows: int = 0
    abstained_rows: int = 0


def json_reply(status: int, content: object, *, version: str = "") -> Reply:
    """Return a reply with some content as JSON."""
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), version=version)


def rejection(error: RejectedRequest) -> Reply:
    """Return the reply to a rejected request."""
    return json_reply(error.status, {"error": str(error)})


async def send_reply(send: Send, reply: Reply) -> None:
    """Send a reply with the headers that all have; the connection of an overloaded server or late body is closed."""
    headers = [
        (b"content-type", reply.content_type.encode()),
        (b"content-length", str(len(reply.content)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-model-version", reply.version.encode("latin-1", "replace")),
    ]
    if reply.status in (408, 503):
        headers += [(b"connection", b"close"), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.content})
