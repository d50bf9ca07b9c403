"""Lock a workspace for one run at a time; a second run gets an error at once instead of waiting."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.errors import Busy


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
    Busy
        Another process holds the lock.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, exclusive_lock(Path(folder) / "lock", what="retrain"):
    ...     with exclusive_lock(Path(folder) / "lock", what="retrain"):
    ...         pass
    Traceback (most recent call last):
    attrition.errors.Busy: another retrain is running in this workspace; nothing was done, try again when it ends
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if not try_lock(descriptor):
            raise Busy(
                "another {what} is running in this workspace; nothing was done, try again when it ends", what=what
            )
        yield
    finally:
        os.close(descriptor)


@contextmanager
def waiting_lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold a file of this account alone locked while the block runs, after waiting for others that hold it for moments.

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
    refusal = TimeoutError(errno.ETIMEDOUT, "another process holds the lock")
    path.touch(mode=0o600)
    with _waited_for(path, try_lock, seconds=seconds, refusal=refusal):
        yield


@contextmanager
def waiting_for(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold a file locked while the block runs, after waiting for others that hold it for moments.

    Raises
    ------
    Busy
        Others held it all the time.
    """
    with _waited_for(path, try_lock, seconds=seconds, refusal=_busy(seconds)):
        yield


@contextmanager
def shared_lock(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold a file locked together with others that share it, after waiting for one that holds it alone.

    Raises
    ------
    Busy
        Another process held it alone all the time.
    """
    with _waited_for(path, try_shared_lock, seconds=seconds, refusal=_busy(seconds)):
        yield


def _busy(seconds: float) -> Busy:
    return Busy(
        "another command has been reading or writing here for {seconds} seconds; nothing was changed, run this again "
        "when it has ended",
        seconds=round(seconds),
    )


@contextmanager
def _waited_for(path: Path, attempt: Callable[[int], bool], *, seconds: float, refusal: Exception) -> Iterator[None]:
    descriptor, until = os.open(path, os.O_RDWR | os.O_CREAT, 0o666), time.monotonic() + seconds
    try:
        while not attempt(descriptor):
            if time.monotonic() >= until:
                raise refusal
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file without waiting; return False where another process holds it."""
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


def try_shared_lock(descriptor: int) -> bool:
    """Lock an open file together with others that share it; on Windows, which has no such locks here, alone."""
    if sys.platform == "win32":
        return try_lock(descriptor)
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
