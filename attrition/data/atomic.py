"""Write files and folders so that they appear complete or not at all.

Content is written to a hidden folder next to the final path (``.<name>.part-*``), flushed to disk, and renamed. A run
that is killed, or meets a full disk, leaves the final path as it was: absent, or with the earlier content. The next run
removes the hidden folders of killed runs, because they may hold people's data. Files and folders are for the declared
readers alone (`attrition.data.modes`). Products that belong together appear together (`attrition.data.swap`).
"""

from __future__ import annotations

import glob
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.data.alive import PART, mark_alive, remove_dead, remove_living
from attrition.data.flush import flush, flush_all
from attrition.data.modes import make_folder, protect
from attrition.data.swap import Change, open_swap, readable


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
    with _part_of(readable(path)) as part:
        yield part / path.name
        protect(part / path.name)
        flush(part / path.name)


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
    with _part_of(readable(path)) as part:
        new = part / path.name
        make_folder(new)
        yield new
        protect(new)
        flush_all(new)


def remove(path: Path) -> None:
    """Remove a file or a folder; in a swap it goes when the other products appear. A path that is free stays so."""
    place, swap = readable(path), open_swap()
    if not place.exists():
        return
    if swap is not None and place == path:
        part, descriptor = mark_alive(path.parent, f".{path.name}{PART}")
        swap.add(Change(part, path, is_removal=True), descriptor)
    elif place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """Yield a hidden folder next to the final path; at the end its product is put in its place, or kept for a swap.

    After an error the folder is removed, and the final path is as it was.
    """
    make_folder(path.parent)
    remove_dead(path.parent.glob(f".{glob.escape(path.name)}{PART}*"))
    part, descriptor = mark_alive(path.parent, f".{path.name}{PART}")
    change, swap = Change(part, path), open_swap()
    is_kept = False
    try:
        yield part
        if swap is not None and readable(path) == path and not _is_in_part(path):
            swap.add(change, descriptor)
            is_kept = True
        else:
            _put_in_place(change)
    finally:
        if not is_kept:
            remove_living(part, descriptor)


def _is_in_part(path: Path) -> bool:
    """Return whether a path lies in a product that is being written and will itself appear whole."""
    return any(folder.name.startswith(".") and PART in folder.name for folder in path.parents)


def _put_in_place(change: Change) -> None:
    try:
        change.apply()
        flush(change.final.parent)
    except OSError:
        change.undo()
        raise
