"""Find from which day a workbook counts its dates: from 1900, or from 1904 as Excel for Macintosh once did."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

DAMAGED_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError, RuntimeError)
"""What Python raises for an archive, as which workbooks are stored, that is damaged, locked, or none."""
DAY_ZERO_1900 = "1899-12-30"
"""The day that number 0 stands for where days are counted from 1900, from March of that year on."""
DAY_ZERO_1904 = "1904-01-01"
"""The day that number 0 stands for where days are counted from 1904."""

_XML_PROPERTIES = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']""", re.IGNORECASE)
_BINARY_PROPERTIES = re.compile(rb"\x99\x01[\x08-\x7f](.)", re.DOTALL)  # record BrtWbProp: its length, then its flags
_OLD_RECORDS = re.compile(rb"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00")  # records DATEMODE = 1904 and PRECISION of .xls


def day_zero(path: Path) -> str:
    """Return the day from which a workbook counts, as ISO text; a file that cannot be read counts from 1900."""
    if path.suffix.lower() == ".xls":
        return DAY_ZERO_1904 if _OLD_RECORDS.search(path.read_bytes()) else DAY_ZERO_1900
    return DAY_ZERO_1904 if _counts_from_1904(path) else DAY_ZERO_1900


def _counts_from_1904(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
            if "xl/workbook.xml" in parts:
                return bool(_XML_PROPERTIES.search(archive.read("xl/workbook.xml")))
            flags = _BINARY_PROPERTIES.search(archive.read("xl/workbook.bin")) if "xl/workbook.bin" in parts else None
            return flags is not None and bool(flags[1][0] & 1)
    except DAMAGED_ARCHIVE:
        return False
