"""The files of a saved model: their sizes and SHA-256, compared before any of them is read.

Links, pipes and devices are never opened. What file browsers leave in a folder is not the model's and is ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from attrition.errors import AttritionError
from attrition.message import joined

HASHES = "sha256.json"
"""The file beside those of a fitted model that lists their hashes."""
IGNORED_NAMES = frozenset({".DS_Store", ".localized", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"})
"""Files that Finder, Explorer and Dolphin write into folders that they show."""
IGNORED_BEGINNING = "._"
"""macOS puts a file's further attributes beside it under such a name, on disks that cannot keep them."""
WRITTEN_BY_MLFLOW = frozenset({"registered_model_meta"})
"""Written into a model's folder whenever MLflow loads it by its name in the registry."""
NOT_A_FILE = "a link or another thing that is no file"


@dataclass(frozen=True)
class FileHash:
    """Size and SHA-256 of one file."""

    bytes: int
    sha256: str


def hash_files(folder: Path, *, expected: Mapping[str, FileHash] | None = None) -> dict[str, FileHash]:
    """Return size and hash of every file in a folder and the folders inside, by path with forward slashes.

    A thing that is no file has the hash `NOT_A_FILE`. Where the size is not the expected one the hash is left out,
    since reading a file of many gigabytes would tell nothing more.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "model.json").write_text("{}"), (folder / ".DS_Store").write_text("")
    >>> {name: (file.bytes, file.sha256[:6]) for name, file in hash_files(folder).items()}
    {'model.json': (2, '44136f')}
    """
    sizes = {} if expected is None else {name: file.bytes for name, file in expected.items()}
    names = {path.relative_to(folder).as_posix(): path for path in sorted(_paths(folder))}
    return {name: _hash(path, sizes.get(name)) for name, path in names.items()}


def require_unchanged(folder: Path, expected: Mapping[str, FileHash], actual: Mapping[str, FileHash]) -> None:
    """Raise `AttritionError` if a file is missing, or was added or changed.

    Parameters
    ----------
    folder : Path
        Named in the error.
    expected, actual : mapping of str to FileHash
        By path: as it was recorded, and as it is.
    """
    names = expected.keys() | actual.keys()
    changed = sorted(name for name in names if expected.get(name) != actual.get(name))
    if changed:
        raise AttritionError(
            "{folder}: {changed} changed since the model was saved; it is not loaded. Bring the files back from a "
            "backup; else, where it is the champion, `attrition models rollback` goes back to the one before, and "
            "`attrition retrain` makes another",
            folder=folder,
            changed=joined(", ", changed),
        )


def as_text(files: Mapping[str, FileHash]) -> str:
    """Return sizes and hashes as one line of JSON, always the same for the same files.

    Examples
    --------
    >>> as_text({"b": FileHash(1, "0f"), "a": FileHash(2, "1e")})
    '{"a":[2,"1e"],"b":[1,"0f"]}'
    >>> from_text(_) == {"b": FileHash(1, "0f"), "a": FileHash(2, "1e")}
    True
    """
    content = {name: [file.bytes, file.sha256] for name, file in files.items()}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def from_text(text: str) -> dict[str, FileHash]:
    """Return the sizes and hashes that `as_text` wrote; `ValueError` for any other text."""
    content = json.loads(text)
    if not isinstance(content, dict) or not all(isinstance(pair, list) and len(pair) == 2 for pair in content.values()):
        raise ValueError("not the hashes of files")
    return {name: FileHash(*pair) for name, pair in content.items()}


def _paths(folder: Path) -> Iterator[Path]:
    """Yield everything in a folder but folders and what is ignored; links are yielded and not followed."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*names, *links) if not is_ignored(name))


def is_ignored(name: str) -> bool:
    """Return whether a file of this name is left by a file browser or by MLflow, and is not the model's.

    Examples
    --------
    >>> [is_ignored(name) for name in ("._model.json", "Thumbs.db", "model.json", "served_model.py")]
    [True, True, False, False]
    """
    return name in IGNORED_NAMES | WRITTEN_BY_MLFLOW or name.startswith(IGNORED_BEGINNING)


def _hash(path: Path, size: int | None) -> FileHash:
    about = path.lstat()
    if not stat.S_ISREG(about.st_mode):
        return FileHash(0, NOT_A_FILE)
    if size is not None and size != about.st_size:
        return FileHash(about.st_size, "")
    with path.open("rb") as file:
        return FileHash(about.st_size, hashlib.file_digest(file, "sha256").hexdigest())
