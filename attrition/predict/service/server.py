"""Runs the service until it is stopped, and guards its connections against those who are slow or too many."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from attrition.errors import UserError
from attrition.predict.service.application import LOCAL_HOSTS
from attrition.predict.service.reply import RejectedRequest, rejection, send_reply

if TYPE_CHECKING:
    from attrition.predict.service.application import Service
    from attrition.predict.service.limits import Limits
    from attrition.predict.service.reply import Receive, Scope, Send

TOKEN_VARIABLE = "ATTRITION_TOKEN"
"""Environment variable from which the bearer token is read."""
SECONDS_TO_DRAIN = 30
"""Requests that are being answered when the service is stopped get so long to end."""


def allowed_hosts(host: str, token: str | None) -> tuple[str, ...]:
    """Return the values of the Host header to accept when the service listens on `host`.

    On a local address these are the local names. On any other address all are accepted, and a token is required.

    Raises
    ------
    UserError
        Other machines could reach the service, and there is no token.

    Examples
    --------
    >>> allowed_hosts("127.0.0.1", None)
    ('127.0.0.1', 'localhost', '[::1]')
    """
    if host in (*LOCAL_HOSTS, "::1"):
        return LOCAL_HOSTS
    if not token:
        raise UserError(
            "on {host} other machines can reach the service: set {variable} to a secret first",
            host=host,
            variable=TOKEN_VARIABLE,
        )
    return ("*",)


def serve(service: Service, sockets: list[socket.socket]) -> None:
    """Answer requests on some listening sockets until SIGTERM or Ctrl-C, and end those that have begun.

    After SIGTERM it returns; Ctrl-C raises KeyboardInterrupt, as elsewhere.
    """
    server = uvicorn.Server(configured(service))

    def stop(*_: Any) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)  # uvicorn raises a signal again when it has drained: to this handler then
    server.run(sockets=sockets)


def configured(service: Service) -> uvicorn.Config:
    """Return the configuration of the server: no log of requests, no headers of its own, no trust in forwarded ones."""
    return uvicorn.Config(
        service,
        http=partial(GuardedConnection, limits=service.limits),  # type: ignore[arg-type]
        ws="none",
        log_config=None,  # whoever runs it says where warnings go
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SECONDS_TO_DRAIN,
    )


class GuardedConnection(H11Protocol):
    """A connection that is closed when the head of a request or the reader of a reply is late; too many are refused.

    The clock runs from the beginning of a connection or request until its head is complete, and after the reply where
    the client still sends the body.

    Where the reply ends the connection and the client still sends, what comes is read and dropped: a connection that is
    closed with bytes unread is reset, and the client may never read the reply that says why it was refused.
    """

    def __init__(self, *args: Any, limits: Limits, **options: Any) -> None:
        super().__init__(*args, **options)
        self._limits = limits
        self._clocks: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock; beyond the limit the connection gets one refusal, and beyond twice that none."""
        super().connection_made(_ClosedWhenSent(transport, self._is_sent, self._drop_the_rest))  # type: ignore[arg-type]
        if len(self.connections) > 2 * self._limits.connections:
            transport.abort()
            return
        if len(self.connections) > self._limits.connections:
            self.app = _too_many_connections
        self._start("head", self._limits.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Take some bytes of a request, and let the clock run as long as they are no complete head."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.conn.their_state is h11.IDLE or self.conn.our_state is h11.DONE:
            self._start("head", self._limits.head_seconds)
        else:
            self._stop("head")

    def pause_writing(self) -> None:
        """Let the clock run while the client does not read."""
        self.flow.pause_writing()
        self._start("reply", self._limits.reply_seconds)

    def resume_writing(self) -> None:
        """Stop the clock: the client has read something."""
        self.flow.resume_writing()
        self._stop("reply")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        for name in list(self._clocks):
            self._stop(name)
        super().connection_lost(exc)

    def _is_sent(self) -> bool:
        return self.conn.their_state not in (h11.SEND_BODY, h11.ERROR)

    def _drop_the_rest(self) -> None:
        self._start("rest", self._limits.head_seconds)

    def _start(self, name: str, seconds: float) -> None:
        if name not in self._clocks:
            self._clocks[name] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        if clock := self._clocks.pop(name, None):
            clock.cancel()


class _ClosedWhenSent:
    """A transport whose `close` only ends what is written as long as the client still sends its request.

    The connection is closed when the client closes it, as clients do with a reply that ends the connection, or when the
    clock that `wait` starts runs out.
    """

    def __init__(self, transport: asyncio.Transport, is_sent: Callable[[], bool], wait: Callable[[], None]) -> None:
        self._transport, self._is_sent, self._wait, self._is_ended = transport, is_sent, wait, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        return self._is_ended or self._transport.is_closing()

    def close(self) -> None:
        if self._is_sent() or self.is_closing():
            self._transport.close()
            return
        self._is_ended = True
        self._transport.write_eof()
        self._transport.resume_reading()
        self._wait()


async def _too_many_connections(scope: Scope, receive: Receive, send: Send) -> None:
    await send_reply(send, rejection(RejectedRequest(503, "too many connections at once; try again")))
