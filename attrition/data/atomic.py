"""Products appear whole or not at all: written beside, flushed to disk, renamed into place.

A run that is killed, or meets a full disk, leaves the final name as it was: absent, or the earlier product.
What it leaves beside (a hidden ``.<name>.part-*`` folder) is swept by a later run, since it may hold people's data.
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
"""A part this old belongs to a run that was killed; a younger one may belong to a run beside this one."""


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a path to write to; when the block ends well, its file stands at `path`, complete and on disk.

    Parameters
    ----------
    path : Path
        The final name. Its folder is made when missing; a file already there is replaced in one step.

    Yields
    ------
    Path
        A path with the same file name in a hidden folder beside the final one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     final = Path(folder) / "scores.csv"
    ...     with atomic_file(final) as part:
    ...         _ = part.write_text("agent_id")
    ...         there_too_early = final.exists()
    ...     (there_too_early, final.read_text())
    (False, 'agent_id')
    """
    with _beside(path) as part:
        yield part / path.name
        _flush(part / path.name)
        (part / path.name).replace(path)
        _flush(path.parent)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to write into; when the block ends well, it stands at `path`, complete and on disk.

    A folder already there is replaced whole: nothing of it remains. The old one is set aside just before and
    put back if the new one cannot take its place.

    Parameters
    ----------
    path : Path
        The final name. Its parent is made when missing.

    Yields
    ------
    Path
        An empty folder with the same name in a hidden folder beside the final one.
    """
    with _beside(path) as part:
        new = part / path.name
        new.mkdir()
        yield new
        for place, _, files in os.walk(new):
            for file in files:
                _flush(Path(place) / file)
            _flush(Path(place))
        _swap(new, path, aside=part / "replaced")
        _flush(path.parent)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Make a hidden folder next to the final name, and remove it whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.part-", dir=path.parent))
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _swap(new: Path, path: Path, *, aside: Path) -> None:
    """Put the new folder in the old one's place; a folder that is not empty cannot be renamed over."""
    if path.exists():
        path.replace(aside)
    try:
        new.replace(path)
    except OSError:
        if aside.exists():
            aside.replace(path)
        raise


def _sweep(path: Path) -> None:
    """Remove what killed runs left beside; put an earlier product back if the kill came between two renames."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.part-*"):
        if not path.exists() and (part / "replaced").exists():
            (part / "replaced").replace(path)
        if time.time() - part.stat().st_mtime > LEFTOVER_AGE_SECONDS:
            shutil.rmtree(part, ignore_errors=True)


def _flush(path: Path) -> None:
    """Wait until a file or a folder is on disk; Windows has no such call for folders."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
