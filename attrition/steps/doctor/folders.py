"""The folders of a workspace: room on the disk, who may read what commands left, and whether this account may write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from attrition.data.at_work import PRODUCTS
from attrition.data.modes import FILE_MODES, FOLDER_MODES, Readers
from attrition.data.people.protection import read_protection
from attrition.message import Message, counted, joined
from attrition.steps.doctor.finding import Line, look, ok, wrong

WRITTEN_ANEW = ("runs", "reports", "mlartifacts")
"""Products that a command may write beside the old ones, so that there must be room for both."""
SMALLEST_ROOM = 200 * 2**20
"""Bytes that any command may need: what is spilt, and a version of a model."""


def examine_disk(workspace: Path) -> Iterator[Line]:
    """Look at how much of the disk is free, beside what products take."""
    there = next(folder for folder in (workspace.resolve(), *workspace.resolve().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    needed = max(SMALLEST_ROOM, sum(_size(workspace / name) for name in WRITTEN_ANEW))
    sizes = {"free": _megabytes(free), "needed": _megabytes(needed)}
    if free >= 3 * needed:
        yield ok(Message("{free} MB are free; writing every product anew would take up to {needed} MB", **sizes))
        return
    line = wrong if free < needed else look
    yield line(
        Message("{free} MB are free, and writing every product anew would take up to {needed} MB", **sizes),
        Message("free some space; `attrition sweep` removes what is kept too long"),
    )


def examine_rights(workspace: Path) -> Iterator[Line]:
    """Look at whether others may read what holds people's data, and whether this account may write there."""
    if os.name == "nt":
        yield ok(Message("on Windows the access list of the folder says who may read; it is not looked at here"))
        return
    readers = read_protection(workspace).files_for
    open_in = {name: count for name in PRODUCTS if (count := _count_open(workspace / name, readers))}
    if open_in:
        yield wrong(
            counted(
                "{count} file or folder can be read by others than pipelines/people.toml declares: in {places}",
                "{count} files or folders can be read by others than pipelines/people.toml declares: in {places}",
                sum(open_in.values()),
                places=joined(", ", open_in),
            ),
            Message(
                "in the workspace: chmod -R {mode} {places}; who made them so may have copied them",
                mode="go-rwx" if readers == "owner" else "g-w,o-rwx",
                places=" ".join(open_in),
            ),
        )
    else:
        mode, folder = (oct(modes[readers])[2:] for modes in (FILE_MODES, FOLDER_MODES))
        yield ok(
            Message("products are for their readers alone (files 0{mode}, folders 0{folder})", mode=mode, folder=folder)
        )
    closed = [name for name in (".", *PRODUCTS) if _is_closed(workspace / name)]
    if closed:
        yield wrong(
            Message("this account may not write in {places}", places=joined(", ", closed)),
            Message("run commands as the account that owns the workspace, or give it these folders (chown -R)"),
        )


def _count_open(place: Path, readers: Readers) -> int:
    """Count files and folders with rights beyond those of the declared readers, without links and empty files."""
    return sum(_is_open(path, readers) for path in _everything(place))


def _is_open(path: Path, readers: Readers) -> bool:
    if path.is_symlink():
        return False
    is_folder, stat = path.is_dir(), path.stat()
    allowed = (FOLDER_MODES if is_folder else FILE_MODES)[readers]
    return bool(stat.st_mode & 0o777 & ~allowed) and (is_folder or stat.st_size > 0)


def _is_closed(place: Path) -> bool:
    return place.exists() and not os.access(place, os.W_OK)


def _everything(place: Path) -> Iterator[Path]:
    if place.exists():
        yield place
    for folder, folders, files in os.walk(place):
        yield from (Path(folder) / name for name in (*folders, *files))


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in _everything(place) if path.is_file() and not path.is_symlink())


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f}"
