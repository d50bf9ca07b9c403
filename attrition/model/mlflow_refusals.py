"""What an MLflow server or the network refuses, as one sentence; an answer of the server is never repeated in it."""

from __future__ import annotations

import re

from attrition.errors import UserError

_STATUS = re.compile(r"error code (\d{3})|^(\d{3}) (?:Client|Server) Error|too many (\d{3}) error")


class ServerUnavailable(UserError):
    """The MLflow server does not answer, or not as one; what the workspace holds goes on."""

    why = "unreachable"


class ServerForbids(ServerUnavailable):
    """The MLflow server does not let this user in, or does not let them do this."""

    why = "forbidden"


class ServerUntrusted(ServerUnavailable):
    """The certificate of the MLflow server is not trusted here."""

    why = "untrusted"


class ServerRefused(UserError):
    """The MLflow server answers, and refuses what it was asked to do."""


def refusal(error: BaseException, address: str) -> UserError | None:
    """Return the sentence for an error of MLflow or of the network; None for one that is neither.

    Examples
    --------
    >>> print(refusal(OSError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"), "https://ml"))
    ... # doctest: +ELLIPSIS
    the certificate of the MLflow server https://ml is not trusted here; ...
    """
    texts = _texts(error)
    if any(word in text for text in texts for word in ("SSLError", "SSL:", "CERTIFICATE_VERIFY", "TLS CA certificate")):
        return ServerUntrusted(
            "the certificate of the MLflow server {server} is not trusted here; name the file of the house's own "
            "authority in MLFLOW_TRACKING_SERVER_CERT_PATH",
            server=address,
        )
    status = _status(error, texts)
    if status in (401, 403):
        return ServerForbids(
            "the MLflow server {server} does not let this user in, or not do this ({status}); set "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, or have the server's "
            "administrator give this user the right to write",
            server=address,
            status=status,
        )
    if status in (429, 500, 501, 502, 503, 504):
        return ServerUnavailable(
            "the MLflow server {server} answers with an error of its own ({status}); its administrator finds the cause "
            "in its log, run this again when it is mended",
            server=address,
            status=status,
        )
    if _is_of_the_network(error, texts):
        return ServerUnavailable(
            "the MLflow server {server} does not answer; see that it runs and can be reached from this machine, then "
            "run this again",
            server=address,
        )
    if any("not in a valid JSON format" in text for text in texts) or status == 404:
        return ServerUnavailable(
            "what answers at {server} is no MLflow server; mend tracking_uri under [mlflow] in pipelines/sources.toml",
            server=address,
        )
    if type(error).__module__.startswith("mlflow"):
        return ServerRefused(
            "the MLflow server {server} refused what it was asked to do: {code}; its administrator finds more in its "
            "log",
            server=address,
            code=getattr(error, "error_code", type(error).__name__),
        )
    return None


def _texts(error: BaseException) -> list[str]:
    """Return what an error and those it follows from say."""
    texts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(texts) < 10:
        texts.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__ or cause.__context__
    return texts


def _status(error: BaseException, texts: list[str]) -> int | None:
    """Return the HTTP status that an error stands for; None where nothing was answered."""
    response = getattr(error, "response", None)
    if response is not None and getattr(response, "status_code", None):
        return int(response.status_code)
    named = next((match for text in texts if (match := _STATUS.search(text.partition(": ")[2]))), None)
    if named:
        return int(next(filter(None, named.groups())))
    by_code = {
        "PERMISSION_DENIED": 403,
        "UNAUTHENTICATED": 401,
        "CUSTOMER_UNAUTHORIZED": 401,
        "ENDPOINT_NOT_FOUND": 404,
    }
    return by_code.get(getattr(error, "error_code", ""))


def _is_of_the_network(error: BaseException, texts: list[str]) -> bool:
    """Return whether an error says that nothing was answered."""
    words = ("failed with exception", "timeout exception", "Max retries exceeded", "Connection aborted", "timed out")
    is_of_requests = type(error).__module__.split(".")[0] in ("requests", "urllib3")
    return is_of_requests or isinstance(error, ConnectionError) or any(w in text for text in texts for w in words)
