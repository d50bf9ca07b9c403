"""Keeps messages of the solver HiGHS out of the terminal: it prints debugging lines that no option turns off.

They are printed by compiled code, which `contextlib.redirect_stdout` does not reach. So the file descriptor of standard
output itself is pointed to the null device.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDOUT = 1
"""The file descriptor of standard output."""


@contextmanager
def solver_output_discarded() -> Iterator[None]:
    """Discard everything printed to standard output within the block, and nothing printed before or after it."""
    sys.stdout.flush()
    c_library = ctypes.CDLL(None if os.name == "posix" else "ucrtbase")
    c_library.fflush(None)
    terminal, null_device = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, STDOUT)
    try:
        yield
    finally:
        c_library.fflush(None)  # lines still in C's buffer would otherwise be printed after the block
        os.dup2(terminal, STDOUT)
        os.close(null_device)
        os.close(terminal)
