"""What is worked out once per past, whichever family of features asks for it first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ibis.expr.types as ir


class Kept:
    """Tables that several families share; of families built side by side, the second waits for the first."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._tables: dict[str, ir.Table] = {}

    def once(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """Give the table of this name, made and materialised the first time."""
        with self._door:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._tables:
                self._tables[name] = make().cache()
        return self._tables[name]
