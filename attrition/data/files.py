"""Which files a source names, and the manifest line of each: rows, bytes and SHA-256."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from attrition.data.faults import Refused
from attrition.errors import Fault, nearest


class Entry(NamedTuple):
    """One input file as it was read; what a later run is held against."""

    path: str
    rows: int
    bytes: int
    sha256: str


def find(workspace: Path, pattern: str, table: str) -> list[Path]:
    """List the files of a source in the order of their names; a source without a file is refused."""
    found = sorted(_matching(workspace / pattern))
    files = [path for path in found if path.is_file() and not path.name.startswith(("~$", "."))]
    if not files:
        advice = f"put the file there or mend path under [tables.{table}]{_beside(workspace / pattern)}"
        raise Refused(Fault(file=pattern, table=table, column="", rule="missing table", rows=None, advice=advice))
    return files


def entry(path: Path, workspace: Path, rows: int) -> Entry:
    """Write the manifest line of a file that was read."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Entry(path=shown(path, workspace), rows=rows, bytes=path.stat().st_size, sha256=digest)


def shown(path: Path, workspace: Path) -> str:
    """Name a file as the user knows it: relative to the workspace where it lies below it."""
    return (path.relative_to(workspace) if path.is_relative_to(workspace) else path).as_posix()


def _matching(pattern: Path) -> list[Path]:
    """Match a glob; the folders before the first wildcard are taken as they are, also where they hold brackets."""
    parts = pattern.parts
    fixed = next((at for at, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts) - 1)
    return list(Path(*parts[:fixed]).glob("/".join(parts[fixed:])))


def _beside(pattern: Path) -> str:
    folder = pattern.parent
    beside = [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
    return nearest(pattern.name, beside)
