"""Read one sheet of a workbook; large ones in a process of their own, which may take only so much memory.

A single cell in the last row and column makes a sheet of 17 billion cells, and the library that reads it ends the
process when memory runs out. Run as a program, this module writes the sheet to standard output.
"""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

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
    """One sheet: the names of all sheets, the number of rows above its first cell, and its rows from there on.

    `rows` is None where no sheet has the name that was asked for. Rows without a cell are left empty.
    """

    names: list[str]
    first_row: int
    rows: list[list[object]] | None


class NotAWorkbook(Exception):
    """The file is no workbook, or is damaged or locked by a password."""


class TooLarge(Exception):
    """The sheet does not fit into the memory that reading it may take."""


def read_sheet(path: Path, name: str | None) -> Sheet:
    """Return the sheet of this name, or else the first, read in this process only where the workbook is small.

    Raises
    ------
    NotAWorkbook
        The file cannot be read.
    TooLarge
        The sheet does not fit into memory.
    """
    path.open("rb").close()  # what the operating system refuses is said as such, and not of the workbook
    if _is_small(path):
        return read_sheet_here(path, name)
    command = [
        sys.executable,
        "-m",
        "attrition.data.files.workbook_process",
        str(path),
        *([] if name is None else [name]),
    ]
    package = str(Path(__file__).parents[3])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")])}
    try:
        child = subprocess.run(command, capture_output=True, check=False, env=environment, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise TooLarge from None
    if child.returncode == 0:
        return Sheet(*pickle.loads(child.stdout))
    raise NotAWorkbook if child.returncode == 3 else TooLarge


def read_sheet_here(path: Path, name: str | None) -> Sheet:
    """Return the sheet of this name, or else the first, read in this process.

    Raises
    ------
    NotAWorkbook
        The file cannot be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if not names or (name is not None and name not in names):
            return Sheet(names, 0, None)
        sheet = workbook.get_sheet_by_name(name or names[0])
        cells = sheet.to_python()
    except (CalamineError, ValueError):
        raise NotAWorkbook from None
    rows = [row if any(cell not in ("", None) for cell in row) else [] for row in cells]
    return Sheet(names, sheet.start[0] if sheet.start else 0, rows)


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


def _main(path: str, name: str | None = None) -> int:
    _limit_memory()
    try:
        pickle.dump(tuple(read_sheet_here(Path(path), name)), sys.stdout.buffer, protocol=5)
    except NotAWorkbook:
        return 3
    except MemoryError:
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
