"""Wait until what was written is on disk, so that it is still there after a power failure."""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file or a folder is on disk; on Windows, which cannot do so for folders, those are skipped."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_all(folder: Path) -> None:
    """Wait until a folder with everything in it is on disk."""
    for subfolder, _, files in os.walk(folder):
        for file in files:
            flush(Path(subfolder) / file)
        flush(Path(subfolder))
