"""A workspace: a folder with declarations to edit and products to read; starter files never overwrite any."""

from __future__ import annotations

import os
from importlib.resources import as_file, files
from pathlib import Path

from attrition.data.people.people_key import make_key
from attrition.data.people.protection import PEOPLE, read_protection
from attrition.errors import AttritionError, MissingProduct, UserError
from attrition.message import Message

DECLARED = ("pipelines", "models")
"""Folders of declarations: what runs, and what is claimed."""

README = "README.md"
SOURCES = Path("pipelines") / "sources.toml"


def write_starter(folder: Path, data: Path | None = None) -> list[Path]:
    """Write the starter declarations into a folder, and make its key; files that are already there stay as they are.

    Parameters
    ----------
    folder : Path
        The workspace; made when missing.
    data : Path, optional
        A folder of exports, or a file with one row per person. `pipelines/sources.toml` is then written to read them,
        of a folder as `attrition map` does.

    Returns
    -------
    list of Path
        The files that were written, in the order of their names.

    Raises
    ------
    UserError
        The folder is a file; or `data` is named and there is a `pipelines/sources.toml` already.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError("{folder} is a file; a workspace is a folder", folder=folder)
    content = starter_files()
    if (folder / SOURCES).exists():  # a workspace of an earlier version keeps its staff numbers
        content.pop(PEOPLE)
    if data is not None:
        content[SOURCES] = _sources(folder, data)
    written = [folder / name for name in sorted(content) if _write(folder / name, content[name])]
    if read_protection(folder).pseudonyms:
        make_key(folder, environment=os.environ)
    return written


def starter_files() -> dict[Path, bytes]:
    """Return every file of a new workspace by its path inside it.

    Examples
    --------
    >>> Path("pipelines/monthly.toml") in starter_files()
    True
    """
    content = {Path(README): files("attrition").joinpath("workspace_readme.md").read_bytes()}
    for name in DECLARED:
        folder = _starter_folder(name)
        content |= {Path(name) / path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return content


def require_workspace(folder: Path) -> Path:
    """Return the folder if it is a workspace.

    Raises
    ------
    MissingProduct
        It has no `pipelines/`.
    """
    if not (folder / "pipelines").is_dir():
        raise MissingProduct(
            Message("the workspace in {folder} (a folder with pipelines/ and models/)", folder=folder.resolve()),
            "attrition init",
        )
    return folder


def require_demonstration(folder: Path) -> Path:
    """Return the folder if a synthetic centre may be written into it: no other file is overwritten.

    Raises
    ------
    UserError
        The folder holds something that is not from a demonstration.
    """
    is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not is_empty and not (folder / "exports" / "truth").is_dir():
        raise UserError("{folder} holds something else; the demonstration needs a folder of its own", folder=folder)
    return folder


def _starter_folder(name: str) -> Path:
    """Find a folder of starter declarations: inside the wheel, or at the top of a checkout."""
    with as_file(files("attrition")) as package:
        for place in (package / "starter" / name, package.parent / name):
            if place.is_dir():
                return place
    raise AttritionError("this installation of attrition lacks its starter {name}/; install it again", name=name)


def _sources(folder: Path, data: Path) -> bytes:
    if (folder / SOURCES).exists():
        raise UserError(
            "{folder} is there already; delete it first, or leave --data away and edit it", folder=folder / SOURCES
        )
    if not data.exists():
        raise UserError(
            "{data} is not a folder, nor a file; --data needs your folder of exports, or one list of people", data=data
        )
    from attrition.data.guess.draft import first_draft
    from attrition.data.person_starter import person_sources_toml

    shown = shown_path(folder, data)
    toml = person_sources_toml(data, shown=shown) if data.is_file() else first_draft(data, shown=shown).text
    return toml.encode("utf-8")


def has_open_questions(folder: Path) -> bool:
    """Return whether `sources.toml` of a workspace holds questions that `attrition map` left open."""
    path = folder / SOURCES
    return path.exists() and any(line.startswith("# ? ") for line in path.read_text(encoding="utf-8").splitlines())


def shown_path(workspace: Path, exports: Path) -> str:
    """Return a folder or file as `sources.toml` of a workspace writes it: below the workspace, else absolute."""
    inside = exports.resolve().is_relative_to(workspace.resolve())
    return (exports.resolve().relative_to(workspace.resolve()) if inside else exports.resolve()).as_posix()


def _write(path: Path, content: bytes) -> bool:
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True
