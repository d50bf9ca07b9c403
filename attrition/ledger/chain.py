"""The chain of the audit log: each entry holds the hash of the one before it, so that no entry can change unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

BEGINNING = "0" * 64
"""What the first entry holds in place of the hash of the one before it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the audit log; the names of the fields are the keys of its line.

    Parameters
    ----------
    number : int
        Of the entry, from 1.
    at : str
        When, in UTC (ISO 8601).
    action : str
        What was done: "retrain", "explain", "erase", ...
    outcome : str
        "begun", then "done", "refused", "failed" or "stopped" in an entry of its own.
    user : str
        Account of the machine that ran it.
    by, why : str
        Who decided, and their reason; empty where nobody was asked. Of an entry about a person the reason is sealed.
    model : str
        Version of the model in use; empty where there was none.
    attrition : str
        Version of the program.
    of : int
        Number of the entry that began what this entry ends; 0 otherwise.
    facts : mapping
        Which month, version, budget, ...; never what is known of a person.
    about : tuple of str
        One text per person it is about, encrypted with the key of that person.
    before : str
        Hash of the entry before.
    """

    number: int = 0
    at: str
    action: str
    outcome: str
    user: str
    by: str = ""
    why: str = ""
    model: str = ""
    attrition: str = ""
    of: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    before: str = BEGINNING


def linked(entry: Entry, *, number: int, before: str) -> Entry:
    """Return an entry with its place in the chain."""
    return replace(entry, number=number, before=before)


def line_of(entry: Entry) -> str:
    """Return the line of an entry, without a line end; its last key is the hash of all the others."""
    content = asdict(entry)
    return _text(content | {"hash": hash_of(content)})


def hash_of(content: dict[str, Any]) -> str:
    """Return the hash of an entry's keys and values, ``hash`` left aside.

    Examples
    --------
    >>> hash_of({"number": 1, "hash": "whatever"}) == hash_of({"number": 1})
    True
    """
    text = _text({key: value for key, value in content.items() if key != "hash"})
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def parsed(line: str) -> tuple[Entry, str] | None:
    """Return the entry of a line and its hash; None where the line is none, or was changed."""
    try:
        content = json.loads(line)
        kept = content.pop("hash")
        entry = Entry(**{**content, "about": tuple(content["about"])})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return (entry, kept) if kept == hash_of(asdict(entry)) else None


def first_break(lines: Iterable[str]) -> int | None:
    """Return the number of the first line that does not follow from the lines before it; None where all do.

    Examples
    --------
    >>> one = Entry(at="2026-11-28T10:00:00+00:00", action="panel", outcome="begun", user="li")
    >>> first = line_of(linked(one, number=1, before=BEGINNING))
    >>> second = line_of(linked(one, number=2, before=json.loads(first)["hash"]))
    >>> first_break([first, second]), first_break([second]), first_break([first.replace("li", "wu"), second])
    (None, 1, 1)
    """
    before = BEGINNING
    for number, line in enumerate(lines, start=1):
        read = parsed(line)
        if read is None or (read[0].number, read[0].before) != (number, before):
            return number
        before = read[1]
    return None


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
