"""Keep what connectorx writes when it stops away from the terminal and its logs, since it may hold values of rows."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def unprinted() -> Iterator[None]:
    """Let nothing through to the standard error of the process until the end of the block; one block at a time.

    connectorx prints a panic there itself, below Python, before it is raised.
    """
    with _ONE_AT_A_TIME:
        kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nothing)
