"""Load the driver of a database, or name the extra that brings it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from attrition.errors import MissingExtra


def driver(module: str, missing: MissingExtra) -> Any:
    """Return a module of a driver.

    Parameters
    ----------
    module : str
        Its full name.
    missing : MissingExtra
        What is raised where it is not installed.

    Examples
    --------
    >>> driver("sqlite3", MissingExtra("sqlite", "reading from SQLite")).__name__
    'sqlite3'
    """
    try:
        return import_module(module)
    except ImportError:
        raise missing from None
