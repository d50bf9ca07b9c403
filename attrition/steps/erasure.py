"""Erase a person from everything a workspace holds, and say honestly what was reached, and what was not.

The person is barred first, so that no run brings them back meanwhile; then every table, page, workbook and database is
written anew without them. Each step leaves nothing to do where it was done before, so that an erasure which was
interrupted is finished by running it again. The audit log stays whole: what it holds about the person can be read by
nobody, since their key is gone.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from attrition.data.atomic import atomic_file, remove
from attrition.data.people.people_file import people_file
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.errors import UserError
from attrition.ledger.mentions import database_texts, mentions, word_pattern
from attrition.ledger.persons import Person, find_person, is_erased, withdraw_objection
from attrition.message import Message
from attrition.model.registry_file import database_path
from attrition.model.registry_texts import rewrite_on_server
from attrition.runs import Runs
from attrition.steps.erased_pilots import erase_from_pilots
from attrition.steps.erased_reports import erase_from_report, reports_with
from attrition.steps.erased_tables import erase_from_table
from attrition.steps.fingerprint import PANEL_BASIS
from attrition.steps.person_export import FOLDER as EXPORTS
from attrition.steps.person_held import LearntModel, models_that_learnt, product_tables

if TYPE_CHECKING:
    from attrition.data.progress import Progress
    from attrition.steps.person_request import PersonRequest

BLANK = "[erased]"
"""What stands in a text in the place of the person."""
REWRITTEN = (".json", ".md", ".txt", ".toml", ".yaml")
"""Texts that go on without the person; other pages and workbooks are removed, and a command makes them again."""


@dataclass(frozen=True)
class Erasure:
    """What an erasure reached.

    Parameters
    ----------
    rows : int
        Rows that were removed, or whose cell was blanked.
    files : int
        Tables they were in.
    removed : sequence of str
        Pages and workbooks that named the person and are gone until a command makes them again.
    rebuilt, blanked : sequence of str
        Months whose report was written anew; and those whose editions with people were replaced by a note.
    pilots : sequence of str
        Sealed pilots they were in.
    models : sequence of LearntModel
        Registered versions that had learnt from them.
    untouched : sequence of str
        Sealed files of models that name them, which cannot be changed.
    """

    rows: int
    files: int
    removed: Sequence[str]
    rebuilt: Sequence[str]
    blanked: Sequence[str]
    pilots: Sequence[str]
    models: Sequence[LearntModel]
    untouched: Sequence[str]


def erase_everywhere(workspace: Path, request: PersonRequest, *, progress: Progress) -> Erasure:
    """Erase a person from a workspace, and bar them from coming in again.

    Raises
    ------
    UserError
        Nothing is held about a person of that number; nobody was barred.
    """
    person = find_person(workspace, request.agent)
    progress("looking for the person")
    models, reports = models_that_learnt(workspace, person), reports_with(workspace, person.names)
    _refuse_unknown(workspace, person, is_found=bool(models or reports))
    withdraw_objection(workspace, person)
    Pseudonyms.open(workspace).forget(person.number)
    progress("writing tables without the person")
    remove(Runs(workspace).folder / PANEL_BASIS)
    pilots = erase_from_pilots(workspace, person.names)
    rows = {path: erase_from_table(path, person.names) for path in _tables(workspace)}
    removed, untouched = _erase_from_texts(workspace, person.names)
    rebuilt = {folder.name: erase_from_report(workspace, folder, progress=progress) for folder in reports}
    _erase_from_databases(workspace, person.names)
    return Erasure(
        rows=sum(rows.values()),
        files=sum(1 for count in rows.values() if count),
        removed=removed,
        rebuilt=[month for month, is_whole in rebuilt.items() if is_whole],
        blanked=[month for month, is_whole in rebuilt.items() if not is_whole],
        pilots=pilots,
        models=models,
        untouched=untouched,
    )


def _refuse_unknown(workspace: Path, person: Person, *, is_found: bool) -> None:
    """Refuse a number of nobody, so that a slip of the pen bars nobody; somebody who was erased may be erased again."""
    if is_found or is_erased(workspace, person):
        return
    if not any(mentions(path, person.names) for path in (*_tables(workspace), *_texts(workspace))):
        raise UserError(
            "nothing is held about a person of that number, and nothing was done; numbers are text, leading zeros count"
        )


def _tables(workspace: Path) -> list[Path]:
    """Return the tables of all products and of the models' runs; that which tells who learnt from whom comes last."""
    last = Runs(workspace).folder / "outcomes.parquet"
    artifacts = [path for path in _files(workspace / "mlartifacts") if path.suffix in (".parquet", ".csv")]
    return sorted([*product_tables(workspace), *artifacts], key=lambda path: (last in (path, *path.parents), path))


