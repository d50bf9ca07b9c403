"""Who asks for something about one person, why, and when: exports, erasures, objections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PersonRequest:
    """A request about one person.

    Parameters
    ----------
    agent : str
        Staff number, or pseudonym.
    on : datetime
        When it is carried out, in UTC.
    by, why : str
        Who took it in, and what it says; both go on record, the reason sealed with the person's key.
    """

    agent: str
    on: datetime
    by: str = ""
    why: str = ""
