"""What of a sentence may stand in a log: its template, its numbers, and the values that nobody typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from attrition.message import Message, recognised

LEFT_OUT = "…"
TYPED = {"text", "agent", "person", "recipient"}
"""Values of sentences that somebody typed, or that name somebody."""


def template_of(text: str) -> str:
    """Return a text of the program without its values.

    Examples
    --------
    >>> template_of(Message("scoring {agents} agents", agents=1200))
    'scoring {agents} agents'
    """
    parts = getattr(text, "parts", None)
    if parts is not None:
        return str(getattr(text, "template", "")).join(map(template_of, parts))
    return str(getattr(text, "template", text))


def counts_of(text: str) -> dict[str, int | float | str]:
    """Return the numbers and days of a text by their names.

    Examples
    --------
    >>> counts_of(Message("scoring {agents} agents of {site}", agents=1200, site="Foshan"))
    {'agents': 1200}
    """
    counts: dict[str, int | float | str] = {}
    for part in getattr(text, "parts", ()):
        counts |= counts_of(part)
    for name, value in getattr(text, "values", {}).items():
        if isinstance(value, Message):
            counts |= counts_of(value)
        elif isinstance(value, date):
            counts[name] = value.isoformat()
        elif isinstance(value, int | float):
            counts[name] = value
        elif hasattr(value, "item"):  # a number of numpy
            counts[name] = value.item()
    return counts


def without_typed_words(sentence: Message) -> str:
    """Return an error's sentence in English, without what somebody typed.

    Examples
    --------
    >>> without_typed_words(Message('"{text}" is not a fact; see {page}', text="0012345", page="docs"))
    '"…" is not a fact; see docs'
    """
    if not TYPED & set(sentence.values):
        return str(sentence)
    values = {name: LEFT_OUT if name in TYPED else value for name, value in sentence.values.items()}
    return sentence.template.format(**values)


def complaint_without_words(text: str, complaints: Iterable[Message], *, declared: set[str]) -> str:
    """Return a complaint about a command line, with the names that the command declares and no other word.

    Examples
    --------
    >>> kinds = [Message("Missing option {option}."), Message("Got unexpected extra argument ({arguments})")]
    >>> complaint_without_words("Missing option '--as-of'.", kinds, declared={"--as-of"})
    "Missing option '--as-of'."
    >>> complaint_without_words("Got unexpected extra argument (0012345)", kinds, declared={"--as-of"})
    'Got unexpected extra argument (…)'
    """
    kind = recognised(text, complaints)
    if not kind.values:
        return text if kind in complaints else LEFT_OUT
    values: dict[str, Any] = {
        name: value if str(value).strip("'\"") in declared else LEFT_OUT for name, value in kind.values.items()
    }
    return kind.template.format(**values)
