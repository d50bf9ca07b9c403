"""The product's own scoring service: MLflow's JSON in and out, strict, with limits, and a version in every reply.

What it adds to MLflow's server: a body limit, an optional bearer token, a check of the Host header, no repetition
of any input in an error, and the model's version in every reply (header ``X-Model-Version``).
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
from attrition.predict.inputs import InvalidInput, from_records
from attrition.predict.predictions import predictions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.model.risk import FittedRisk

TOKEN_VARIABLE = "ATTRITION_TOKEN"
MOST_BYTES = 32 * 2**20
MOST_ROWS = 10_000
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class RejectedRequest(Exception):
    """A request that is turned away, with its status; the message holds nothing of the request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def application(
    fitted: FittedRisk,
    *,
    version: str,
    token: str | None = None,
    most_bytes: int = MOST_BYTES,
    hosts: Sequence[str] = LOCAL,
) -> FastAPI:
    """Make the service around one fitted model.

    Parameters
    ----------
    fitted : FittedRisk
        The champion.
    version : str
        Its version in the registry; stands in every reply.
    token : str or None
        When given, every scoring request must carry ``Authorization: Bearer <token>``.
    most_bytes : int
        Longest body, in bytes.
    hosts : sequence of str
        Names this service may be called by (the Host header), see `allowed_hosts`.
    """
    app = FastAPI(title="attrition", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.middleware("http")(_signed(version))

    async def score(request: Request) -> Response:
        try:
            _permit(request, token)
            records = _records(await _body(request, most_bytes))
            told = await run_in_threadpool(_answered, fitted, records, version)
        except RejectedRequest as refusal:
            return JSONResponse({"error": str(refusal)}, status_code=refusal.status)
        except InvalidInput as refusal:
            return JSONResponse({"error": str(refusal)}, status_code=400)
        return Response(told, media_type="application/json")

    app.post("/score")(score)
    app.post("/invocations")(score)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ready", "model_version": version}

    @app.get("/version")
    def which() -> dict[str, str]:
        from attrition import __version__

        return {"attrition": __version__, "model": fitted.spec.name, "model_version": version}

    return app


def allowed_hosts(host: str, token: str | None) -> tuple[str, ...]:
    """Give the names by which the service may be called when it listens on `host`.

    On this machine's own address these are its local names. Beyond it, any name, and then a token must be set.

    Raises
    ------
    UserError
        Other machines could reach the service, and there is no token.

    Examples
    --------
    >>> allowed_hosts("127.0.0.1", None)
    ('127.0.0.1', 'localhost', '[::1]')
    """
    if host in (*LOCAL, "::1"):
        return LOCAL
    if not token:
        raise UserError(f"on {host} other machines can reach the service: set {TOKEN_VARIABLE} to a secret first")
    return ("*",)


def serve(app: FastAPI, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Run the service until it is stopped; by default only this machine can reach it."""
    import uvicorn

    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)


def _signed(version: str) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    async def sign(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            response = await call_next(request)
        except Exception:
            response = JSONResponse({"error": "the model could not answer"}, status_code=500)
        response.headers["X-Model-Version"] = version
        response.headers["Cache-Control"] = "no-store"
        return response

    return sign


def _permit(request: Request, token: str | None) -> None:
    if token is None:
        return
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode("latin-1"), f"Bearer {token}".encode()):
        raise RejectedRequest(401, "a bearer token is needed")


async def _body(request: Request, most_bytes: int) -> bytes:
    """Read the body up to the limit and no further."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RejectedRequest(415, "the body must be JSON, with Content-Type: application/json")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise RejectedRequest(413, f"the body is longer than {most_bytes} bytes")
    return bytes(body)


def _records(body: bytes) -> list[Any]:
    """Take the rows out of ``{"dataframe_records": [...]}``."""
    try:
        content = json.loads(body, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise RejectedRequest(400, "the body is not JSON") from None
    if not isinstance(content, dict) or set(content) != {"dataframe_records"}:
        raise RejectedRequest(400, 'the body must be {"dataframe_records": [...]} and nothing else')
    records = content["dataframe_records"]
    if isinstance(records, list) and len(records) > MOST_ROWS:
        raise RejectedRequest(413, f"there are more than {MOST_ROWS} rows")
    return records


def _not_json(_: str) -> NoReturn:
    raise ValueError


def _answered(fitted: FittedRisk, records: list[Any], version: str) -> str:
    table = predictions(fitted, from_records(records, fitted.features), version=version)
    return json.dumps({"predictions": table.to_dict(orient="records")}, allow_nan=False)
