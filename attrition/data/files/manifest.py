"""Find the files of a source, and describe each file that was read by its rows, bytes and SHA-256 (the manifest)."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from attrition.data.faults import TableError
from attrition.data.lake.folders import TableFolder, files_alone, table_in, tables_around
from attrition.data.phrase import Phrase
from attrition.errors import Fault, did_you_mean


class ManifestEntry(NamedTuple):
    """One input file as it was read; a later run compares entries to see whether the file has changed."""

    path: str
    rows: int
    bytes: int
    sha256: str


def find_table(workspace: Path, pattern: str) -> TableFolder | None:
    """Return the table whose folder a path names, of which a log says which files count; None where it names none."""
    matches = [workspace / pattern] if (workspace / pattern).is_dir() else _matches(workspace / pattern)
    return table_in(matches[0]) if len(matches) == 1 else None


def find_files(workspace: Path, pattern: str, table: str) -> list[Path]:
    """Return the files that match a path or glob below the workspace, in the order of their names.

    Hidden files and the lock files of an open workbook (``~$...``) are left out.

    Raises
    ------
    TableError
        No file matches; the advice names the file of the folder with the nearest name. Or a file lies in the folder of
        a table whose log says which of its files count.
    """
    matches = sorted(_matches(workspace / pattern))
    _refuse_files_of_tables(matches, workspace, pattern, table)
    files = [path for path in matches if path.is_file() and not path.name.startswith(("~$", "."))]
    if not files:
        advice = Phrase(
            "put the file there or correct path under [tables.{table}]{near}",
            "请将文件放到该处，或更正 [tables.{table}] 下的 path{near_zh}",
            table=table,
            near=did_you_mean(*_names_beside(workspace / pattern)),
            near_zh=did_you_mean_zh(*_names_beside(workspace / pattern)),
        )
        rule = Phrase("missing table", "找不到该表的文件")
        raise TableError(Fault(file=pattern, table=table, column="", rule=rule, rows=None, advice=advice))
    return files


def is_matched(path: str, pattern: str) -> bool:
    """Return whether a file of a manifest is one of a source's path: it matches, or lies in the folder of a table.

    Examples
    --------
    >>> is_matched("exports/pay-2026.csv", "exports/pay-*.csv"), is_matched("lake/pay/a=1/0.parquet", "lake/pay")
    (True, True)
    """
    return (
        fnmatch(path, pattern)
        or fnmatch(path, f"{pattern.rstrip('/')}/*")
        or PurePosixPath(path).is_relative_to(pattern)
    )


def manifest_entry(path: Path, workspace: Path, rows: int) -> ManifestEntry:
    """Return the manifest entry of a file that was read."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return ManifestEntry(path=display_path(path, workspace), rows=rows, bytes=path.stat().st_size, sha256=digest)


def display_path(path: Path, workspace: Path) -> str:
    """Return the path for messages: relative to the workspace if the file is below it, else as it is."""
    return (path.relative_to(workspace) if path.is_relative_to(workspace) else path).as_posix()


def _matches(pattern: Path) -> list[Path]:
    """Return the matches of a glob; folders before the first wildcard are taken literally, brackets included."""
    parts = pattern.parts
    literal_parts = next((index for index, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts) - 1)
    return list(Path(*parts[:literal_parts]).glob("/".join(parts[literal_parts:])))


def _refuse_files_of_tables(matches: Sequence[Path], workspace: Path, pattern: str, table: str) -> None:
    """Refuse tables that a pattern finds, and files in their folders: some of these hold rows that are no more."""
    tables = tables_around(matches) or [each for path in matches if (each := table_in(path)) is not None]
    if not tables:
        return
    folder, rule = display_path(tables[0].folder, workspace), files_alone(tables[0])
    advice = Phrase(
        'declare the folder of the table, path = "{folder}", which needs the extra "lake": '
        'pip install "attrition[lake]"',
        '请声明该表的文件夹：path = "{folder}"，需安装扩展“lake”：pip install "attrition[lake]"',
        folder=folder,
    )
    raise TableError(Fault(file=pattern, table=table, column="", rule=rule, rows=None, advice=advice))


def _names_beside(pattern: Path) -> tuple[str, list[str]]:
    """Return the name of a file or pattern, and the names of the files in its folder."""
    folder = pattern.parent
    return pattern.name, [path.name for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def did_you_mean_zh(name: str, names: Sequence[str]) -> str:
    """Return in Chinese what `did_you_mean` asks.

    Examples
    --------
    >>> did_you_mean_zh("exits.cvs", ["exits.csv"])
    '（是否为“exits.csv”？）'
    """
    near = difflib.get_close_matches(name, names, n=1)
    return f"（是否为“{near[0]}”？）" if near else ""
