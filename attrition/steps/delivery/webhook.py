"""Post a notice to a chat group or a program, in the shape that its vendor documents.

=========  ==================================================================  ================================
shape      body                                                                accepted when
=========  ==================================================================  ================================
wecom      ``{"msgtype": "text", "text": {"content": ...}}``, 2,048 bytes      200 and ``errcode`` 0
dingtalk   the same, signed by ``timestamp`` and ``sign`` in the address       200 and ``errcode`` 0
teams      a message with one Adaptive Card, for a workflow's webhook          200 or 202
slack      ``{"text": ...}`` with ``&``, ``<`` and ``>`` escaped               200 and the text ``ok``
json       subject, lines, link and content; signed in ``X-Attrition-...``     any 2xx
=========  ==================================================================  ================================
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

from attrition.message import Message
from attrition.steps.delivery.secrets import with_secrets

if TYPE_CHECKING:
    from attrition.jobs import Webhook
    from attrition.steps.delivery.notice import Notice

SECONDS = 15
MOST_BYTES = {"wecom": 2048, "dingtalk": 18_000, "teams": 24_000, "slack": 36_000}
"""Longest text that a vendor takes, in bytes."""
LEAST_READ = 4096
LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Reply:
    """What the receiver answered: its status, the beginning of its text, and how long it asks to wait."""

    status: int
    text: str = ""
    wait_seconds: float = 0.0


def post(notice: Notice, webhook: Webhook, *, environment: Mapping[str, str], milliseconds: int) -> Reply:
    """Post a notice once; the address is never part of an error.

    Parameters
    ----------
    notice : Notice
        What is sent.
    webhook : Webhook
        Where to, and in which shape.
    environment : mapping
        Where address and secret stand.
    milliseconds : int
        The time since 1970, for the signature.

    Raises
    ------
    NotSet
        An environment variable is missing.
    ValueError
        The address is none, or is not encrypted and leads beyond this machine.
    OSError
        The receiver cannot be reached.
    """
    url, secret = (with_secrets(text, environment) for text in (webhook.url, webhook.secret))
    _refuse_open(url)
    body = json.dumps(body_of(notice, webhook.shape), ensure_ascii=False).encode("utf-8")
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "attrition"}
    if secret and webhook.shape == "dingtalk":
        url = signed_url(url, secret, milliseconds)
    elif secret:
        headers["X-Attrition-Signature"] = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with _opener().open(request, timeout=SECONDS) as reply:
            return Reply(reply.status, reply.read(LEAST_READ).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            wait = error.headers.get("Retry-After", "")
            return Reply(error.code, wait_seconds=float(wait) if wait.isdecimal() else 0.0)


def body_of(notice: Notice, shape: str) -> dict[str, Any]:
    r"""Return the body of a shape.

    Examples
    --------
    >>> from attrition.steps.delivery.notice import Notice
    >>> body_of(Notice(subject="attrition", lines=("pay < market",)), "slack")
    {'text': 'attrition\npay &lt; market'}
    """
    if shape == "json":
        return {"subject": notice.subject, "lines": list(notice.lines), "link": notice.link, **notice.content}
    text = shortened(f"{notice.subject}\n{notice.text}", MOST_BYTES[shape])
    if shape == "slack":
        return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    return _card(text) if shape == "teams" else {"msgtype": "text", "text": {"content": text}}


def is_accepted(reply: Reply, shape: str) -> bool:
    """Return whether the receiver took the message: group robots answer 200 to what they refuse, too.

    Examples
    --------
    >>> is_accepted(Reply(200, '{"errcode": 0, "errmsg": "ok"}'), "wecom")
    True
    >>> is_accepted(Reply(200, '{"errcode": 310000, "errmsg": "sign not match"}'), "dingtalk")
    False
    """
    if shape in ("wecom", "dingtalk"):
        try:
            answer = json.loads(reply.text)
        except ValueError:
            return False
        return reply.status == 200 and isinstance(answer, dict) and answer.get("errcode") == 0
    if shape == "slack":
        return reply.status == 200 and reply.text.strip() == "ok"
    return 200 <= reply.status < 300


def signed_url(url: str, secret: str, milliseconds: int) -> str:
    r"""Return a DingTalk address with its signature: HMAC-SHA256 of the time, a line end and the secret.

    Examples
    --------
    >>> signed_url("https://robot/send?access_token=x", "SEC", 1)
    'https://robot/send?access_token=x&timestamp=1&sign=3KZIhMzb3vx2uIxYqE3AoV0z65ctlCr2gwV1u5ipMJo%3D'
    """
    text = f"{milliseconds}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest())
    return f"{url}{'&' if '?' in url else '?'}timestamp={milliseconds}&sign={quote_plus(sign)}"


def shortened(text: str, most_bytes: int) -> str:
    """Return a text of at most so many bytes in UTF-8, cut between characters.

    Examples
    --------
    >>> shortened("离职人数", 9), shortened("short", 9)
    ('离职…', 'short')
    """
    encoded = text.encode("utf-8")
    if len(encoded) <= most_bytes:
        return text
    return encoded[: most_bytes - len("…".encode())].decode("utf-8", "ignore") + "…"


def refusal(reply: Reply) -> Message:
    """Return what a refused message says: the status, or the receiver's number of the error; never its text."""
    try:
        answer = json.loads(reply.text)
        code = answer.get("errcode") if isinstance(answer, dict) else None
    except ValueError:
        code = None
    if code:
        return Message("the receiver refuses it with error {code}", code=int(code))
    return Message("the receiver answers with status {status}", status=reply.status)


def _card(text: str) -> dict[str, Any]:
    """Return a message with one Adaptive Card, one block for each line."""
    blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in text.split("\n")]
    blocks[0]["weight"] = "Bolder"
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _refuse_open(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ValueError("not an encrypted address")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is a refusal: the text would go to whoever the receiver names."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)
