"""The scoring service of `attrition serve`, an HTTP server that takes and returns JSON as MLflow's own server does.

MLflow's server lacks what it adds: a limit on the length of the body, an optional bearer token, a check of the Host
header, errors that do not repeat the input, and the model's version in every response (header ``X-Model-Version``).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from attrition.errors import UserError
from attrition.model.provenance import version_of
from attrition.model.provisional import NOTHING_TO_SAY, Caveat
from attrition.predict.inputs import InvalidInput, from_records
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attrition.model.risk import FittedRisk

TOKEN_VARIABLE = "ATTRITION_TOKEN"
"""Environment variable from which the bearer token is read."""
MAXIMUM_BYTES = 32 * 2**20
MAXIMUM_ROWS = 10_000
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class RejectedRequest(Exception):
    """A request that is rejected with `status` (HTTP); the message never repeats content of the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def application(
    fitted: FittedRisk,
    *,
    version: str,
    caveat: Caveat = NOTHING_TO_SAY,
    token: str | None = None,
    maximum_bytes: int = MAXIMUM_BYTES,
    hosts: Sequence[str] = LOCAL_HOSTS,
) -> FastAPI:
    """Return the service for one fitted model, with the routes /score, /invocations, /health and /version.

    Parameters
    ----------
    fitted : FittedRisk
        The model in use.
    version : str
        Its version in the registry, returned with every response.
    caveat : Caveat
        What could not be shown of it, returned by /score and /version in English and Chinese.
    token : str or None
        Where set, every scoring request must have the header ``Authorization: Bearer <token>``.
    maximum_bytes : int
        Longest body, in bytes.
    hosts : sequence of str
        Values of the Host header that are accepted, see `allowed_hosts`.
    """
    model = {"attrition": version_of("attrition"), "model": fitted.spec.name, "model_version": version}
    about = model | {"caveat": caveat.en, "caveat_zh": caveat.zh}
    app = FastAPI(title="attrition", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.middleware("http")(_add_headers(version))

    async def score(request: Request) -> Response:
        try:
            _check_token(request, token)
            records, with_drivers = _records(await _body(request, maximum_bytes))
            content = await run_in_threadpool(_predict, fitted, records, about, with_drivers)
        except RejectedRequest as rejection:
            return JSONResponse({"error": str(rejection)}, status_code=rejection.status)
        except InvalidInput as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(content, media_type="application/json")

    app.post("/score")(score)
    app.post("/invocations")(score)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ready", "model_version": version}

    @app.get("/version")
    def versions() -> dict[str, str]:
        return about

    return app


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


def serve(app: FastAPI, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Run the service until the process is stopped; by default only this machine can reach it."""
    import uvicorn

    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)


def _add_headers(version: str) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    """Return a middleware that adds headers to every response, also to that of an unexpected error."""

    async def add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            response = await call_next(request)
        except Exception:
            response = JSONResponse({"error": "the model failed"}, status_code=500)
        response.headers["X-Model-Version"] = version
        response.headers["Cache-Control"] = "no-store"
        return response

    return add_headers


def _check_token(request: Request, token: str | None) -> None:
    """Reject a request without the token; without a token every request passes."""
    if token is None:
        return
    header = request.headers.get("authorization", "")
    if not hmac.compare_digest(header.encode("latin-1"), f"Bearer {token}".encode()):
        raise RejectedRequest(401, "a bearer token is needed")


async def _body(request: Request, maximum_bytes: int) -> bytes:
    """Return the body; reject one that is not declared as JSON, or as soon as it exceeds the limit."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RejectedRequest(415, "the body must be JSON, with Content-Type: application/json")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > maximum_bytes:
            raise RejectedRequest(413, f"the body is longer than {maximum_bytes} bytes")
    return bytes(body)


def _records(body: bytes) -> tuple[list[Any], bool]:
    """Return the rows of a body ``{"dataframe_records": [...], "drivers": false}``, and whether drivers are wanted."""
    try:
        content = json.loads(body, parse_constant=_reject_constant)
    except (ValueError, RecursionError):
        raise RejectedRequest(400, "the body is not JSON") from None
    if not isinstance(content, dict) or {*content} - {"drivers"} != {"dataframe_records"}:
        raise RejectedRequest(400, 'the body must be {"dataframe_records": [...]}, and may hold "drivers"')
    records, with_drivers = content["dataframe_records"], content.get("drivers", True)
    if not isinstance(with_drivers, bool):
        raise RejectedRequest(400, '"drivers" must be true or false')
    if isinstance(records, list) and len(records) > MAXIMUM_ROWS:
        raise RejectedRequest(413, f"there are more than {MAXIMUM_ROWS} rows")
    return records, with_drivers


def _reject_constant(_: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads although they are not JSON."""
    raise ValueError


def _predict(fitted: FittedRisk, records: list[Any], about: Mapping[str, str], with_drivers: bool) -> str:
    """Return the predictions as JSON, with what is to be said of the model."""
    inputs = from_records(records, fitted.encoding)
    columns = predictions(fitted, inputs, version=about["model_version"], with_drivers=with_drivers)
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    content = {"predictions": rows, "about": about}
    return json.dumps(content, allow_nan=False, ensure_ascii=False)
