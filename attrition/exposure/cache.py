"""A cache of the tables that several families of features use, so that each is built once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ibis.expr.types as ir


class Cache:
    """Tables by name; a thread that needs a table which another thread is building waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._tables: dict[str, ir.Table] = {}

    def get_or_build(self, name: str, build: Callable[[], ir.Table]) -> ir.Table:
        """Return the table of this name; at the first call it is built and materialised.

        If building fails, the error is raised and the next call tries again.
        """
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._tables:
                self._tables[name] = build().cache()
        return self._tables[name]
