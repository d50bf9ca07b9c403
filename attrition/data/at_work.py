"""What holds while a command is at work in a workspace: one writes, any number read, and files are for their readers.

A command that writes holds a lock from its beginning to its end; a second one is told which command that is, and since
when. The operating system releases the lock when the process ends, also when it is killed. Readers wait only for the
moments in which products are put in place (`attrition.data.swap`). Libraries spill text into the temporary folder, so
that of the process is a folder of the workspace meanwhile. What killed runs left behind is removed first.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from attrition.data.alive import MARK, is_dead, leftovers, mark_alive, remove_dead, remove_living
from attrition.data.lock import shared_lock, try_lock
from attrition.data.modes import Readers, make_folder, protect, readable_by
from attrition.data.people.protection import read_protection
from attrition.data.swap import HIDDEN, LOCK, WAIT_SECONDS, complete_swap, is_interrupted, one_swap
from attrition.errors import Busy
from attrition.message import Message

P = ParamSpec("P")
T = TypeVar("T")

PRODUCTS = ("runs", "reports", "pilots", "people", "ledger", "mlartifacts", "mlflow.db", HIDDEN)
"""Everything that commands leave and that may hold people's data; declarations hold none."""
SEARCHED = ("runs", "reports", "pilots", "pipelines", "people", "ledger")
"""Folders in which products are written beside their final path."""
SPILL, READERS = "spilt-", "readers"
WRITER_LOCK, WRITER = "writer.lock", "writer.json"

_workspaces: ContextVar[frozenset[Path]] = ContextVar("workspaces", default=frozenset())
_undisturbed: ContextVar[frozenset[Path]] = ContextVar("undisturbed", default=frozenset())
"""Workspaces in which nobody else can put products in place meanwhile, since this command writes or reads there."""


