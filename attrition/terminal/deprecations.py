"""Deprecations in libraries, which are for programmers, stay off the terminal of those who run commands."""

from __future__ import annotations

import sys
import warnings
from typing import Any


def hide_deprecations() -> None:
    """Print no deprecation warning from now on, unless Python was asked for warnings (``-W``, ``PYTHONWARNINGS``).

    Python prints none by itself, but its filters are those of the whole process: pandas lets all deprecations through
    for a moment whenever it parses a name of a type, and where two threads do so at a time, that moment may last.
    """
    if sys.warnoptions:
        return
    show = warnings.showwarning

    def show_others(message: Warning | str, category: type[Warning], *place: Any, **stream: Any) -> None:
        if not issubclass(category, DeprecationWarning):
            show(message, category, *place, **stream)

    warnings.showwarning = show_others
