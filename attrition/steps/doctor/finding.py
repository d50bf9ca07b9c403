"""One line of `attrition doctor`: what was looked at, how it is, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attrition.message import Message

State = Literal["ok", "look", "wrong"]
"""As it should be; to be looked at; or something that keeps commands from working, or people's data from being safe."""
NOTHING_TO_DO = Message("")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    topic : str
        What it belongs to: a key of `attrition.steps.doctor.examination.EXAMINATIONS`.
    state : {"ok", "look", "wrong"}
    sentence : str
        How it is: names of files, versions and counts, and nothing about a person.
    remedy : str
        What to do; "" where nothing is to be done.
    """

    topic: str
    state: State
    sentence: str
    remedy: str = NOTHING_TO_DO


Line = tuple[State, str, str]
"""State, sentence and remedy of a finding, before its topic is added."""
Examination = Callable[[Path], Iterable[Line]]
"""A function that looks at one topic; what it raises becomes a finding."""


def ok(sentence: str) -> Line:
    """Return a line about what is as it should be."""
    return "ok", sentence, NOTHING_TO_DO


def look(sentence: str, remedy: str) -> Line:
    """Return a line about what somebody should look at."""
    return "look", sentence, remedy


def wrong(sentence: str, remedy: str) -> Line:
    """Return a line about what is wrong."""
    return "wrong", sentence, remedy
