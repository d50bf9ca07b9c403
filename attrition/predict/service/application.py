"""The service as an ASGI application: its routes, who may ask, and what is counted."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from attrition.predict.inputs import InvalidInput
from attrition.predict.predictions import predictions
from attrition.predict.service.body import ByteBudget, ClientGone, parse_body, read_body
from attrition.predict.service.current_model import LoadedModel, watched
from attrition.predict.service.limits import Limits
from attrition.predict.service.metrics import Metrics
from attrition.predict.service.objected import Objectors, nobody, respecting_objections
from attrition.predict.service.reply import TEXT, RejectedRequest, Reply, json_reply, rejection, send_reply

if TYPE_CHECKING:
    from attrition.predict.service.current_model import CurrentModel
    from attrition.predict.service.reply import Receive, Scope, Send

LOG = logging.getLogger("attrition.service")
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SCORE = ("/score", "/invocations")
THREADS = 4
"""Threads in which bodies are parsed and rows are scored; the loop that reads and writes only waits for them."""


class Service:
    """Answers /score and /invocations with predictions, and /health, /ready, /version and /metrics about itself.

    Parameters
    ----------
    current : CurrentModel
        The model that answers.
    token : str or None
        Where set, every request with rows must have the header ``Authorization: Bearer <token>``.
    hosts : sequence of str
        Values of the Host header that are accepted, without a port; "*" for all.
    limits : Limits
        What is taken at once.
    objectors : callable
        Returns by which names those who objected to being scored may be asked for; called for each request.
    """

    def __init__(
        self,
        current: CurrentModel,
        *,
        token: str | None = None,
        hosts: Sequence[str] = LOCAL_HOSTS,
        limits: Limits | None = None,
        objectors: Objectors = nobody,
    ) -> None:
        self.current, self.limits = current, limits or Limits()
        self.metrics, self.in_flight = Metrics(), 0
        self._objectors = objectors
        self._token, self._hosts = token, frozenset(host.lower() for host in hosts)
        self._budget = ByteBudget(self.limits.bytes_at_once)
        self._large = asyncio.Semaphore(1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="score")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the beginning and end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        with contextlib.suppress(ClientGone):
            reply = await self._reply(scope, receive)
            await send_reply(send, reply if reply.version else replace(reply, version=self.current.model.version))
            self.metrics.count(_route(scope["path"]), reply, time.perf_counter() - started)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Look for other models between the server's start and its end."""
        await receive()
        async with watched(self.current):
            await send({"type": "lifespan.startup.complete"})
            await receive()
        self._threads.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        try:
            headers = dict(reversed(scope["headers"]))
            self._check_host(headers)
            if scope["path"] in SCORE:
                _require_method(scope, "POST")
                return await self._score(headers, receive)
            _require_method(scope, "GET")
            return self._about(scope["path"])
        except RejectedRequest as error:
            return rejection(error)
        except InvalidInput as error:
            return json_reply(400, {"error": str(error)})
        except ClientGone:
            raise
        except Exception as error:
            LOG.error("a request failed: %s", type(error).__name__)  # its message may hold content of the request
            return json_reply(500, {"error": "the model failed"})

    async def _score(self, headers: Mapping[bytes, bytes], receive: Receive) -> Reply:
        self._check_token(headers)
        if self.in_flight >= self.limits.requests:
            raise RejectedRequest(503, "too many requests at once; try again")
        self.in_flight += 1
        try:
            with self._budget.body() as body:
                await read_body(body, receive, headers, self.limits)
                async with (
                    self._large if len(body.content) > self.limits.large_body_bytes else contextlib.nullcontext()
                ):
                    loop, model = asyncio.get_running_loop(), self.current.model
                    ask = partial(answer, model, body.content, self.limits, objectors=self._objectors)
                    return await loop.run_in_executor(self._threads, ask)
        finally:
            self.in_flight -= 1

    def _about(self, path: str) -> Reply:
        model = self.current.model
        if path == "/health":
            return json_reply(200, {"status": "alive", "model_version": model.version})
        if path == "/ready":
            failed = self.current.failed_version
            content = {"status": "ready", "model_version": model.version, "golden_rows": "passed"}
            return json_reply(200, content | ({"version_not_loaded": failed} if failed else {}))
        if path == "/version":
            return json_reply(200, model.about)
        if path == "/metrics":
            text = self.metrics.text(self.current, in_flight=self.in_flight)
            return Reply(200, text.encode(), content_type=TEXT)
        raise RejectedRequest(404, "there is no such path")

    def _check_host(self, headers: Mapping[bytes, bytes]) -> None:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if "*" not in self._hosts and name not in self._hosts:
            raise RejectedRequest(400, "the service does not answer to this Host header")

    def _check_token(self, headers: Mapping[bytes, bytes]) -> None:
        """Reject a request without the token; without a token every request passes."""
        if self._token is None:
            return
        if not hmac.compare_digest(headers.get(b"authorization", b""), f"Bearer {self._token}".encode()):
            raise RejectedRequest(401, "a bearer token is needed")


def answer(model: LoadedModel, body: bytearray, limits: Limits, *, objectors: Objectors = nobody) -> Reply:
    """Return the predictions for the rows of a body, with what is to be said of the model; all by this one model."""
    inputs, with_drivers = parse_body(body, model.fields, limits)
    columns = predictions(model.fitted, inputs, version=model.version, with_drivers=with_drivers)
    columns = respecting_objections(columns, inputs.agent, objectors())
    names = list(columns)
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    content = json.dumps({"predictions": rows, "about": model.about}, allow_nan=False, ensure_ascii=False).encode()
    without_band = sum(abstained is not False for abstained in columns["abstained"])
    return Reply(200, content, version=model.version, rows=len(rows), abstained_rows=without_band)


def _route(path: str) -> str:
    return path if path in (*SCORE, "/health", "/ready", "/version", "/metrics") else "other"


def _require_method(scope: Scope, method: str) -> None:
    if scope["method"] != method:
        raise RejectedRequest(405, f"this path takes {method}")
