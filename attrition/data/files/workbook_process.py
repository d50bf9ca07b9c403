"""Read sheets of a workbook; large ones in a process of their own, which may take only so much memory.

A single cell in the last row and column makes a sheet of 17 billion cells, and the library that reads it ends the
process when memory runs out. Run as a program, this module writes the sheets to standard output.
"""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from attrition.data.files.date_system import DAMAGED_ARCHIVE

MEMORY_LIMIT = 4 << 30
"""The process may take so many bytes, or half of the machine's memory where that is less."""
_SECONDS = 900
_SMALL_BYTES = 4 << 20
_FEW_CELLS = 2_000_000
_SEARCHED_BYTES = 200 << 20
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


class Sheet(NamedTuple):
    """One sheet: its name, where its first cell stands, its rows from there on, and its merged cells.

    Rows without a cell are left empty. `merged` holds the first and the last row and column of each range of merged
    cells, counted from the first cell.
    """

    name: str
    first_row: int
    rows: list[list[object]]
    merged: list[tuple[int, int, int, int]]


class Workbook(NamedTuple):
    """The names of all sheets of a workbook, and the sheets that were asked for."""

    names: list[str]
    sheets: list[Sheet]


class NotAWorkbook(Exception):
    """The file is no workbook, or is damaged or locked by a password."""


class TooLarge(Exception):
    """The sheet does not fit into the memory that reading it may take."""


def read_sheets(path: Path, patterns: Sequence[str] = ()) -> Workbook:
    """Return the sheets whose names fit, or else the first, read in this process only where the workbook is small.

    Raises
    ------
    NotAWorkbook
        The file cannot be read.
    TooLarge
        The sheets do not fit into memory.
    """
    path.open("rb").close()  # what the operating system refuses is said as such, and not of the workbook
    if _is_small(path):
        return read_sheets_here(path, patterns)
    command = [sys.executable, "-m", "attrition.data.files.workbook_process", str(path), *patterns]
    package = str(Path(__file__).parents[3])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")])}
    try:
        child = subprocess.run(command, capture_output=True, check=False, env=environment, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise TooLarge from None
    if child.returncode == 0:
        names, sheets = pickle.loads(child.stdout)
        return Workbook(names, [Sheet(*sheet) for sheet in sheets])
    raise NotAWorkbook if child.returncode == 3 else TooLarge


def read_sheets_here(path: Path, patterns: Sequence[str] = ()) -> Workbook:
    """Return the sheets whose names fit, or else the first, read in this process.

    Raises
    ------
    NotAWorkbook
        The file cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        chosen = sheets_named(names, patterns) if patterns else names[:1]
        return Workbook(names, [_sheet(workbook.get_sheet_by_name(name)) for name in chosen])
    except (CalamineError, ValueError):
        raise NotAWorkbook from None


def sheets_named(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Return the names that are one of the patterns or fit it, in the order of the sheets.

    Examples
    --------
    >>> sheets_named(["2025", "2026", "remarks"], ["20*"])
    ['2025', '2026']
    """
    return [name for name in names if any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)]


def _sheet(sheet: Any) -> Sheet:
    cells = sheet.to_python()
    rows = [row if any(cell not in ("", None) for cell in row) else [] for row in cells]
    top, left = sheet.start or (0, 0)
    ranges = sheet.merged_cell_ranges or []
    merged = [(first[0] - top, first[1] - left, last[0] - top, last[1] - left) for first, last in ranges]
    return Sheet(sheet.name, top, rows, merged)


def last_cell(path: Path) -> str:
    """Return the name of the last cell of the largest sheet, or "" where that would take too long to find."""
    try:
        extents = [_extent(content) for content in _sheets(path, _SEARCHED_BYTES)]
    except DAMAGED_ARCHIVE:
        return ""
    columns, rows = max(extents, key=lambda extent: extent[0] * extent[1], default=(0, 0))
    return f"{_column_name(columns)}{rows}" if rows else ""


def _is_small(path: Path) -> bool:
    """Return whether a workbook is small enough to be read in this process, whatever it says about its size."""
    try:
        sheets = _sheets(path, _SMALL_BYTES)
    except DAMAGED_ARCHIVE:
        return False
    is_located = all(len(_CELL.findall(sheet)) == len(_ANY_CELL.findall(sheet)) for sheet in sheets)
    return bool(sheets) and is_located and all(columns * rows <= _FEW_CELLS for columns, rows in map(_extent, sheets))


def _sheets(path: Path, max_bytes: int) -> list[bytes]:
    """Return the sheets of a workbook as XML; none where the workbook holds more bytes than that."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > max_bytes:
            return []
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        return [archive.read(name) for name in names]


def _extent(sheet: bytes) -> tuple[int, int]:
    """Return the last column and the last row that hold a cell."""
    cells = set(_CELL.findall(sheet))
    columns = {column for column, _ in cells}
    return max(map(_column_number, columns), default=0), max((int(row) for _, row in cells), default=0)


def _column_number(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _column_name(number: int) -> str:
    name = ""
    while number:
        number, letter = divmod(number - 1, 26)
        name = chr(65 + letter) + name
    return name


def _limit_memory() -> None:
    """Limit the memory of this process, where the operating system can."""
    try:
        import resource
    except ImportError:
        return
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    limit = min(MEMORY_LIMIT, half)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(path: str, *patterns: str) -> int:
    _limit_memory()
    try:
        names, sheets = read_sheets_here(Path(path), patterns)
        pickle.dump((names, [tuple(sheet) for sheet in sheets]), sys.stdout.buffer, protocol=5)
    except NotAWorkbook:
        return 3
    except MemoryError:
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