def _texts(workspace: Path) -> list[Path]:
    """Return every other file of the products; reports apart, which are written anew month by month."""
    folders = ("runs", "pilots", "mlartifacts", EXPORTS.as_posix())
    files = [path for folder in folders for path in _files(workspace / folder)]
    return [path for path in files if path.suffix not in (".parquet", ".csv")]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _erase_from_texts(workspace: Path, names: Collection[str]) -> tuple[list[str], list[str]]:
    """Blank the person in texts, and remove pages and workbooks that name them; return those removed, and left."""
    for name in names:
        shutil.rmtree(workspace / EXPORTS / name, ignore_errors=True)
    removed, untouched = [], []
    for path in [path for path in _texts(workspace) if mentions(path, names)]:
        shown = path.relative_to(workspace).as_posix()
        if _is_sealed(path.relative_to(workspace)):
            untouched.append(shown)
        elif path.suffix in REWRITTEN:
            _blank_words(path, names)
        else:
            path.unlink()
            removed.append(shown)
    return removed, untouched


def _is_sealed(path: Path) -> bool:
    """Return whether a file is one of a registered model, whose hashes are on record."""
    return path.parts[:2] == ("mlartifacts", "models") or path.parts[1:4:2] == ("versions", "model")


def _blank_words(path: Path, names: Collection[str]) -> None:
    pattern = word_pattern(names)
    assert pattern is not None
    text = pattern.sub(BLANK, path.read_text(encoding="utf-8"))
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="")


def _erase_from_databases(workspace: Path, names: Collection[str]) -> None:
    """Blank the person in texts of the registry, and leave no freed page in it or beside the way back."""
    registry, pattern = database_path(workspace), word_pattern(names)
    if registry.is_file() and mentions(registry, names):
        _blank_in_database(registry, names)
    if pattern is not None:
        rewrite_on_server(workspace, partial(pattern.sub, BLANK))
    with closing(sqlite3.connect(people_file(workspace), isolation_level=None)) as people:
        people.execute("VACUUM")


def _blank_in_database(path: Path, names: Collection[str]) -> None:
    pattern = word_pattern(names)
    assert pattern is not None
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute("BEGIN IMMEDIATE")
        for table, column, text in list(database_texts(database)):
            if pattern.search(text):
                statement = f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?'
                database.execute(statement, (pattern.sub(BLANK, text), text))
        database.execute("COMMIT")
        database.execute("VACUUM")


def erasure_lines(erasure: Erasure) -> list[Message]:
    """Return what a person reads about an erasure: what was reached, which models learnt from them, what is outside."""
    lines = [Message("{rows} rows in {files} tables erased", rows=erasure.rows, files=erasure.files)]
    named = (
        (Message("reports written again without the person: {names}"), erasure.rebuilt),
        (Message("reports whose editions with people were replaced by a note: {names}"), erasure.blanked),
        (Message("removed until a command makes them again: {names}"), erasure.removed),
        (Message("sealed pilots they were in, which go on without them: {names}"), erasure.pilots),
        (Message("sealed files of models that name them and stay as they are: {names}"), erasure.untouched),
    )
    lines += [Message(str(text), names=", ".join(names)) for text, names in named if names]
    return [*lines, *map(_model_line, erasure.models), *OUTSIDE]


def _model_line(model: LearntModel) -> Message:
    what = ", ".join(model.aliases) or "-"
    return Message(
        "version {version} ({what}) learnt from {months} of their months among those of everybody, up to {fitted_at}; "
        "it holds no row of theirs, and retires when a retrain takes its place",
        version=model.version,
        what=what,
        months=model.months,
        fitted_at=model.fitted_at,
    )


OUTSIDE = (
    Message("the next panel leaves the person out, although the exports still hold them"),
    Message(
        "not reached, see to them yourself: the exports of the site and their systems, backups of this workspace, "
        "editions that were passed on or printed, copies on a cluster"
    ),
)
