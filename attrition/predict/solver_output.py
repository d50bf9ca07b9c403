"""Keeps the solver's own messages out of the terminal: HiGHS prints debugging lines that no option turns off."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT = 1
"""The file descriptor that compiled code prints to."""


@contextmanager
def solver_output_discarded() -> Iterator[None]:
    """Discard what compiled code prints to standard output; what Python printed before and prints after is kept."""
    sys.stdout.flush()
    library = ctypes.CDLL(None if os.name == "posix" else "ucrtbase")
    library.fflush(None)
    terminal, nowhere = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    try:
        yield
    finally:
        library.fflush(None)  # else lines that wait in C's buffer would be printed later
        os.dup2(terminal, STDOUT)
        os.close(nowhere)
        os.close(terminal)
