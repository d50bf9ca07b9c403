"""Lock a workspace for one run at a time; a second run gets an error at once instead of waiting."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.errors import UserError


@contextmanager
def exclusive_lock(path: Path, *, what: str) -> Iterator[None]:
    """Hold a file locked while the block runs.

    The operating system releases the lock when the process ends, also when it is killed. The empty file is not removed.

    Parameters
    ----------
    path : Path
        The file; created when missing.
    what : str
        Name of the run in the error message, such as "retrain".

    Raises
    ------
    UserError
        Another process holds the lock.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, exclusive_lock(Path(folder) / "lock", what="retrain"):
    ...     with exclusive_lock(Path(folder) / "lock", what="retrain"):
    ...         pass
    Traceback (most recent call last):
    attrition.errors.UserError: another retrain is running in this workspace; nothing was done, try again when it ends
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        if not _acquire(descriptor):
            raise UserError(
                "another {what} is running in this workspace; nothing was done, try again when it ends", what=what
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def waiting_lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold a file locked while the block runs, after waiting for others that hold it for moments only.

    Raises
    ------
    TimeoutError
        Another process held it all the time.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, waiting_lock(Path(folder) / "lock", seconds=0):
    ...     with waiting_lock(Path(folder) / "lock", seconds=0):
    ...         pass
    Traceback (most recent call last):
    TimeoutError: [Errno 110] another process holds the lock
    """
    descriptor, until = os.open(path, os.O_RDWR | os.O_CREAT, 0o600), time.monotonic() + seconds
    try:
        while not _acquire(descriptor):
            if time.monotonic() >= until:
                raise TimeoutError(errno.ETIMEDOUT, "another process holds the lock")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    """Take the lock without waiting; return False where another process holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
