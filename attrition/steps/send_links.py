"""Send everybody who is declared the links to their own files of a month's report, once; a failure is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.sources import Site
from attrition.errors import UserError
from attrition.jobs import Email
from attrition.message import Message
from attrition.runs import Runs
from attrition.steps.declarations import read_send_job
from attrition.steps.delivery.notice import Notice
from attrition.steps.recipients import link_of, sendings_of
from attrition.steps.sent_links import read_sent, record_sent

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.jobs import SendJob
    from attrition.steps.delivery.deliver import Sender
    from attrition.steps.delivery.notice import Delivery
    from attrition.steps.recipients import Sending

NOTHING = Message("nothing to send: the month has no file for them")


def send_links(workspace: Path, as_of: date, sender: Sender, *, progress: Progress) -> None:
    """Send what was not sent yet, one recipient after another; each is recorded as soon as their message is gone.

    Parameters
    ----------
    workspace : Path
        With the report of the month.
    as_of : date
        The month-end.
    sender : Sender
        How messages leave this machine.
    progress : callable
        Called with what became of each recipient's message.

    Raises
    ------
    UserError
        A message did not arrive; the others are gone, and the next run tries this one again.
    """
    job, site = read_send_job(workspace), Site.model_validate(Runs(workspace).panel_provenance()["site"])
    failed = 0
    for sending in unsent(workspace, as_of):
        if not sending.files:
            progress(Message("{recipient}: {what}", recipient=sending.name, what=NOTHING))
            continue
        notice = links_notice(sending, as_of, site=site.name, base=job.link)
        delivery = _deliver(notice, sending, job, sender)
        if delivery.is_delivered:
            record_sent(workspace, as_of, sending.key)
        failed += not delivery.is_delivered
        progress(Message("{recipient}: {what}", recipient=sending.name, what=delivery.sentence))
    if failed:
        raise UserError("{failed} messages did not arrive; `attrition send` tries them again", failed=failed)


def unsent(workspace: Path, as_of: date) -> list[Sending]:
    """Return what the recipients of a month have not got yet."""
    sent = read_sent(workspace, as_of)
    sendings = sendings_of(workspace, as_of, read_send_job(workspace))
    return [sending for sending in sendings if sending.key not in sent]


def unsent_lines(workspace: Path, as_of: date) -> list[str]:
    """Return what would be sent, as lines to print: who by number and role, and the links."""
    base, lines = read_send_job(workspace).link, []
    for sending in unsent(workspace, as_of):
        links = ["  " + link_of(file, base) for file in sending.files]
        lines += [sending.name, *(links or ["  " + NOTHING])]
    return lines or [Message("everything was sent")]


def links_notice(sending: Sending, as_of: date, *, site: str, base: str) -> Notice:
    """Return the message to one recipient, in their language: which edition is where, and nothing that stands in it."""
    from attrition.report.formatter import Formatter
    from attrition.report.translations import translations

    text = translations(sending.language)
    month = Formatter(text, "").month(as_of)
    links = [link_of(file, base) for file in sending.files]
    # An edition and its links each on a line: what follows a Chinese colon is no link to some programs.
    headed = dict.fromkeys(
        line
        for file, link in zip(sending.files, links, strict=True)
        for line in (text(f"edition.{file.edition}"), link)
    )
    return Notice(
        subject=text("send.subject", site=site, month=month),
        lines=(text("send.lead", site=site, month=month), *headed, text("send.links_only"), text("purpose")),
        content={"month": f"{as_of:%Y-%m}", "role": sending.recipient.role, "links": links},
    )


def _deliver(notice: Notice, sending: Sending, job: SendJob, sender: Sender) -> Delivery:
    """Send one message by the one way that its recipient declares."""
    to = sending.recipient
    email = None
    if to.email and job.email is not None:
        email = Email(**job.email.model_dump(), recipients=(to.email,))
    webhooks: Sequence = [] if to.webhook is None else [to.webhook]
    [delivery] = sender.deliver(notice, email=email, webhooks=webhooks)
    return delivery
