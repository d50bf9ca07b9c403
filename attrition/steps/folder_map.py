"""Write `pipelines/sources.toml` for a folder of exports: what its files say, and what somebody answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attrition import workspace as workspaces
from attrition.data.atomic import atomic_file
from attrition.errors import UserError
from attrition.workspace import SOURCES

if TYPE_CHECKING:
    from attrition.data.guess.draft import Draft, Scan
    from attrition.data.guess.questions import Change, Question
    from attrition.data.progress import Progress
    from attrition.data.terms import Language

Ask = Callable[["Question", "Language"], "Sequence[Change] | None"]
"""Asks somebody a question in a language, and returns what the answer writes, or None where it stays open."""


@dataclass(frozen=True, kw_only=True)
class FolderMap:
    """A folder as it was mapped: what was found out, and where the declaration is.

    `shown` is the folder as `sources.toml` writes it.
    """

    draft: Draft
    scan: Scan
    shown: str
    sources: Path


def look_at_folder(workspace: Path, folder: Path, *, speaks: Language, progress: Progress) -> FolderMap:
    """Look at every file of a folder, beside what the workspace declares already.

    Raises
    ------
    UserError
        There is no such folder, or nothing in it can be a table.
    DeclarationError
        The present `sources.toml` is not TOML.
    """
    from attrition.data.guess.draft import draft_sources, refuse_nothing, scan_folder

    if not folder.is_dir():
        raise UserError("{folder} is not a folder; name the folder your exports are in", folder=folder)
    progress("looking at every file and sheet")
    scan, shown = scan_folder(folder), workspaces.shown_path(workspace, folder)
    progress("finding out which table and column is which")
    draft = draft_sources(scan, shown=shown, existing=_present_text(workspace), speaks=speaks)
    refuse_nothing(draft, folder)
    return FolderMap(draft=draft, scan=scan, shown=shown, sources=workspace / SOURCES)


def ask_about(mapped: FolderMap, ask: Ask) -> FolderMap:
    """Ask each open question once; answers may lead to further questions, which are asked as well."""
    from attrition.data.guess.draft import answered

    shown: set[str] = set()
    while question := next((each for each in mapped.draft.questions if each.id not in shown), None):
        shown.add(question.id)
        changes = ask(question, mapped.draft.language)
        if changes is not None:
            draft = answered(mapped.draft, {question.id: changes}, mapped.scan, shown=mapped.shown)
            mapped = FolderMap(draft=draft, scan=mapped.scan, shown=mapped.shown, sources=mapped.sources)
    return mapped


def write_sources(mapped: FolderMap) -> Path:
    """Write the declaration, whole or not at all."""
    with atomic_file(mapped.sources) as path:
        path.write_text(mapped.draft.text, encoding="utf-8")
    return mapped.sources


def _present_text(workspace: Path) -> str:
    """Return the text of the present declaration; "" where there is none, or it is the starter as it came."""
    from attrition.declared import read_text

    path = workspace / SOURCES
    if not path.exists() or path.read_bytes() == workspaces.starter_files()[SOURCES]:
        return ""
    return read_text(path)
