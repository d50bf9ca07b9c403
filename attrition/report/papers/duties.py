"""The duties of the law with their dates, read from the one dated file that papers and documentation show."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import Field

from attrition.declared import Declaration, parse

FILE = "duties.toml"


class Duty(Declaration):
    """One law or standard: where it holds, what it asks for, from when, who says so, and what is in doubt."""

    place: str
    place_zh: str
    what: str
    what_zh: str
    from_: str = Field(alias="from")
    from_zh: str
    source: str
    source_zh: str
    doubt: str
    doubt_zh: str


class Duties(Declaration):
    """The whole file: the day on which it was true as far as known, and the duties."""

    known_on: date
    duties: tuple[Duty, ...]


@cache
def read_duties() -> Duties:
    """Return the duties as known on their day; nothing in them is legal advice.

    Examples
    --------
    >>> read_duties().known_on.isoformat(), read_duties().duties[3].place
    ('2026-11-28', 'China: PIPL')
    """
    return parse(tomllib.loads(duties_text()), Duties, where=FILE)


def duties_text() -> str:
    """Return the text of the file, whose hash the papers hold."""
    return files("attrition.report.papers").joinpath(FILE).read_text(encoding="utf-8")
