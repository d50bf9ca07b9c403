"""Detect the encoding of a text file: UTF-8, UTF-16 with a mark, GB18030 or windows-1252; doubt is refused."""

from __future__ import annotations

import codecs
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from attrition.data.faults import TableError
from attrition.data.files.script_evidence import Evidence, weigh
from attrition.data.phrase import Phrase
from attrition.errors import Fault

_BLOCK_BYTES = 1 << 20
_SAME = {"utf8": "utf-8", "utf-8-sig": "utf-8", "gbk": "gb18030", "gb2312": "gb18030", "windows-1252": "cp1252"}
SHOWN = {"gb18030": "GB18030", "cp1252": "windows-1252"}
"""Names of encodings that are found by weighing, as messages show them."""


def detect_encoding(path: Path, *, shown_path: str, table: str, words: Collection[str] = ()) -> str:
    """Return the encoding of a file: "utf-8", "utf-16", "gb18030" or "cp1252"; it is read to its end.

    Bytes that are no UTF-8 may be both Chinese and western text; `words`, such as declared headings, decide where they
    are found in one reading only, and otherwise the way the letters stand, see `script_evidence`.

    Raises
    ------
    TableError
        The file is in none of them, in doubt between two, or in two at once; it is cut off within a character, or
        holds zero bytes.
    """
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    _refuse_zero_bytes(path, shown_path, table)
    state = decoding_state(path, "utf-8")
    if state == "whole":
        return "utf-8"
    if state == "cut off":
        raise TableError(_cut_off(shown_path, table))
    if _has_chinese_in_utf8(path):
        rule = Phrase("two encodings in one file", "同一文件中有两种编码")
        advice = Phrase("save the whole file again in UTF-8", "请将整个文件重新另存为 UTF-8")
        raise TableError(_fault(shown_path, table, rule, advice))
    return _chinese_or_western(path, shown_path, table, words)


def declared_encoding(path: Path, declared: str, *, shown_path: str, table: str) -> str:
    """Return Python's name of a declared encoding, after a look at whether the file can be read in it.

    Raises
    ------
    TableError
        There is no such encoding, the file is not in it, or the file is in UTF-8 beyond doubt.
    """
    name = declared.strip().lower().replace("_", "-")
    name = _SAME.get(name, name)
    try:
        "".encode(name)
        state = decoding_state(path, name)
    except (LookupError, UnicodeError):
        rule = Phrase("unknown encoding", "未知的编码")
        advice = Phrase(
            'declare "utf-8", "gb18030", "cp1252" or another that Python knows, or leave it out',
            "请声明 utf-8、gb18030、cp1252 或 Python 支持的其他编码，或不声明",
        )
        raise TableError(_fault(shown_path, table, rule, advice)) from None
    if not name.startswith(("utf-16", "utf-32")):
        _refuse_zero_bytes(path, shown_path, table)
    rule = Phrase("wrong encoding declared", "声明的编码不对")
    if state == "cut off":
        raise TableError(_cut_off(shown_path, table))
    if state == "not in it":
        advice = Phrase(
            "the file is not in {name}; leave encoding out, and it is detected",
            "该文件不是 {name} 编码；不声明 encoding 即可自动识别",
            name=declared,
        )
        raise TableError(_fault(shown_path, table, rule, advice))
    if not name.startswith("utf") and _is_utf8_beyond_doubt(path):
        advice = Phrase(
            "the file is in UTF-8; leave encoding out, and it is detected",
            "该文件是 UTF-8 编码；不声明 encoding 即可自动识别",
        )
        raise TableError(_fault(shown_path, table, rule, advice))
    return name


def decoding_state(path: Path, encoding: str) -> Literal["whole", "cut off", "not in it"]:
    """Return whether the whole file is text in this encoding, or all of it but a last character that is cut off."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                decoder.decode(block)
    except UnicodeDecodeError:
        return "not in it"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cut off"
    return "whole"


def convert_to_utf8(path: Path, encoding: str, target: Path) -> None:
    """Write a copy of the file in UTF-8 to `target`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream, target.open("wb") as out:
        while block := stream.read(_BLOCK_BYTES):
            out.write(decoder.decode(block).encode("utf-8"))
        out.write(decoder.decode(b"", final=True).encode("utf-8"))


