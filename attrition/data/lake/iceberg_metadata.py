"""Find the newest metadata file of an Iceberg table as its readers do: by the hint, or the highest version."""

from __future__ import annotations

import re
from pathlib import Path

from attrition.data.faults import Refused
from attrition.data.lake.folders import ICEBERG_LOG
from attrition.data.phrase import Phrase

HINT = "version-hint.text"
_VERSION = re.compile(r"v?(\d+)[-.].*?metadata\.json(\.gz)?")


def newest_metadata(folder: Path) -> Path:
    """Return the metadata file of the table's current version.

    Two writers may have written the next version each, of which a catalog took one: which, a hint says.

    Raises
    ------
    Refused
        Several files are the newest and no hint names one, or the hint names an older one.
    """
    files = [path for path in sorted((folder / ICEBERG_LOG).iterdir()) if _VERSION.fullmatch(path.name)]
    newest = max((_version(path) for path in files), default=-1)
    candidates = [path for path in files if _version(path) == newest]
    hinted = _hinted(folder / ICEBERG_LOG / HINT)
    if hinted and candidates and candidates[0].name.startswith("v"):  # a folder's own table, whose hint may lag behind
        hinted = ""
    chosen = [path for path in candidates if hinted in ("", path.name)]
    if len(chosen) == 1:
        return chosen[0]
    raise Refused(
        Phrase("it is in doubt which of its metadata files is the newest", "无法确定哪个元数据文件是最新的"),
        Phrase(
            "ask its catalog, and write the name of that file into metadata/{hint}",
            "请查询其目录（catalog），并将该文件名写入 metadata/{hint}",
            hint=HINT,
        ),
    )


def _version(path: Path) -> int:
    match = _VERSION.fullmatch(path.name)
    return int(match[1]) if match else -1


def _hinted(path: Path) -> str:
    """Return the name of the metadata file that a hint names, "" where there is no hint."""
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8").strip()
    if text.endswith(".metadata.json"):
        return text
    return f"v{text}.metadata.json" if text.isdecimal() else f"{text}.metadata.json"
