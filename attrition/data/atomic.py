"""Write files and folders so that they appear complete or not at all.

Content is written to a hidden folder next to the final path (``.<name>.part-*``), flushed to disk, and renamed. A run
that is killed, or meets a full disk, leaves the final path as it was: absent, or with the earlier content. A later run
removes the hidden folders of killed runs, because they may hold people's data.
"""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEFTOVER_AGE_SECONDS = 24 * 3600
"""A ``.part-*`` folder this old belongs to a run that was killed; a newer one may belong to another running process."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to, and move its file to `path` when the block ends without an error.

    Parameters
    ----------
    path : Path
        The final path. Its folder is created when missing; an existing file is replaced in one step.

    Yields
    ------
    Path
        A path with the same file name in a hidden folder next to the final one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     final = Path(folder) / "scores.csv"
    ...     with atomic_file(final) as part:
    ...         _ = part.write_text("agent_id")
    ...         existed_early = final.exists()
    ...     (existed_early, final.read_text())
    (False, 'agent_id')
    """
    with _temporary_folder(path) as part:
        yield part / path.name
        _flush(part / path.name)
        (part / path.name).replace(path)
        _flush(path.parent)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder to write into, and move it to `path` when the block ends without an error.

    An existing folder is replaced completely: none of its files remain. It is moved aside just before and put back
    if the new one cannot be renamed into place.

    Parameters
    ----------
    path : Path
        The final path. Its parent is created when missing.

    Yields
    ------
    Path
        An empty folder with the same name in a hidden folder next to the final one.
    """
    with _temporary_folder(path) as part:
        new = part / path.name
        new.mkdir()
        yield new
        for subfolder, _, files in os.walk(new):
            for file in files:
                _flush(Path(subfolder) / file)
            _flush(Path(subfolder))
        _swap(new, path, aside=part / "replaced")
        _flush(path.parent)


@contextmanager
def _temporary_folder(path: Path) -> Iterator[Path]:
    """Yield a hidden folder next to the final path, and remove it when the block ends, also after an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.part-", dir=path.parent))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _swap(new: Path, path: Path, *, aside: Path) -> None:
    """Move the folder at `path` to `aside` and the new one to `path`; a rename cannot replace a folder with content."""
    if path.exists():
        path.replace(aside)
    try:
        new.replace(path)
    except OSError:
        if aside.exists():
            aside.replace(path)
        raise


def _remove_leftovers(path: Path) -> None:
    """Remove the hidden folders of killed runs; put the earlier folder back if a run was killed between two renames."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.part-*"):
        if not path.exists() and (part / "replaced").exists():
            (part / "replaced").replace(path)
        if time.time() - part.stat().st_mtime > LEFTOVER_AGE_SECONDS:
            shutil.rmtree(part, ignore_errors=True)


def _flush(path: Path) -> None:
    """Wait until a file or a folder is on disk; on Windows, which cannot do so for folders, those are skipped."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
