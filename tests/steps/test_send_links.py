"""Everybody who is declared gets links to their own files once, in their language, and nobody's data."""

from __future__ import annotations

import json
import ssl
from datetime import date
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from attrition.errors import DeclarationError, UserError
from attrition.runs import PANEL_FORMAT
from attrition.steps.delivery.deliver import Sender
from attrition.steps.send_links import send_links, unsent_lines
from tests.steps.delivery.receivers import MailServer, write_certificate
from tests.text_tables import frame

OCTOBER = date(2026, 10, 31)
FILES = ("centre.en.html", "centre.zh.html", "centre.zh.pdf", "partner.zh.html", "team.zh.html")
LEADERS = ("team-T1+T2.zh.html", "team-T1+T2.zh.pdf", "team-%E5%AE%A2.zh.html")
PLACES = """
    | agent_id | as_of      | team_id | supervisor_id |
    | 1        | 2026-10-31 | T1      | 0600001       |
    | 2        | 2026-10-31 | T2      | 0600001       |
    | 3        | 2026-10-31 | 客      | 0600002       |
    | 4        | 2026-10-31 | T4      | 0600004       |
"""
DECLARED = """
link = "https://reports.example.com/attrition/"

[email]
host = "127.0.0.1"
port = {port}
sender = "attrition@example.com"

[[recipients]]
role = "director"
email = "director@example.com"
language = "en"

[[recipients]]
role = "partner"
email = "partner@example.com"

[[recipients]]
role = "leader"
leader = "0600001"
email = "leader1@example.com"

[[recipients]]
role = "leader"
team = "客"
email = "leader2@example.com"

[[recipients]]
role = "leader"
team = "T4"
email = "leader4@example.com"
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace whose October has a report; no leader's file for T4, which is too small to be shown."""
    for folder in ("pipelines", "runs", "reports/2026-10/teams"):
        (tmp_path / folder).mkdir(parents=True)
    site = {"name": "佛山中心", "time_zone": "Asia/Shanghai", "currency": "CNY", "language": "zh-CN"}
    (tmp_path / "runs" / "panel.json").write_text(json.dumps({"format": PANEL_FORMAT, "site": site}))
    (tmp_path / "runs" / "panel.parquet").touch()
    places = frame(PLACES)
    places.assign(as_of=places["as_of"].astype("datetime64[us]")).to_parquet(tmp_path / "runs" / "outcomes.parquet")
    for name in (*FILES, *(f"teams/{leader}" for leader in LEADERS)):
        (tmp_path / "reports" / "2026-10" / name).touch()
    declare(tmp_path, port=25)
    return tmp_path


def declare(workspace: Path, *, port: int) -> None:
    text = DECLARED.format(port=port)
    (workspace / "pipelines" / "send.toml").write_text(text, encoding="utf-8")


def send(workspace: Path, server: MailServer) -> list[str]:
    """Send what is due by a real mail server; return what is printed, the error last where there is one."""
    declare(workspace, port=server.port)
    context = ssl.create_default_context(cafile=server.certificate)
    sender = Sender({}, pause=lambda seconds: None, context=context)
    lines: list[str] = []
    try:
        send_links(workspace, OCTOBER, sender, progress=lines.append)
    except UserError as error:
        lines.append(error.message)
    return lines


def mails(server: MailServer) -> dict[str, EmailMessage]:
    parsed = [message_from_string(text, policy=policy.default) for text in server.mails]
    return {str(mail["To"]): mail for mail in parsed}


def links(mail: EmailMessage) -> list[str]:
    return [word for word in mail.get_content().split() if word.startswith("https://")]


def test_each_gets_the_links_of_their_role_and_a_leader_only_their_own(workspace: Path, certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        send(workspace, server)
    base = "https://reports.example.com/attrition/2026-10"
    assert {to: links(mail) for to, mail in mails(server).items()} == {
        "director@example.com": [f"{base}/centre.en.html"],
        "partner@example.com": [f"{base}/partner.zh.html", f"{base}/team.zh.html"],
        "leader1@example.com": [f"{base}/teams/team-T1%2BT2.zh.html", f"{base}/teams/team-T1%2BT2.zh.pdf"],
        "leader2@example.com": [f"{base}/teams/team-%25E5%25AE%25A2.zh.html"],
    }


def test_each_is_written_to_in_their_language_and_no_message_names_anybody(workspace: Path, certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        send(workspace, server)
    assert mails(server)["director@example.com"]["Subject"] == "佛山中心: the report of October 2026"
    assert mails(server)["partner@example.com"]["Subject"] == "佛山中心：2026年10月报告"
    assert not [mail for mail in mails(server).values() if "060000" in mail.as_string() + mail.get_content()]


def test_whoever_has_their_links_gets_them_no_second_time(workspace: Path, certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        send(workspace, server)
        again = send(workspace, server)
    assert len(server.mails) == 4
    assert again == ["recipient 5 (leader): nothing to send: the month has no file for them"]
    assert (workspace / "ledger" / "sent.jsonl").stat().st_mode & 0o777 == 0o600
    assert "@" not in (workspace / "ledger" / "sent.jsonl").read_text(encoding="utf-8")


def test_a_message_that_did_not_arrive_is_sent_at_the_next_run(workspace: Path, certificate: Path) -> None:
    with MailServer(certificate, taken="554 no").running() as refusing:
        lines = send(workspace, refusing)
    assert lines[-1] == "4 messages did not arrive; `attrition send` tries them again"
    assert not [line for line in lines if "example.com" in line]
    with MailServer(certificate).running() as server:
        send(workspace, server)
    assert len(server.mails) == 4


def test_a_leader_whose_teams_changed_gets_the_link_of_the_new_file(workspace: Path, certificate: Path) -> None:
    with MailServer(certificate).running() as server:
        send(workspace, server)
        places = frame(PLACES.replace("T2", "T1"))
        places.assign(as_of=places["as_of"].astype("datetime64[us]")).to_parquet(
            workspace / "runs" / "outcomes.parquet"
        )
        (workspace / "reports" / "2026-10" / "teams" / "team-T1.zh.html").touch()
        send(workspace, server)
    assert server.recipients[4:] == ["leader1@example.com"]


def test_a_dry_run_shows_links_by_role_and_sends_nothing(workspace: Path) -> None:
    lines = unsent_lines(workspace, OCTOBER)
    assert lines[:2] == ["recipient 1 (director)", "  https://reports.example.com/attrition/2026-10/centre.en.html"]
    assert not (workspace / "ledger").exists()


@pytest.mark.parametrize(
    ("recipient", "mistake"),
    [
        ('role = "director"', "by email or by webhook"),
        ('role = "leader"\nemail = "a@example.com"', "by leader or by team"),
        ('role = "director"\nteam = "T1"\nemail = "a@example.com"', "only a leader"),
    ],
)
def test_a_recipient_who_cannot_be_served_is_a_mistake_of_the_declaration(
    workspace: Path, recipient: str, mistake: str
) -> None:
    text = f'link = "https://reports.example.com"\n[[recipients]]\n{recipient}\n'
    (workspace / "pipelines" / "send.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError, match=mistake):
        unsent_lines(workspace, OCTOBER)
