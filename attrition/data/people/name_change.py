"""A change of how people are called in a workspace: begun and finished in one step each, and never lost in between.

Between the two, products are rewritten one by one from the pairs that are kept in the protected file. A run that is
killed leaves them there, and the same command goes on where it stopped; nothing else reads the workspace until then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from attrition.data.people.people_file import fact, open_people, people_file
from attrition.data.people.people_key import adopt_next_key, has_key, next_key, read_key
from attrition.data.people.pseudonyms import Pseudonyms, xor

Change = Literal["on", "off", "rotate"]
"""Numbers become pseudonyms, pseudonyms become numbers, or pseudonyms become others by a new key."""


def unfinished_change(workspace: Path) -> Change | None:
    """Return the change that a killed run left, or that goes on in another; None where there is none."""
    if not people_file(workspace).exists():
        return None
    with open_people(workspace) as people:
        return fact(people, "change")  # type: ignore[return-value]


def begin_on(workspace: Path, numbers: Collection[str], *, environment: Mapping[str, str]) -> None:
    """Begin to give pseudonyms to the staff numbers that products hold."""
    pseudonyms = Pseudonyms.open(workspace, environment=environment)
    numbers = set(numbers) - set(pseudonyms.way_back())
    pseudonyms.record(numbers)
    _begin(workspace, "on", {number: pseudonyms.pseudonym(number) for number in numbers})


def begin_off(workspace: Path, *, environment: Mapping[str, str]) -> None:
    """Begin to give products their staff numbers back."""
    _begin(workspace, "off", Pseudonyms.open(workspace, environment=environment).way_back())


def begin_rotation(workspace: Path, *, environment: Mapping[str, str]) -> None:
    """Begin to change every pseudonym to that of a new key; the old key may be lost."""
    renewed = Pseudonyms(workspace, next_key(workspace, environment=environment))
    _begin(workspace, "rotate", {old: renewed.pseudonym(number) for old, number in renewed.way_back().items()})


def _begin(workspace: Path, change: Change, names: Mapping[str, str]) -> None:
    with open_people(workspace) as people:
        people.execute("DELETE FROM renamed")
        people.executemany("INSERT INTO renamed VALUES (?, ?)", sorted(names.items()))
        people.execute("INSERT INTO facts VALUES ('change', ?)", (change,))


def names_to_change(workspace: Path) -> dict[str, str]:
    """Return the new name of everybody by the old one, of the change that has begun."""
    with open_people(workspace) as people:
        return dict(people.execute("SELECT old, new FROM renamed"))


def settle(workspace: Path) -> None:
    """Finish a change that leaves the key as it is, once every product is rewritten."""
    with open_people(workspace) as people:
        _end(people)


def settle_rotation(workspace: Path, *, environment: Mapping[str, str]) -> int:
    """Finish the change to a new key; return how many erased people are not known as such any more.

    That is so where the old key is lost: what says who was erased is masked by it.
    """
    renewed = Pseudonyms(workspace, next_key(workspace, environment=environment))
    old = _old(workspace, environment)
    with open_people(workspace) as people:
        people.execute(
            "UPDATE people SET pseudonym = (SELECT new FROM renamed WHERE old = pseudonym) "
            "WHERE pseudonym IN (SELECT old FROM renamed)"
        )
        forgotten = _mask_erasures(people, old, renewed)
        people.execute("INSERT OR REPLACE INTO facts VALUES ('key', ?)", (renewed.key_mark,))
        _end(people)
    adopt_next_key(workspace)
    return forgotten


def _old(workspace: Path, environment: Mapping[str, str]) -> Pseudonyms | None:
    """Return the pseudonyms by the key that made them; None where it is lost."""
    if not has_key(workspace, environment=environment):
        return None
    with open_people(workspace) as people:
        used = fact(people, "key")
    old = Pseudonyms(workspace, read_key(workspace, environment=environment))
    return old if used in (None, old.key_mark) else None


def _mask_erasures(people: sqlite3.Connection, old: Pseudonyms | None, renewed: Pseudonyms) -> int:
    """Mask the key of the erased by the new key; without the old one forget them, and return how many they were."""
    masked = fact(people, "erasures")
    if masked is None:
        return 0
    if old is None:
        forgotten = people.execute("DELETE FROM erased").rowcount
        people.execute("DELETE FROM facts WHERE name = 'erasures'")
        return forgotten
    secret = xor(bytes.fromhex(masked), old.erasure_mask)
    people.execute("UPDATE facts SET content = ? WHERE name = 'erasures'", (xor(secret, renewed.erasure_mask).hex(),))
    return 0


def _end(people: sqlite3.Connection) -> None:
    people.execute("DELETE FROM renamed")
    people.execute("DELETE FROM facts WHERE name = 'change'")
