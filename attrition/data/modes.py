"""Who may read what is written: the owner alone, or their group too, whatever the umask of the process is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Literal

Readers = Literal["owner", "group"]

FILE_MODES = {"owner": 0o600, "group": 0o640}
FOLDER_MODES = {"owner": 0o700, "group": 0o750}
_UMASKS = {"owner": 0o077, "group": 0o027}

_readers: ContextVar[Readers] = ContextVar("readers", default="owner")


@contextmanager
def readable_by(readers: Readers) -> Iterator[None]:
    """Let whatever is written while the block runs, also by libraries and child processes, be read by these alone.

    The umask holds for the whole process, so threads that write other files meanwhile write them as strictly.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, readable_by("group"):
    ...     make_folder(Path(folder) / "runs")
    ...     oct((Path(folder) / "runs").stat().st_mode & 0o777)
    '0o750'
    """
    token, umask = _readers.set(readers), os.umask(_UMASKS[readers])
    try:
        yield
    finally:
        os.umask(umask)
        _readers.reset(token)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, for the declared readers; existing ones stay as they are."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODES[_readers.get()])


def protect(path: Path) -> None:
    """Give a file, or a folder with everything in it, to the declared readers alone; links are not followed.

    Files of another user are left: only that user can change them. A path where nothing is is none to protect.
    """
    if not path.exists():
        return
    _protect(path)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            _protect(Path(folder) / name)


def _protect(path: Path) -> None:
    if path.is_symlink():
        return
    mode = (FOLDER_MODES if path.is_dir() else FILE_MODES)[_readers.get()]
    with suppress(PermissionError):
        if path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)
