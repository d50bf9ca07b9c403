"""The audit log of a workspace, ``ledger/audit.jsonl``: entries are added at its end, and never changed or removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attrition.data.lock import waiting_lock
from attrition.errors import UserError
from attrition.ledger.chain import BEGINNING, Entry, line_of, linked, parsed

FOLDER = "ledger"
LOG = Path(FOLDER) / "audit.jsonl"
"""The log's path in a workspace."""
HEALED = "log healed"
"""Action of the entry that says how many bytes of an unfinished last line were cut off."""
WAIT_SECONDS = 30
"""How long to wait for another process to finish its entry, which takes milliseconds."""


class LogNotWritten(UserError):
    """The audit log could not be written, so that what was asked for was not done."""


class LogBroken(UserError):
    """A line of the audit log was changed; nothing can be added behind it."""


@dataclass(frozen=True)
class Head:
    """The last entry of the log: its number, and its hash."""

    number: int = 0
    hash: str = BEGINNING

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def append(workspace: Path, entry: Entry) -> Entry:
    """Add an entry at the end of the log, on disk when this returns; return it with its number.

    A last line that a killed run left unfinished is cut off first, and an entry says so.

    Raises
    ------
    LogNotWritten
        The machine refused to write; the log is as it was.
    LogBroken
        The last entry was changed.

    Examples
    --------
    >>> import tempfile
    >>> entry = Entry(at="2026-11-28T10:00:00+00:00", action="panel", outcome="begun", user="li")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [append(Path(folder), entry).number for _ in range(2)]
    [1, 2]
    """
    try:
        with _open(workspace) as descriptor:
            head = _healed(descriptor, entry)
            return _write(descriptor, entry, head)
    except OSError as error:
        raise LogNotWritten(
            "the audit log {log} cannot be written ({error}); nothing is done or shown without a record: mend "
            "that and run it again",
            log=LOG.as_posix(),
            error=error.strerror or type(error).__name__,
        ) from None


def read_lines(workspace: Path) -> list[str]:
    """Return the lines of the log, the last one even if it is unfinished; none where there is no log."""
    path = workspace / LOG
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def read_entries(workspace: Path) -> list[Entry]:
    """Return the entries of the log, the oldest first; lines that were changed are left out."""
    return [read[0] for line in read_lines(workspace) if (read := parsed(line)) is not None]


def head(workspace: Path) -> Head:
    """Return the last entry's number and hash."""
    for line in reversed(read_lines(workspace)):
        if (read := parsed(line)) is not None:
            return Head(read[0].number, read[1])
    return Head()


@contextmanager
def _open(workspace: Path) -> Iterator[int]:
    """Yield the log's file, which no other process writes to meanwhile."""
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with waiting_lock(folder / ".lock", seconds=WAIT_SECONDS):
        descriptor = os.open(workspace / LOG, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _healed(descriptor: int, entry: Entry) -> Head:
    """Cut an unfinished last line off, say so in an entry, and return the last entry."""
    content = _content(descriptor)
    whole, unfinished = content[: content.rfind(b"\n") + 1], content[content.rfind(b"\n") + 1 :]
    head = _last(whole)
    if not unfinished:
        return head
    os.ftruncate(descriptor, len(whole))
    facts = {"bytes": len(unfinished), "sha256": hashlib.sha256(unfinished).hexdigest()}
    note = Entry(at=entry.at, action=HEALED, outcome="done", user=entry.user, attrition=entry.attrition, facts=facts)
    written = _write(descriptor, note, head)
    return _last((line_of(written) + "\n").encode())


def _content(descriptor: int) -> bytes:
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    while size > 0 and (part := os.read(descriptor, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _last(whole: bytes) -> Head:
    lines = whole.decode("utf-8", errors="replace").splitlines()
    if not lines:
        return Head()
    read = parsed(lines[-1])
    if read is None:
        raise LogBroken(
            "the last line of {log} was changed; `attrition audit verify` shows where the log breaks. Keep that file "
            "as evidence and put the one of your backup in its place",
            log=LOG.as_posix(),
        )
    return Head(read[0].number, read[1])


def _write(descriptor: int, entry: Entry, head: Head) -> Entry:
    """Write the next entry and wait until it is on disk; what a full disk took of it is cut off again."""
    placed = linked(entry, number=head.number + 1, before=head.hash)
    line, end = (line_of(placed) + "\n").encode("utf-8"), os.lseek(descriptor, 0, os.SEEK_END)
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            raise OSError(28, os.strerror(28))
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, end)
        raise
    return placed
