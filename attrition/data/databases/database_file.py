"""The path of a database that is a file."""

from __future__ import annotations

from pathlib import Path

from attrition.data.databases.address import Address
from attrition.data.faults import Refused
from attrition.data.phrase import Phrase


def database_path(address: Address, workspace: Path) -> Path:
    """Return the path of a database file, relative to the workspace unless it is absolute.

    Raises
    ------
    Refused
        There is no such file.
    """
    path = workspace / address.path
    if not path.is_file():
        raise Refused(
            Phrase("file not found", "找不到文件"),
            Phrase(
                "write {scheme}:///folder/file, from the workspace, or {scheme}:////folder/file from the root",
                "请写成 {scheme}:///目录/文件（相对工作目录）或 {scheme}:////目录/文件（绝对路径）",
                scheme=address.scheme,
            ),
        )
    return path
