"""A mail arrives over an encrypted connection, and where it does not, a sentence says why without a secret."""

from __future__ import annotations

import ssl
from email import message_from_string, policy
from pathlib import Path

import pytest

from attrition.jobs import Email
from attrition.steps.delivery.deliver import TRIES, Sender
from attrition.steps.delivery.notice import Delivery, Notice
from tests.steps.delivery.receivers import MailServer, write_certificate

NOTICE = Notice(subject="attrition: 1 报警", lines=("离职人数比预期多约 30%",), link="runs/monitor/monitor.html")
ACCOUNT = {"SMTP_USER": "robot", "SMTP_PASSWORD": "s3cret-of-the-site"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("certificate"))


def send(server: MailServer, *, trusts: Path | None = None, environment: dict[str, str] = ACCOUNT) -> Delivery:
    email = Email(
        host="127.0.0.1",
        port=server.port,
        security="tls" if server.security == "tls" else "starttls",
        user="${SMTP_USER}",
        password="${SMTP_PASSWORD}",
        sender="attrition@example.com",
        recipients=("a@example.com", "b@example.com"),
    )
    context = ssl.create_default_context(cafile=trusts or server.certificate)
    sender = Sender(environment, pause=lambda seconds: None, context=context)
    [delivery] = sender.deliver(NOTICE, email=email, webhooks=[])
    return delivery


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_as_it_was_written(certificate: Path, security: str) -> None:
    with MailServer(certificate, security).running() as server:
        assert send(server).is_delivered
    mail = message_from_string(server.mails[0], policy=policy.default)
    assert (mail["Subject"], server.recipients) == (NOTICE.subject, ["a@example.com", "b@example.com"])
    assert mail.get_content().split() == [*NOTICE.lines[0].split(), NOTICE.link]


def test_a_server_without_encryption_gets_neither_password_nor_text(certificate: Path) -> None:
    with MailServer(certificate, "none").running() as server:
        delivery = send(server)
    assert delivery.sentence == "not sent: mail: the server offers no encryption, or no login"
    assert server.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, tmp_path: Path) -> None:
    with MailServer(certificate, "tls").running() as server:
        delivery = send(server, trusts=write_certificate(tmp_path))
    assert delivery.failure == "the server's certificate is not trusted"
    assert server.mails == []


def test_a_wrong_password_is_tried_once_and_never_named(certificate: Path) -> None:
    with MailServer(certificate, login="535 no").running() as server:
        delivery = send(server)
    assert delivery.failure == "the server refuses user or password"
    assert server.connections == 1
    assert "s3cret" not in f"{delivery!r} {delivery.sentence}"


def test_a_busy_server_is_tried_again(certificate: Path) -> None:
    with MailServer(certificate, taken="451 later").running() as server:
        assert not send(server).is_delivered
    assert server.connections == TRIES


def test_an_unset_variable_is_named(certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        delivery = send(server, environment={"SMTP_USER": "robot"})
    assert delivery.failure == "the environment variable SMTP_PASSWORD is not set"
    assert server.connections == 0


def test_nobody_listening_is_a_sentence(certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        pass
    assert send(server).failure == "it cannot be reached (ConnectionRefusedError)"