def _chinese_or_western(path: Path, shown_path: str, table: str, words: Collection[str]) -> str:
    """Return "gb18030" or "cp1252", whichever the file is in beyond doubt."""
    states = {encoding: decoding_state(path, encoding) for encoding in SHOWN}
    readings = [encoding for encoding, state in states.items() if state == "whole"]
    by_word = [encoding for encoding in readings if _holds_a_word(path, words, encoding)]
    if len(by_word) == 1:
        return by_word[0]
    evidence = _evidence(path)
    decided = {"gb18030": evidence.is_chinese, "cp1252": evidence.is_western}
    for encoding in readings:
        if decided[encoding]:
            return encoding
    if states["gb18030"] == "cut off" and evidence.is_chinese:
        raise TableError(_cut_off(shown_path, table))
    if len(readings) == 2:
        rule = Phrase("encoding in doubt", "编码无法确定")
        advice = Phrase(
            "it can be read as GB18030 and as windows-1252; "
            'declare encoding = "gb18030" or "cp1252" under [tables.{table}], or save it in UTF-8',
            "按 GB18030 和 windows-1252 均可读出；"
            '请在 [tables.{table}] 下声明 encoding = "gb18030" 或 "cp1252"，或另存为 UTF-8',
            table=table,
        )
    else:
        rule = Phrase("unknown encoding", "未知的编码")
        advice = Phrase(
            "save the file in UTF-8, or declare its encoding under [tables.{table}]",
            "请将文件另存为 UTF-8，或在 [tables.{table}] 下声明 encoding",
            table=table,
        )
    raise TableError(_fault(shown_path, table, rule, advice))


def _holds_a_word(path: Path, words: Collection[str], encoding: str) -> bool:
    """Return whether the file holds any of these words, those of plain ASCII left out, in this encoding."""
    sought = [word.encode(encoding, errors="ignore") for word in words if not word.isascii()]
    sought = [word for word in sought if len(word) > 3]  # fewer bytes may stand there by chance
    with path.open("rb") as stream:
        return bool(sought) and any(word in line for line in stream for word in sought)


def _evidence(path: Path) -> Evidence:
    with path.open("rb") as stream:
        return weigh(stream)


def _refuse_zero_bytes(path: Path, shown_path: str, table: str) -> None:
    """Raise a fault for a file with zero bytes, which no text in UTF-8, GB18030 or windows-1252 has."""
    with path.open("rb") as stream:
        blocks = iter(lambda: stream.read(_BLOCK_BYTES), b"")
        damaged = next((block for block in blocks if b"\0" in block), None)
    if damaged is None:
        return
    rule = Phrase("zero bytes in a text file", "文本文件中有零字节")
    advice = Phrase(
        "copy or export it again, a write that was interrupted leaves such files; "
        'if it is in UTF-16 without a mark, declare encoding = "utf-16-le"',
        '请重新复制或导出，写入中断会留下这样的文件；若为不带标记的 UTF-16，请声明 encoding = "utf-16-le"',
    )
    raise TableError(_fault(shown_path, table, rule, advice))


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


def _is_utf8_beyond_doubt(path: Path) -> bool:
    """Return whether a file is UTF-8 with at least three different letters beyond ASCII, which is no chance."""
    letters: set[str] = set()
    if decoding_state(path, "utf-8") != "whole":
        return False
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in stream:
            letters |= set() if line.isascii() else {letter for letter in line if ord(letter) > 127}
            if len(letters) > 2:
                return True
    return False


def _cut_off(shown_path: str, table: str) -> Fault:
    rule = Phrase("cut off in the middle of a character", "文件在一个字符中间被截断")
    advice = Phrase(
        "export or copy it again; if it is whole and not in UTF-8, declare its encoding under [tables.{table}]",
        "请重新导出或复制；若文件完整且不是 UTF-8，请在 [tables.{table}] 下声明 encoding",
        table=table,
    )
    return _fault(shown_path, table, rule, advice)


def _fault(shown_path: str, table: str, rule: str, advice: str) -> Fault:
    return Fault(file=shown_path, table=table, column="", rule=rule, rows=None, advice=advice)
