"""Verify files by the checksums that lie beside them: ``SHA256SUMS`` in their folder, or ``<file>.sha256``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from attrition.data.files.manifest import ManifestEntry
from attrition.data.phrase import Phrase
from attrition.errors import Fault

SUMS = "SHA256SUMS"
SUFFIX = ".sha256"
_LINE = re.compile(r"^\\?(?P<digest>[0-9a-fA-F]{64})(?:\s+\*?(?P<name>.+))?$")


def checksum_faults(table: str, manifest: Sequence[ManifestEntry], workspace: Path) -> list[Fault]:
    """Return a fault, which stops, for each file that differs from the checksum given for it."""
    return [_fault(table, entry) for entry in manifest if _expected(workspace / entry.path) not in ("", entry.sha256)]


def _expected(path: Path) -> str:
    """Return the checksum given for a file, "" where none is."""
    own = path.with_name(path.name + SUFFIX)
    if own.is_file():
        return next((digest for digest, name in _entries(own) if name in ("", path.name)), "")
    sums = path.with_name(SUMS)
    return next((digest for digest, name in _entries(sums) if name == path.name), "") if sums.is_file() else ""


def _entries(path: Path) -> list[tuple[str, str]]:
    """Return the digests of a file of checksums, with the names of their files, "" where none stands."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    matches = [match for line in lines if (match := _LINE.match(line.strip()))]
    return [(match["digest"].lower(), Path((match["name"] or "").strip()).name) for match in matches]


def _fault(table: str, entry: ManifestEntry) -> Fault:
    return Fault(
        file=entry.path,
        table=table,
        column="",
        rule=Phrase("the file differs from the checksum beside it", "文件与其旁边的校验和不一致"),
        rows=None,
        advice=Phrase(
            "copy the file again; if it was changed on purpose, write its checksum anew",
            "请重新复制该文件；若确有改动，请重新生成校验和",
        ),
    )
