"""Detect the encoding of a text file: UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from attrition.data.faults import TableError
from attrition.errors import Fault

_BLOCK_BYTES = 1 << 20


def detect_encoding(path: Path, *, shown_path: str, table: str) -> str:
    """Return the encoding of a file: "utf-8", "utf-16" or "gb18030"; it is read to its end unless it is in UTF-16.

    Raises
    ------
    TableError
        The file is in none of them, or holds lines in UTF-8 and lines in another encoding.
    """
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    if is_decodable(path, "utf-8"):
        return "utf-8"
    if _has_chinese_in_utf8(path):
        raise TableError(_fault(shown_path, table, "two encodings in one file", "save the whole file again in UTF-8"))
    if is_decodable(path, "gb18030"):
        return "gb18030"
    raise TableError(
        _fault(shown_path, table, "unknown encoding", "save the file in UTF-8 or GB18030, or declare encoding")
    )


def is_decodable(path: Path, encoding: str) -> bool:
    """Return whether the whole file is text in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def convert_to_utf8(path: Path, encoding: str, target: Path) -> None:
    """Write a copy of the file in UTF-8 to `target`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(_BLOCK_BYTES):
            out.write(decoder.decode(block).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))


def _has_chinese_in_utf8(path: Path) -> bool:
    """Return whether any line holds Chinese in UTF-8; a line in GB18030 hardly ever looks like that by chance."""
    with path.open("rb") as stream:
        return any(_is_chinese(line) for line in stream if not line.isascii())


def _is_chinese(line: bytes) -> bool:
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= letter <= "\u9fff" for letter in decoded)


def _fault(shown_path: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=shown_path, table=table, column="", rule=rule, rows=None, advice=advice)
