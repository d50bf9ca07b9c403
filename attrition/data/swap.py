"""Products of one command that appear together: readers see all the old ones or all the new ones.

Products are written beside their final paths. When all are complete, a journal names them, and each is renamed into
place; then the journal is removed. A run that is killed before there is a journal has changed nothing. One that is
killed while there is one is completed by the next command in the workspace, before it reads anything. Renaming takes
moments, in which readers wait: it holds a lock that readers share.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from attrition.data.alive import ASIDE, remove_living
from attrition.data.flush import flush
from attrition.data.lock import waiting_for
from attrition.data.modes import make_folder
from attrition.errors import UserError

HIDDEN = ".attrition"
"""The folder of a workspace with what only commands need: locks, the journal, and what is spilt meanwhile."""
JOURNAL, LOCK = "swap.json", "swap.lock"
WAIT_SECONDS = 120
"""How long a swap waits for readers, and readers for a swap."""

_open_swap: ContextVar[Swap | None] = ContextVar("open_swap", default=None)


@dataclass(frozen=True)
class Change:
    """A product that is put in its place, or removed from it.

    Parameters
    ----------
    part : Path
        The hidden folder beside the final path; it holds the new product under the final name.
    final : Path
        The final path.
    is_removal : bool
        Whether nothing takes the place of what is there.
    """

    part: Path
    final: Path
    is_removal: bool = False

    @property
    def new(self) -> Path:
        """The new product, until it is in its place."""
        return self.part / self.final.name

    @property
    def aside(self) -> Path:
        """What was in its place; named otherwise where it was removed, since that is never put back later."""
        return self.part / ("removed" if self.is_removal else ASIDE)

    def apply(self) -> None:
        """Make the change; where it was made, or begun, before, make what is left of it."""
        if self.is_removal:
            if self.final.exists() and not self.aside.exists():
                self.final.replace(self.aside)
        elif self.new.exists():
            set_aside(self.final, self.aside)
            if self.new.is_dir() and self.final.is_file():
                self.final.unlink()  # no folder takes the place of a file; it has its second name
            self.new.replace(self.final)

    def undo(self) -> None:
        """Take the change back, however much of it was made."""
        if not self.is_removal and not self.new.exists() and self.final.exists():
            self.final.replace(self.new)
        if self.aside.exists() and not self.final.exists():
            self.aside.replace(self.final)


def set_aside(path: Path, aside: Path) -> None:
    """Move a product out of the way; a file gets a second name where it can, and is then replaced in one step."""
    if not path.exists() or (aside.exists() and path.is_file()):
        return
    if path.is_file():
        with suppress(OSError):  # some file systems have one name for a file only
            os.link(path, aside)
            return
    path.replace(aside)


class Swap:
    """The products that are written in a block and appear at its end; see `one_swap`.

    Parameters
    ----------
    workspace : Path
        The workspace.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._changes: dict[Path, Change] = {}
        self._descriptors: dict[Path, int] = {}

    def add(self, change: Change, descriptor: int) -> None:
        """Take a product that is complete, and the descriptor that marks its folder as one of a living process."""
        self._changes[change.final.absolute()] = change
        self._descriptors[change.part] = descriptor

    def place_of(self, path: Path) -> Path:
        """Return where the content of a path is to be read meanwhile: beside it, where it will appear at the end."""
        absolute = path.absolute()
        for folder in (absolute, *absolute.parents):
            if folder in self._changes:
                return self._changes[folder].new / absolute.relative_to(folder)
        return path

    def new_in(self, folder: Path) -> dict[str, Path]:
        """Return by its name each product that will appear in a folder."""
        absolute = folder.absolute()
        return {final.name: change.new for final, change in self._changes.items() if final.parent == absolute}

    def commit(self) -> None:
        """Put every product in its place, or none.

        Raises
        ------
        UserError
            A reader did not end.
        OSError
            The operating system refused something; what was there before is there again.
        """
        if not self._changes:
            return
        changes = list(self._changes.values())
        with _swapping(self.workspace) as journal:
            try:
                _write_journal(journal, changes, self.workspace)
                _apply(changes)
            except BaseException:
                for change in reversed(changes):
                    change.undo()
                _remove_journal(journal)
                raise
            _remove_journal(journal)

    def discard(self) -> None:
        """Remove the folders that products were written in, with what they replaced, unless a journal needs them."""
        if is_interrupted(self.workspace):
            return
        for part, descriptor in self._descriptors.items():
            remove_living(part, descriptor)


