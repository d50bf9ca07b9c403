"""Detect how a text file is encoded: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from attrition.data.faults import TableRefused
from attrition.errors import Fault

_BLOCK = 1 << 20


def detect_encoding(path: Path, *, shown: str, table: str) -> str:
    """Return the encoding of a file, read to its end: "utf-8", "utf-16" or "gb18030".

    Raises
    ------
    TableRefused
        The file is in none of them, or holds lines in UTF-8 and lines in another encoding.
    """
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    if is_decodable(path, "utf-8"):
        return "utf-8"
    if _has_chinese_in_utf8(path):
        raise TableRefused(_fault(shown, table, "two encodings in one file", "save the whole file again in UTF-8"))
    if is_decodable(path, "gb18030"):
        return "gb18030"
    raise TableRefused(
        _fault(shown, table, "unknown encoding", "save the file in UTF-8 or GB18030, or declare encoding")
    )


def is_decodable(path: Path, encoding: str) -> bool:
    """Return whether the whole file is text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def convert_to_utf8(path: Path, encoding: str, target: Path) -> None:
    """Write a copy of the file in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(_BLOCK):
            out.write(decoder.decode(block).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))


def _has_chinese_in_utf8(path: Path) -> bool:
    """Return whether any line is Chinese in UTF-8, which a line in GB18030 hardly ever is by chance."""
    with path.open("rb") as stream:
        return any(_is_chinese(line) for line in stream if not line.isascii())


def _is_chinese(line: bytes) -> bool:
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= letter <= "\u9fff" for letter in decoded)


def _fault(shown: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=shown, table=table, column="", rule=rule, rows=None, advice=advice)
