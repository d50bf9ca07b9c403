"""Each shape is what its vendor documents, is signed, is tried again where that helps, and tells no secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from attrition.jobs import Webhook
from attrition.steps.delivery.deliver import LONGEST_PAUSE, TRIES, Sender
from attrition.steps.delivery.notice import Delivery, Notice
from tests.steps.delivery.receivers import WebServer

NOTICE = Notice(subject="attrition", lines=("A & B < C",), link="page", content={"alarms": 1})
TAKEN = {"wecom": '{"errcode": 0}', "dingtalk": '{"errcode": 0}', "slack": "ok", "teams": "", "json": ""}


class Sent:
    """One notice that was sent to a server, what became of it, and the pauses before each further try."""

    def __init__(self, shape: str, *answers: tuple[int, str], headers: dict[str, str] | None = None) -> None:
        self.server = WebServer([(status, text, headers or {}) for status, text in answers])
        self.pauses: list[float] = []
        with self.server.running():
            self.environment = {"URL": f"http://127.0.0.1:{self.server.port}/hook?key=t0ken", "SECRET": "SECx"}
            webhook = Webhook.model_validate({"shape": shape, "url": "${URL}", "secret": "${SECRET}"})
            sender = Sender(self.environment, pause=self.pauses.append)
            self.delivery: Delivery = sender.deliver(NOTICE, email=None, webhooks=[webhook])[0]

    @property
    def body(self) -> Any:
        return json.loads(self.server.requests[0][2])


BODIES: dict[str, Any] = {
    "wecom": {"msgtype": "text", "text": {"content": "attrition\nA & B < C\npage"}},
    "dingtalk": {"msgtype": "text", "text": {"content": "attrition\nA & B < C\npage"}},
    "slack": {"text": "attrition\nA &amp; B &lt; C\npage"},
    "json": {"subject": "attrition", "lines": ["A & B < C"], "link": "page", "alarms": 1},
}


@pytest.mark.parametrize("shape", BODIES)
def test_the_body_has_the_vendor_s_shape(shape: str) -> None:
    sent = Sent(shape, (200, TAKEN[shape]))
    assert sent.delivery.is_delivered
    assert sent.body == BODIES[shape]
    assert sent.server.requests[0][1]["Content-Type"] == "application/json; charset=utf-8"


def test_teams_gets_a_message_with_one_adaptive_card() -> None:
    sent = Sent("teams", (202, ""))
    [attachment] = sent.body["attachments"]
    card = attachment["content"]
    assert (sent.delivery.is_delivered, sent.body["type"]) == (True, "message")
    assert (attachment["contentType"], card["type"]) == ("application/vnd.microsoft.card.adaptive", "AdaptiveCard")
    assert [block["text"] for block in card["body"]] == ["attrition", "A & B < C", "page"]


def test_dingtalk_s_address_is_signed_with_the_time() -> None:
    sent = Sent("dingtalk", (200, TAKEN["dingtalk"]))
    values = {name: value[0] for name, value in parse_qs(urlsplit(sent.server.requests[0][0]).query).items()}
    text = f"{values['timestamp']}\nSECx".encode()
    assert base64.b64decode(values["sign"]) == hmac.new(b"SECx", text, hashlib.sha256).digest()
    assert (values["key"], len(values["timestamp"])) == ("t0ken", 13)


def test_a_program_can_check_who_sent_it() -> None:
    _, headers, body = Sent("json", (204, "")).server.requests[0]
    assert headers["X-Attrition-Signature"] == "sha256=" + hmac.new(b"SECx", body.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("shape", ["wecom", "dingtalk"])
def test_a_robot_that_answers_200_and_refuses_has_refused(shape: str) -> None:
    sent = Sent(shape, (200, '{"errcode": 310000, "errmsg": "sign not match, t0ken"}'))
    assert sent.delivery.failure == "the receiver refuses it with error 310000"
    assert len(sent.server.requests) == 1


def test_a_receiver_that_is_busy_is_asked_again_after_as_long_as_it_asks_for() -> None:
    sent = Sent("slack", (429, ""), (503, ""), (200, "ok"), headers={"Retry-After": "9"})
    assert sent.delivery.is_delivered
    assert sent.pauses == [9.0, 9.0]


def test_it_is_tried_three_times_and_never_waits_long() -> None:
    sent = Sent("json", (500, ""), headers={"Retry-After": "86400"})
    assert (len(sent.server.requests), sent.pauses) == (TRIES, [LONGEST_PAUSE] * (TRIES - 1))
    assert sent.delivery.failure == "the receiver answers with status 500"


def test_a_redirect_is_not_followed() -> None:
    sent = Sent("json", (302, ""), headers={"Location": "/elsewhere"})
    assert sent.delivery.failure == "the receiver answers with status 302"
    assert len(sent.server.requests) == 1


def test_no_sentence_holds_the_address_or_the_secret() -> None:
    sentences = [str(Sent("json", (status, "t0ken")).delivery.sentence) for status in (400, 404, 500)]
    assert not any("t0ken" in sentence or "SECx" in sentence or "127.0.0.1" in sentence for sentence in sentences)


def test_what_is_not_encrypted_leaves_this_machine_never() -> None:
    webhook = Webhook(shape="json", url="http://example.com/hook")
    [delivery] = Sender({}).deliver(NOTICE, email=None, webhooks=[webhook])
    assert delivery.failure == "its address must begin with https://"


def test_what_fails_for_one_does_not_stop_the_others() -> None:
    server = WebServer([(200, "ok", {})])
    with server.running():
        urls = ["${UNSET}", f"http://127.0.0.1:{server.port}"]
        webhooks = [Webhook(shape="slack", url=url) for url in urls]
        deliveries = Sender({}).deliver(NOTICE, email=None, webhooks=webhooks)
    assert [delivery.is_delivered for delivery in deliveries] == [False, True]
