"""Deliver a notice to everybody who is declared; each is tried three times, and a failure is a sentence."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from attrition.errors import UserError
from attrition.message import Message
from attrition.steps.delivery.mail import MailRefused, send_mail
from attrition.steps.delivery.notice import Delivery
from attrition.steps.delivery.webhook import is_accepted, post, refusal

if TYPE_CHECKING:
    import ssl

    from attrition.jobs import Email, Webhook
    from attrition.steps.delivery.notice import Notice

TRIES = 3
PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try, unless the receiver names others."""
LONGEST_PAUSE = 30.0


class _TryAgain(Exception):
    """A try failed in a way that another may not; `sentence` says how, `wait` what the receiver asks for."""

    def __init__(self, sentence: Message, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.sentence, self.wait = sentence, wait


@dataclass(frozen=True)
class Sender:
    """How notices leave this machine.

    Parameters
    ----------
    environment : mapping
        Where secrets stand.
    pause : callable
        Waits so many seconds.
    context : SSLContext, optional
        Which certificates a mail server may have; those of the system without it.
    """

    environment: Mapping[str, str]
    pause: Callable[[float], None] = time.sleep
    context: ssl.SSLContext | None = field(default=None)

    def deliver(self, notice: Notice, *, email: Email | None, webhooks: Sequence[Webhook]) -> list[Delivery]:
        """Send a notice to everybody, one after another; what fails for one does not stop the others.

        Examples
        --------
        >>> from attrition.jobs import Webhook
        >>> from attrition.steps.delivery.notice import Notice
        >>> webhook = Webhook(shape="slack", url="${ALERT_URL}")
        >>> [delivery] = Sender({}).deliver(Notice(subject="a", lines=()), email=None, webhooks=[webhook])
        >>> print(delivery.sentence)
        not sent: Slack: the environment variable ALERT_URL is not set
        """
        deliveries = [] if email is None else [self._tried(_MAIL, partial(self._mail, notice, email))]
        for webhook in webhooks:
            deliveries.append(self._tried(_NAMES[webhook.shape], partial(self._post, notice, webhook)))
        return deliveries

    def _tried(self, name: str, attempt: Callable[[], None]) -> Delivery:
        for number in range(TRIES):
            try:
                attempt()
            except _TryAgain as failure:
                if number == TRIES - 1:
                    return Delivery(name, failure.sentence)
                self.pause(min(max(PAUSES[number], failure.wait), LONGEST_PAUSE))
            except UserError as error:
                return Delivery(name, error.message)
            else:
                break
        return Delivery(name)

    def _mail(self, notice: Notice, email: Email) -> None:
        try:
            send_mail(notice, email, environment=self.environment, context=self.context)
        except MailRefused as refused:
            raise _Refused(refused.sentence) from None
        except (OSError, smtplib.SMTPException) as error:
            raise _TryAgain(_unreachable(error)) from None

    def _post(self, notice: Notice, webhook: Webhook) -> None:
        try:
            now = round(1000 * time.time())
            reply = post(notice, webhook, environment=self.environment, milliseconds=now)
        except OSError as error:
            raise _TryAgain(_unreachable(error)) from None
        except ValueError:
            raise _Refused(Message("its address must begin with https://")) from None
        if is_accepted(reply, webhook.shape):
            return
        if reply.status == 429 or reply.status >= 500:
            raise _TryAgain(refusal(reply), reply.wait_seconds)
        raise _Refused(refusal(reply))


class _Refused(UserError):
    """The receiver said no, and will say so again."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)


def _unreachable(error: Exception) -> Message:
    """Return why a receiver could not be reached, by kind: texts of libraries may hold addresses."""
    if isinstance(error, TimeoutError):
        return Message("it did not answer in time")
    return Message("it cannot be reached ({kind})", kind=type(error).__name__)


_MAIL = Message("mail")
_NAMES = {
    "wecom": Message("WeCom"),
    "dingtalk": Message("DingTalk"),
    "teams": Message("Teams"),
    "slack": Message("Slack"),
    "json": Message("webhook"),
}