def works(command: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Let a function of a workspace run as `at_work`."""

    @wraps(command)
    def at_work_there(workspace: Path, *args: P.args, **kwargs: P.kwargs) -> T:
        with at_work(workspace):
            return command(workspace, *args, **kwargs)

    return at_work_there


def reads(command: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """Let a function of a workspace read products of one moment: others put theirs in place before or after it."""

    @wraps(command)
    def reading_there(workspace: Path, *args: P.args, **kwargs: P.kwargs) -> T:
        with at_work(workspace), reading(workspace):
            return command(workspace, *args, **kwargs)

    return reading_there


def locks(name: str) -> Callable[[Callable[Concatenate[Path, P], T]], Callable[Concatenate[Path, P], T]]:
    """Let a function of a workspace be the only one that writes there; `name` is its command's."""

    def locked(command: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
        @wraps(command)
        def writing_there(workspace: Path, *args: P.args, **kwargs: P.kwargs) -> T:
            with writing(workspace, name):
                return command(workspace, *args, **kwargs)

        return writing_there

    return locked


def writes(name: str) -> Callable[[Callable[Concatenate[Path, P], T]], Callable[Concatenate[Path, P], T]]:
    """Let a function of a workspace be the only one that writes there, and its products appear together at its end."""

    def swapped(command: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
        @locks(name)
        @wraps(command)
        def swapping_there(workspace: Path, *args: P.args, **kwargs: P.kwargs) -> T:
            with one_swap(workspace):
                return command(workspace, *args, **kwargs)

        return swapping_there

    return swapped


@contextmanager
def writing(workspace: Path, name: str) -> Iterator[None]:
    """Be the only command that writes in a workspace while the block runs.

    Raises
    ------
    Busy
        Another one writes there; it is named, with the time since when and its process.
    """
    place = workspace.resolve()
    with at_work(workspace):
        if place in _undisturbed.get():
            yield
            return
        with _writer_lock(workspace, name), _not_disturbed(place):
            complete_swap(workspace)
            remove_dead(leftovers(workspace, SEARCHED))
            yield


@contextmanager
def reading(workspace: Path) -> Iterator[None]:
    """Read products of one moment while the block runs; a command that writes waits with putting its own in place.

    Where this user may not even hold a lock, in a folder closed to writing, nobody else is kept from writing.
    """
    place = workspace.resolve()
    if place in _undisturbed.get():
        yield
        return
    lock = workspace / HIDDEN / LOCK
    with suppress(PermissionError):
        make_folder(lock.parent)
    while True:
        complete_swap(workspace)
        if not os.access(lock if lock.exists() else lock.parent, os.W_OK):
            yield
            return
        with shared_lock(lock, seconds=WAIT_SECONDS), _not_disturbed(place):
            if not is_interrupted(workspace):  # else a run was killed after the line above
                yield
                return


@contextmanager
def _not_disturbed(place: Path) -> Iterator[None]:
    token = _undisturbed.set(_undisturbed.get() | {place})
    try:
        yield
    finally:
        _undisturbed.reset(token)


@contextmanager
def _writer_lock(workspace: Path, name: str) -> Iterator[None]:
    """Hold the lock of the one that writes, and note who it is for others to be told."""
    make_folder(workspace / HIDDEN)
    descriptor, note = os.open(workspace / HIDDEN / WRITER_LOCK, os.O_RDWR | os.O_CREAT, 0o666), _note(workspace)
    try:
        if not try_lock(descriptor):
            raise Busy(_who_writes(note))
        now = datetime.now().astimezone()
        content = {
            "command": name,
            "since": f"{now:%Y-%m-%d %H:%M}",
            "process": os.getpid(),
            "on": socket.gethostname(),
        }
        note.write_text(json.dumps(content), encoding="utf-8")
        yield
        note.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def command_at_work(workspace: Path) -> Message | None:
    """Return who writes in a workspace now; None where nobody does. Nothing is changed."""
    try:
        descriptor = os.open(workspace / HIDDEN / WRITER_LOCK, os.O_RDWR)
    except OSError:  # nobody ever wrote there, or this user may not ask
        return None
    try:
        return None if try_lock(descriptor) else _who_writes(_note(workspace))
    finally:
        os.close(descriptor)


def killed_runs(workspace: Path) -> list[Path]:
    """Return the folders that killed runs left behind, which the next command removes. Nothing is changed."""
    spilt = (workspace / HIDDEN).glob(f"{SPILL}*")
    return [folder for folder in (*leftovers(workspace, SEARCHED), *spilt) if is_dead(folder)]


def _note(workspace: Path) -> Path:
    return workspace / HIDDEN / WRITER


def _who_writes(note: Path) -> Message:
    try:
        return Message(
            "`attrition {command}` has been at work in this workspace since {since} (process {process} on {on}); "
            "nothing was done, run this again when it has ended",
            **json.loads(note.read_text(encoding="utf-8")),
        )
    except (OSError, ValueError):  # it has just begun, or is just ending
        return Message(
            "another command is at work in this workspace; nothing was done, run this again when it has ended"
        )


@contextmanager
def at_work(workspace: Path) -> Iterator[None]:
    """Let files be for their readers and temporary files lie in the workspace; leftovers of killed runs go first.

    Parameters
    ----------
    workspace : Path
        Where this user may not write, nothing is removed and temporary files lie in a folder of their own elsewhere.
    """
    place = workspace.resolve()
    if place in _workspaces.get():
        yield
        return
    readers = read_protection(workspace).files_for
    token = _workspaces.set(_workspaces.get() | {place})
    try:
        with readable_by(readers), _spilling_into(workspace):
            _protect_older_products(workspace, readers)
            complete_swap(workspace)
            remove_dead(leftovers(workspace, SEARCHED))
            yield
    finally:
        _workspaces.reset(token)


def is_at_work(workspace: Path) -> bool:
    """Return whether a command is at work there in this process; what only looks at a workspace changes nothing."""
    return workspace.resolve() in _workspaces.get()


@contextmanager
def _spilling_into(workspace: Path) -> Iterator[None]:
    """Let the temporary folder of this process and its children be a private one, after removing those of the dead."""
    folder, descriptor = _spill_folder(workspace)
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        os.environ.pop("TMPDIR") if variable is None else os.environ.__setitem__("TMPDIR", variable)
        if [path.name for path in folder.iterdir()] == [MARK]:
            remove_living(folder, descriptor)
        else:  # a database that a caller still reads spills into it
            atexit.register(remove_living, folder, descriptor)


def _spill_folder(workspace: Path) -> tuple[Path, int]:
    """Make a private folder: in the workspace, or where this user may not write there, in that of the system."""
    try:
        make_folder(workspace / HIDDEN)
        place, prefix = (workspace / HIDDEN).resolve(), SPILL
        made = mark_alive(place, prefix)
    except PermissionError:
        place, prefix = Path(tempfile.gettempdir()), f"attrition-{SPILL}"
        made = mark_alive(place, prefix)
    with suppress(OSError):
        remove_dead(folder for folder in place.glob(f"{prefix}*") if folder != made[0])
    return made


def _protect_older_products(workspace: Path, readers: Readers) -> None:
    """Give products of an earlier version, or of another declaration, to the declared readers."""
    note = workspace / HIDDEN / READERS
    with suppress(OSError):
        if note.exists() and note.read_text(encoding="utf-8") == readers:
            return
        for name in PRODUCTS:
            protect(workspace / name)
        note.write_text(readers, encoding="utf-8")
