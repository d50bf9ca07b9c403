"""Pseudonyms of staff numbers: the one class that knows the way there, by a key, and the way back, by a protected file.

A pseudonym is the keyed hash (HMAC-SHA256, RFC 2104) of a staff number: the same key gives the same person the same
pseudonym in every month, and without the key nobody can find the number by trying all of them.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.people.people_file import fact, open_people
from attrition.data.people.people_key import adopt_next_key, coming_key, make_key, read_key
from attrition.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

LENGTH = 12
"""Characters of a pseudonym. DuckDB keeps texts up to twelve in place; 55 bits keep 100,000 people apart."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of one workspace.

    Parameters
    ----------
    workspace : Path
        Its folder ``people/`` holds the key and the way back.
    key : bytes
        The secret; see `attrition.data.people.people_key`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pseudonyms = Pseudonyms(Path(folder), b"a key that is long enough for an example")
    ...     kept = pseudonyms.record(["00123", "00124"])
    ...     pseudonyms.pseudonym("00123"), pseudonyms.staff_number(pseudonyms.pseudonym("00123"))
    ...     pseudonyms.forget("00124")
    ...     pseudonyms.erased(["00123", "00124"]), pseudonyms.staff_number(pseudonyms.pseudonym("00124"))
    ('pafm4spnio57', '00123')
    ({'00124'}, None)
    """

    workspace: Path
    key: bytes

    @classmethod
    def open(cls, workspace: Path, *, environment: Mapping[str, str] = os.environ) -> Pseudonyms:
        """Return the pseudonyms of a workspace; its first use makes the key.

        Raises
        ------
        UserError
            The key is lost, too short, or not the one with which this workspace's pseudonyms were made.
        """
        with open_people(workspace) as people:
            used, change = fact(people, "key"), fact(people, "change")
        if change is not None:
            raise UserError(
                "a change of how people are called was interrupted; `attrition pseudonyms {change}` finishes it",
                change=change,
            )
        if used is None:
            make_key(workspace, environment=environment)
        opened = cls(workspace, read_key(workspace, environment=environment))
        if used == cls(workspace, coming_key(workspace)).key_mark:  # a rotation was killed at its very end
            adopt_next_key(workspace)
            opened = cls(workspace, read_key(workspace, environment=environment))
        if used not in (None, opened.key_mark):
            raise UserError(
                "the key is not the one with which this workspace's pseudonyms were made; put that one back, "
                "or change every pseudonym to the new one: `attrition pseudonyms rotate`"
            )
        return opened

    @property
    def key_mark(self) -> str:
        """What tells one key from another without giving it away."""
        return self._hash("key")[:16]

    def pseudonym(self, number: str) -> str:
        """Return the pseudonym of a staff number: a letter, and letters and digits that no tool reads as a number."""
        digest = hmac.digest(self.key, b"person\0" + number.encode("utf-8"), "sha256")
        bits = int.from_bytes(digest[:7], "big") >> 1  # 55 of them, in eleven letters of the alphabet of RFC 4648
        return "p" + "".join([_PAIRS[bits >> place & 1023] for place in (45, 35, 25, 15, 5)]) + _LETTERS[bits & 31]

    def record(self, numbers: Iterable[str]) -> dict[str, str]:
        """Keep the way back of staff numbers, but of nobody who was erased; return the pseudonym of each that is kept.

        Raises
        ------
        UserError
            Two people would get one pseudonym.
        """
        numbers = set(numbers)
        numbers -= self.erased(numbers)
        pseudonyms = {number: self.pseudonym(number) for number in sorted(numbers)}
        with open_people(self.workspace) as people:
            people.execute("INSERT OR IGNORE INTO facts VALUES ('key', ?)", (self.key_mark,))
            statement = "INSERT INTO people (number, pseudonym) VALUES (?, ?) ON CONFLICT (number) DO NOTHING"
            try:
                people.executemany(statement, pseudonyms.items())
            except sqlite3.IntegrityError:
                raise UserError(
                    "two people would get one pseudonym under this key; make another: `attrition pseudonyms rotate`"
                ) from None
        return pseudonyms

    def staff_number(self, pseudonym: str) -> str | None:
        """Return the staff number behind a pseudonym; None where nobody has it, or they were erased."""
        with open_people(self.workspace) as people:
            row = people.execute("SELECT number FROM people WHERE pseudonym = ?", (pseudonym,)).fetchone()
        return None if row is None else str(row[0])

    def staff_numbers(self, pseudonyms: pd.Series) -> pd.Series:
        """Return a column with staff numbers instead of pseudonyms; what is no pseudonym stays as it is."""
        numbers = self.way_back()
        return pseudonyms.map(lambda pseudonym: numbers.get(pseudonym, pseudonym))

    def way_back(self) -> dict[str, str]:
        """Return the staff number of every pseudonym."""
        with open_people(self.workspace) as people:
            return dict(people.execute("SELECT pseudonym, number FROM people ORDER BY number"))

    def forget(self, number: str) -> None:
        """Remove the way back to a person, and keep a keyed mark of the number, so that it does not come in again."""
        mark = _mark(self._erasure_key(), number)
        with open_people(self.workspace) as people:
            people.execute("DELETE FROM people WHERE number = ?", (number,))
            people.execute("INSERT OR IGNORE INTO erased VALUES (?)", (mark,))

    def erased(self, numbers: Collection[str]) -> set[str]:
        """Return which of some staff numbers are of people who were erased."""
        with open_people(self.workspace) as people:
            marks = {mark for (mark,) in people.execute("SELECT mark FROM erased")}
        if not marks:
            return set()
        key = self._erasure_key()
        return {number for number in numbers if _mark(key, number) in marks}

    def _erasure_key(self) -> bytes:
        """Return the key of the marks, which outlives this one: it is kept masked by it, and made where missing."""
        with open_people(self.workspace) as people:
            people.execute("INSERT OR IGNORE INTO facts VALUES ('erasures', ?)", (secrets.token_hex(32),))
            masked = bytes.fromhex(str(fact(people, "erasures")))
        return xor(masked, self.erasure_mask)

    @property
    def erasure_mask(self) -> bytes:
        """What masks the key of the marks of those who were erased."""
        return bytes.fromhex(self._hash("erasures"))

    def _hash(self, purpose: str) -> str:
        return hmac.digest(self.key, b"purpose\0" + purpose.encode("utf-8"), "sha256").hex()


def _mark(erasure_key: bytes, number: str) -> str:
    return hmac.digest(erasure_key, number.encode("utf-8"), "sha256").hex()


def xor(one: bytes, other: bytes) -> bytes:
    """Return one secret masked by another of the same length, or unmasked again."""
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
