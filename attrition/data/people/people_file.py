"""The file people/people.sqlite: whose pseudonym is whose, and who was erased; readable by its owner alone."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from attrition.data.people.people_key import FOLDER
from attrition.errors import AttritionError

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    number TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, person_key BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erased (mark TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS renamed (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
"""
"""``people``: staff number, pseudonym, and the person's own key where something is sealed with it (it stays theirs
when pseudonyms change); ``erased``: keyed hashes of the numbers of those who were erased; ``renamed``: of a change
that is not finished, see `attrition.data.people.name_change`; ``facts``: about the key and the change."""
PATIENCE_SECONDS = 30.0
"""How long to wait for another run that writes."""


def people_file(workspace: Path) -> Path:
    """Return the path of the way back of a workspace."""
    return workspace / FOLDER / "people.sqlite"


def erased_mark(workspace: Path) -> str:
    """Return what changes with everybody who is erased from a workspace, and must not come in again; "" for nobody."""
    if not people_file(workspace).exists():
        return ""
    with open_people(workspace) as people:
        marks = [mark for (mark,) in people.execute("SELECT mark FROM erased ORDER BY mark")]
    return hashlib.sha256("".join(marks).encode()).hexdigest()[:16] if marks else ""


def fact(people: sqlite3.Connection, name: str) -> str | None:
    """Return what the file holds about the key, or about a change that is not finished."""
    row = people.execute("SELECT content FROM facts WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


@contextmanager
def open_people(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Yield the database, made where it is missing; what is deleted is overwritten, and an error changes nothing.

    Raises
    ------
    AttritionError
        The file is damaged or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_people(Path(folder)) as people:
    ...         people.execute("SELECT count(*) FROM people").fetchone()
    ...     f"{people_file(Path(folder)).stat().st_mode & 0o777:o}"
    (0,)
    '600'
    """
    path = people_file(workspace)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    path.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as people:
            people.execute("PRAGMA secure_delete = ON")
            people.executescript(SCHEMA)
            with people:
                yield people
    except sqlite3.DatabaseError as error:
        raise AttritionError(
            "{path} cannot be used: {error}; put a copy back. Without one, remove it: the next panel finds "
            "everybody again, also those who were erased",
            path=path.relative_to(workspace),
            error=error,
        ) from error
