"""Loads a saved model in a process of its own first, which a damaged file may crash, hang or fill instead of this one.

LightGBM trusts its files: a truncated one aborts or segfaults the process and prints its memory, one with a loop never
ends. The other process has limits of time and memory, writes nowhere, and leaves no core dump.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.data.modes import make_folder
from attrition.errors import AttritionError
from attrition.message import Message

SECONDS = 120
"""Longest time for a trial; a sound model takes some seconds, nearly all of them to import libraries."""
MEMORY_BYTES = 4 * 2**30
"""Largest address space of a trial, where the system can limit it."""
OTHER_FORMAT = 3
"""Exit code for a model that another version of attrition saved; reading it here says so in words."""
LIBRARIES = ("attrition", "lightgbm", "numpy", "pandas")
"""What reads a model; a content that came through a trial with other versions of these is tried again."""


@contextmanager
def trial(folder: Path, content: str) -> Iterator[None]:
    """Load a saved model in another process while the block runs, and wait for it at the end of the block.

    Parameters
    ----------
    folder : Path
        Of the saved model.
    content : str
        Its hashes, which were checked. What came through is marked in the cache of this user, by a hash alone, and
        is not tried again by the same versions of the libraries; without a place for marks it is tried each time.

    Raises
    ------
    AttritionError
        The process crashed, or failed, or did not end in time.
    """
    mark = _mark(content)
    if mark is not None and mark.exists():
        yield
        return
    with _started(folder) as process:
        yield
        ended = _ending(process)
    if ended:
        raise AttritionError(
            "{folder}: the model {ended} when it was loaded in a process of its own; it is not loaded here. Where it "
            "is the champion, `attrition models rollback` goes back to the one before, and `attrition retrain` makes "
            "another",
            folder=folder,
            ended=ended,
        )
    if mark is not None:
        with contextlib.suppress(OSError):
            make_folder(mark.parent)
            mark.touch()


def _mark(content: str) -> Path | None:
    """Return the file whose presence says that a content came through a trial; None where a user has no cache."""
    from attrition.model.provenance import version_of

    versions = [sys.version, *(version_of(library) for library in LIBRARIES)]
    name = hashlib.sha256("\n".join([content, *versions]).encode()).hexdigest()
    places = (os.environ.get("XDG_CACHE_HOME"), os.environ.get("LOCALAPPDATA"))
    with contextlib.suppress(RuntimeError):
        folder = next((Path(place) for place in places if place), None) or Path.home() / ".cache"
        return folder / "attrition" / "sound_models" / name
    return None


@contextmanager
def _started(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that loads the model, with the modules of this one and without the current folder's."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-P", "-m", "attrition.model.trial", str(folder.resolve())]
    process = subprocess.Popen(command, env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _ending(process: subprocess.Popen[bytes]) -> str:
    """Wait for the process, and return what became of it as a clause; empty where all is well."""
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        return Message("did not end within {seconds} seconds", seconds=SECONDS)
    if code < 0:
        return Message("crashed ({signal})", signal=signal.Signals(-code).name)
    return "" if code in (0, OTHER_FORMAT) else Message("failed (exit code {code})", code=code)


def _limit() -> None:
    """Limit this process's processor time and memory, as far as the system can, and let it leave no core dump."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        wanted = {resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_CORE: 0}
        for kind, most in wanted.items():
            _, highest = resource.getrlimit(kind)
            allowed = most if highest == resource.RLIM_INFINITY else min(most, highest)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (allowed, highest))


def main(folder: Path) -> int:
    """Load a model and answer its golden rows, and return the exit code; whether they agree is asked elsewhere."""
    _limit()
    from attrition.model.golden import check_golden_rows
    from attrition.model.persistence import UnknownFormat, read_fitted

    try:
        check_golden_rows(read_fitted(folder), folder)
    except UnknownFormat:
        return OTHER_FORMAT
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
