"""A cache of tables that several families of features share, each built once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ibis.expr.types as ir


class Cache:
    """Tables by name; of two threads that need the same table, the second waits for the first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._tables: dict[str, ir.Table] = {}

    def get_or_build(self, name: str, build: Callable[[], ir.Table]) -> ir.Table:
        """Return the table of this name, built and materialised at the first call."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._tables:
                self._tables[name] = build().cache()
        return self._tables[name]
