"""What is sent: a subject, a few lines and where to read on; never anything about one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from attrition.message import Message


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A text for people, and the same for programs.

    Parameters
    ----------
    subject : str
        One line.
    lines : tuple of str
        The text, in the reader's language.
    link : str
        Where to read on: an address, or a path.
    content : mapping
        The same as JSON, for a webhook of the shape "json".
    """

    subject: str
    lines: tuple[str, ...]
    link: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The lines and the link.

        Examples
        --------
        >>> print(Notice(subject="attrition", lines=("one", "two"), link="runs/monitor").text)
        one
        two
        runs/monitor
        """
        return "\n".join(part for part in (*self.lines, self.link) if part)


@dataclass(frozen=True)
class Delivery:
    """What became of one message: where it went, and why it did not arrive, empty where it did."""

    to: str
    failure: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return not self.failure

    @property
    def sentence(self) -> Message:
        """What to print; it holds no address and no secret."""
        if self.is_delivered:
            return Message("sent: {to}", to=self.to)
        return Message("not sent: {to}: {failure}", to=self.to, failure=self.failure)
