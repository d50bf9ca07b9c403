"""One person of a workspace: their numbers, the key that seals what is on record about them, and their objection."""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from attrition.data.people.people_file import open_people, people_file
from attrition.data.people.protection import read_protection
from attrition.data.people.pseudonyms import Pseudonyms

OBJECTIONS = "CREATE TABLE IF NOT EXISTS objections (number TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID"
"""Beside the way back in people/people.sqlite: who objected, since which day."""


@dataclass(frozen=True)
class Person:
    """One person: staff number, pseudonym, and which of the two the workspace's products hold.

    Parameters
    ----------
    number, pseudonym : str
        The number may be the typed one where nobody has it.
    agent_id : str
        As in products: the pseudonym, or the number in a workspace without pseudonyms.
    """

    number: str
    pseudonym: str
    agent_id: str

    @property
    def names(self) -> tuple[str, str]:
        """What can stand for them in a file."""
        return self.number, self.pseudonym


def find_person(workspace: Path, typed: str) -> Person:
    """Return the person of a staff number, or of a pseudonym.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     person = find_person(Path(folder), "0012345")
    ...     person.agent_id, find_person(Path(folder), person.pseudonym).number
    ('0012345', '0012345')
    """
    pseudonyms = Pseudonyms.open(workspace)
    has_pseudonyms = read_protection(workspace).pseudonyms
    number = pseudonyms.staff_number(typed) or typed
    if not has_pseudonyms:
        pseudonyms.record([number])
    pseudonym = pseudonyms.pseudonym(number)
    return Person(number, pseudonym, pseudonym if has_pseudonyms else number)


def is_erased(workspace: Path, person: Person) -> bool:
    """Return whether a person was erased."""
    return bool(Pseudonyms.open(workspace).erased([person.number]))


def seal(workspace: Path, person: Person, content: dict[str, Any]) -> str:
    """Encrypt what goes on record about a person with their key, which is made where they have none.

    Returns
    -------
    str
        "" for somebody who is not known in the workspace, or was erased: there is no key to make.
    """
    with open_people(workspace) as people:
        row = people.execute("SELECT person_key FROM people WHERE number = ?", (person.number,)).fetchone()
        if row is None:
            return ""
        key = row[0] or Fernet.generate_key()
        people.execute("UPDATE people SET person_key = ? WHERE number = ?", (key, person.number))
    return Fernet(key).encrypt(json.dumps(content, ensure_ascii=False).encode("utf-8")).decode("ascii")


def unseal(workspace: Path, person: Person, sealed: Collection[str]) -> list[dict[str, Any]]:
    """Return what the sealed texts of an entry say about a person; those about others stay sealed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     one, other = (find_person(Path(folder), number) for number in ("1", "2"))
    ...     texts = [seal(Path(folder), person, {"why": person.number}) for person in (one, other)]
    ...     unseal(Path(folder), other, texts)
    [{'why': '2'}]
    """
    key = _key(workspace, person)
    if key is None:
        return []
    fernet, contents = Fernet(key), []
    for text in sealed:
        try:
            contents.append(json.loads(fernet.decrypt(text.encode("ascii"))))
        except InvalidToken:
            continue
    return contents


def object_to_scoring(workspace: Path, person: Person, *, since: date) -> None:
    """Keep that a person objected; the day of an objection that stands already stays."""
    with open_people(workspace) as people:
        people.execute(OBJECTIONS)
        people.execute("INSERT OR IGNORE INTO objections VALUES (?, ?)", (person.number, since.isoformat()))


def withdraw_objection(workspace: Path, person: Person) -> bool:
    """Remove a person's objection; return whether there was one."""
    with open_people(workspace) as people:
        people.execute(OBJECTIONS)
        return people.execute("DELETE FROM objections WHERE number = ?", (person.number,)).rowcount > 0


def objected_since(workspace: Path, person: Person) -> date | None:
    """Return the day from which a person's objection stands; None where there is none."""
    return _objections(workspace).get(person.number)


def objectors(workspace: Path) -> set[str]:
    """Return who objected, as products name them; empty without a look at the key where nobody did.

    Examples
    --------
    >>> objectors(Path("a-workspace-of-an-earlier-version"))
    set()
    """
    numbers = _objections(workspace)
    if not numbers or not read_protection(workspace).pseudonyms:
        return set(numbers)
    pseudonyms = Pseudonyms.open(workspace)
    return {pseudonyms.pseudonym(number) for number in numbers}


def names_of_objectors(workspace: Path) -> frozenset[str]:
    """Return every name by which somebody who objected may be asked for: the staff number, and the pseudonym.

    Examples
    --------
    >>> names_of_objectors(Path("a-workspace-of-an-earlier-version"))
    frozenset()
    """
    return frozenset(_objections(workspace)) | objectors(workspace)


def state_of_objections(workspace: Path) -> Hashable:
    """Return what differs whenever somebody objected or withdrew; cheap, and it opens nothing."""
    path = people_file(workspace)
    stat = path.stat() if path.exists() else None
    return stat and (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _objections(workspace: Path) -> dict[str, date]:
    if not people_file(workspace).exists():
        return {}
    with open_people(workspace) as people:
        people.execute(OBJECTIONS)
        rows = people.execute("SELECT number, since FROM objections").fetchall()
    return {number: date.fromisoformat(since) for number, since in rows}


def _key(workspace: Path, person: Person) -> bytes | None:
    with open_people(workspace) as people:
        row = people.execute("SELECT person_key FROM people WHERE number = ?", (person.number,)).fetchone()
    return None if row is None else row[0]
