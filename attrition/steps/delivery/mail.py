"""Send a notice by mail, over an encrypted connection whose certificate is checked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from attrition.message import Message
from attrition.steps.delivery.secrets import with_secrets

if TYPE_CHECKING:
    from attrition.jobs import Email
    from attrition.steps.delivery.notice import Notice

SECONDS = 20
"""How long the server may take for one answer."""


class MailRefused(Exception):
    """The server did not take the mail for a reason that another try does not mend; `sentence` says it."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def send_mail(
    notice: Notice, email: Email, *, environment: Mapping[str, str], context: ssl.SSLContext | None = None
) -> None:
    """Send a notice to the declared recipients.

    Parameters
    ----------
    notice : Notice
        What is sent.
    email : Email
        The declared server.
    environment : mapping
        Where user and password stand.
    context : SSLContext, optional
        Which certificates are trusted; those of the system without it.

    Raises
    ------
    NotSet
        An environment variable is missing.
    MailRefused
        The server refuses account, sender or recipients, or offers no encryption.
    OSError, smtplib.SMTPException
        The server cannot be reached, or is not ready; another try may help.
    """
    user, password = (with_secrets(text, environment) for text in (email.user, email.password))
    trusted = context or ssl.create_default_context()
    try:
        with _connection(email, trusted) as server:
            if user:
                server.login(user, password)
            server.send_message(mail_of(notice, email), to_addrs=list(email.recipients))
    except smtplib.SMTPAuthenticationError:
        raise MailRefused(Message("the server refuses user or password")) from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused(Message("the server offers no encryption, or no login")) from None
    except smtplib.SMTPRecipientsRefused:
        raise MailRefused(Message("the server refuses every recipient")) from None
    except smtplib.SMTPSenderRefused:
        raise MailRefused(Message("the server refuses the sender")) from None
    except ssl.SSLCertVerificationError:
        raise MailRefused(Message("the server's certificate is not trusted")) from None


def mail_of(notice: Notice, email: Email) -> EmailMessage:
    """Return the mail: plain text in UTF-8; it says that nobody needs to answer it."""
    mail = EmailMessage()
    mail["Subject"] = notice.subject
    mail["From"] = email.sender
    mail["To"] = ", ".join(email.recipients)
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = make_msgid(domain="attrition.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notice.text, cte="base64")  # a server may not take letters of eight bits
    return mail


def _connection(email: Email, context: ssl.SSLContext) -> smtplib.SMTP:
    if email.security == "tls":
        return smtplib.SMTP_SSL(email.host, email.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(email.host, email.port, timeout=SECONDS)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server