@contextmanager
def one_swap(workspace: Path) -> Iterator[None]:
    """Let all products that are written in the block appear at its end, together; none appears after an error.

    Within another such block they appear at the end of that.

    Examples
    --------
    >>> import tempfile
    >>> from attrition.data.atomic import atomic_file
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     runs = Path(folder) / "runs"
    ...     with one_swap(Path(folder)):
    ...         for name in ("panel.json", "panel.parquet"):
    ...             with atomic_file(runs / name) as path:
    ...                 _ = path.write_text("content")
    ...         are_there_early = (runs / "panel.json").exists()
    ...     are_there_early, sorted(path.name for path in runs.iterdir())
    (False, ['panel.json', 'panel.parquet'])
    """
    if _open_swap.get() is not None:
        yield
        return
    swap = Swap(workspace)
    token = _open_swap.set(swap)
    try:
        yield
        swap.commit()
    finally:
        _open_swap.reset(token)
        swap.discard()


@contextmanager
def at_once() -> Iterator[None]:
    """Let what is written in the block appear by itself, whatever becomes of the products of a swap around it."""
    token = _open_swap.set(None)
    try:
        yield
    finally:
        _open_swap.reset(token)


def open_swap() -> Swap | None:
    """Return the swap whose block is running; None outside."""
    return _open_swap.get()


def readable(path: Path) -> Path:
    """Return where the content of a path is to be read: the path, or in a swap the product that will appear there."""
    swap = _open_swap.get()
    return path if swap is None else swap.place_of(path)


def entries(folder: Path) -> dict[str, Path]:
    """Return by its name each file and folder in a folder, with those that will appear at the end of a swap."""
    swap, place = _open_swap.get(), readable(folder)
    there = {path.name: path for path in place.iterdir()} if place.is_dir() else {}
    return there if swap is None else there | swap.new_in(folder)


def is_interrupted(workspace: Path) -> bool:
    """Return whether a run was killed while it put its products in place, or is doing so now."""
    return (workspace / HIDDEN / JOURNAL).exists()


def complete_swap(workspace: Path) -> None:
    """Complete what a run that was killed had begun to put in place; nothing where there is no such run.

    Raises
    ------
    UserError
        This user may not write there.
    """
    if not is_interrupted(workspace):
        return
    try:
        with _swapping(workspace) as journal:
            if journal.exists():  # it was another run's, which has ended
                changes = _read_journal(journal, workspace)
                _apply(changes)
                _remove_journal(journal)
                for change in changes:
                    shutil.rmtree(change.part, ignore_errors=True)
    except PermissionError:
        raise UserError(
            "a command was stopped while it put its products in place, and this user may not complete that; let the "
            "account that runs the commands run one, such as `attrition models list`"
        ) from None


@contextmanager
def _swapping(workspace: Path) -> Iterator[Path]:
    """Hold the lock that lets one run put products in place while nobody reads; yield the path of the journal."""
    make_folder(workspace / HIDDEN)
    with waiting_for(workspace / HIDDEN / LOCK, seconds=WAIT_SECONDS):
        yield workspace / HIDDEN / JOURNAL


def _apply(changes: list[Change]) -> None:
    for change in changes:
        change.apply()
    for folder in {change.final.parent for change in changes}:
        flush(folder)


def _write_journal(journal: Path, changes: list[Change], workspace: Path) -> None:
    """Write it so that it is there whole or not at all: from then on the changes are made, by whichever run."""
    listed = [
        {"part": _below(change.part, workspace), "final": _below(change.final, workspace), "removal": change.is_removal}
        for change in changes
    ]
    beside = journal.with_suffix(".new")
    beside.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    flush(beside)
    beside.replace(journal)
    flush(journal.parent)


def _read_journal(journal: Path, workspace: Path) -> list[Change]:
    listed = json.loads(journal.read_text(encoding="utf-8"))
    return [Change(workspace / item["part"], workspace / item["final"], item["removal"]) for item in listed]


def _remove_journal(journal: Path) -> None:
    for path in (journal, journal.with_suffix(".new")):
        path.unlink(missing_ok=True)
    flush(journal.parent)


def _below(path: Path, workspace: Path) -> str:
    """Return a path as seen from the workspace, which may be moved before the swap is completed."""
    return Path(os.path.relpath(path, workspace)).as_posix()
