"""Which links were sent, ``ledger/sent.jsonl``: a line as soon as a message is gone; no address and no person in it."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

from attrition.ledger.audit_log import FOLDER

SENT = Path(FOLDER) / "sent.jsonl"
"""The record's path in a workspace."""


def record_sent(workspace: Path, as_of: date, key: str) -> None:
    """Add that a message is gone; it is on disk when this returns."""
    path = workspace / SENT
    path.parent.mkdir(mode=0o700, exist_ok=True)
    entry = {"month": f"{as_of:%Y-%m}", "key": key, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # Begins with a new line, since a run that was killed may have left one unfinished.
        os.write(descriptor, f"\n{json.dumps(entry)}".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_sent(workspace: Path, as_of: date) -> set[str]:
    """Return the keys of the messages of a month that are gone; an unfinished line is none.

    Examples
    --------
    >>> import tempfile
    >>> october = date(2026, 10, 31)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     record_sent(Path(folder), october, "a")
    ...     read_sent(Path(folder), october), read_sent(Path(folder), date(2026, 9, 30))
    ({'a'}, set())
    """
    path = workspace / SENT
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    entries = [_parsed(line) for line in lines]
    return {entry["key"] for entry in entries if entry.get("month") == f"{as_of:%Y-%m}"}


def _parsed(line: str) -> dict[str, str]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}
