"""Temporary folders that tell whether their process lives, so that those of killed runs are removed at the next start.

A process holds a lock on a file inside each of its folders. The operating system releases it when the process ends,
also when it is killed, so that no age or process number has to be guessed from.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.data.lock import try_lock

MARK = ".alive"
"""Name of the locked file."""
ASIDE = "replaced"
"""Name, in the folder of a product that is being written, of the product it replaces."""
PART = ".part-"
"""In the name of the folder in which ``scores.parquet`` is written: ``.scores.parquet.part-x1``."""


@contextmanager
def living_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Yield a new folder that is removed at the end of the block, or by the next run where this process is killed."""
    folder, descriptor = mark_alive(parent, prefix)
    try:
        yield folder
    finally:
        remove_living(folder, descriptor)


def mark_alive(parent: Path, prefix: str) -> tuple[Path, int]:
    """Make a folder and lock its mark; return the folder and the descriptor that holds the lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            descriptor = os.open(folder / MARK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:  # another run took the folder for one of a dead process
            continue
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if try_lock(descriptor):
            return folder, descriptor
        os.close(descriptor)


def remove_living(folder: Path, descriptor: int) -> None:
    """Remove a folder of this process."""
    os.close(descriptor)  # Windows removes no open file
    shutil.rmtree(folder, ignore_errors=True)


def remove_dead(folders: Iterable[Path]) -> int:
    """Remove the folders of dead processes, and put back what a folder replaced where nothing stands in its place.

    Returns
    -------
    int
        How many were removed.
    """
    return sum(_remove_if_dead(folder) for folder in folders)


def is_dead(folder: Path) -> bool:
    """Return whether the process of a folder has ended; nothing is changed."""
    try:
        descriptor = os.open(folder / MARK, os.O_RDWR)
    except FileNotFoundError:
        return folder.is_dir()
    except OSError:  # of another user
        return False
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)


def _remove_if_dead(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / MARK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # gone already, or of another user
        return False
    is_dead = try_lock(descriptor)
    if is_dead:
        _put_back(folder)
        remove_living(folder, descriptor)
    else:
        os.close(descriptor)
    return is_dead


def _put_back(folder: Path) -> None:
    """Move the product that was set aside to its place, where a run was killed between two renames."""
    name, is_part, _ = folder.name.removeprefix(".").rpartition(PART)
    if is_part and (folder / ASIDE).exists() and not (folder.parent / name).exists():
        (folder / ASIDE).replace(folder.parent / name)


def leftovers(workspace: Path, tops: Iterable[str]) -> Iterator[Path]:
    """Yield the folders in which products are written, of living and of dead processes."""
    yield from (path for path in workspace.glob(f".*{PART}*") if path.is_dir())
    for top in tops:
        for folder, folders, _ in os.walk(workspace / top):
            parts = [name for name in folders if name.startswith(".") and PART in name]
            folders[:] = [name for name in folders if name not in parts]
            yield from (Path(folder) / name for name in parts)
