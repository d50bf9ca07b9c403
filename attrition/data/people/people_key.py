"""The key that makes pseudonyms of staff numbers: kept in people/key, or in the environment and then nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from attrition.data.flush import flush
from attrition.errors import UserError

VARIABLE = "ATTRITION_PEOPLE_KEY"
"""The environment variable that holds the key instead of the file, where it is set."""
NEXT_VARIABLE = "ATTRITION_PEOPLE_NEXT_KEY"
"""The environment variable that holds the new key while pseudonyms are changed, where `VARIABLE` holds the old one."""
FOLDER = Path("people")
"""The protected folder of a workspace: the key, and the way back from pseudonyms to staff numbers."""
SHORTEST = 32
"""Characters a key has at least: 16 random bytes in hexadecimal digits."""


def key_file(workspace: Path) -> Path:
    """Return the path of the key of a workspace."""
    return workspace / FOLDER / "key"


def has_key(workspace: Path, *, environment: Mapping[str, str]) -> bool:
    """Return whether a workspace has a key, in the environment or in its file."""
    return bool(environment.get(VARIABLE, "").strip()) or key_file(workspace).exists()


def read_key(workspace: Path, *, environment: Mapping[str, str]) -> bytes:
    """Return the key of a workspace; the environment comes before the file.

    Raises
    ------
    UserError
        There is no key, or it is shorter than `SHORTEST` characters.
    """
    path = key_file(workspace)
    key = environment.get(VARIABLE, "").strip()
    if not key and not path.exists():
        raise UserError(
            "there is no key for pseudonyms: put {path} back, or set {variable}; where the key is lost, "
            "`attrition pseudonyms rotate` makes a new one",
            path=path.relative_to(workspace),
            variable=VARIABLE,
        )
    key = key or path.read_text(encoding="utf-8").strip()
    if len(key) < SHORTEST:
        raise UserError(
            "the key for pseudonyms is too short to protect anybody; it needs at least {shortest} random characters",
            shortest=SHORTEST,
        )
    return key.encode("utf-8")


def make_key(workspace: Path, *, environment: Mapping[str, str]) -> bool:
    """Make the key of a workspace that has none, readable by its owner alone; return whether one was made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     workspace = Path(folder)
    ...     make_key(workspace, environment={}), make_key(workspace, environment={})
    ...     len(read_key(workspace, environment={})), f"{key_file(workspace).stat().st_mode & 0o777:o}"
    (True, False)
    (64, '600')
    """
    if has_key(workspace, environment=environment):
        return False
    write_key(key_file(workspace))
    return True


def next_key(workspace: Path, *, environment: Mapping[str, str]) -> bytes:
    """Return the key to change to: beside the key's file, made where there is none, or of the environment.

    Raises
    ------
    UserError
        The key is in the environment and the new one is not, or it is too short.
    """
    if not environment.get(VARIABLE, "").strip():
        path = key_file(workspace).with_name("key.next")
        if not path.exists():
            write_key(path)
        return path.read_text(encoding="utf-8").strip().encode("utf-8")
    if not environment.get(NEXT_VARIABLE, "").strip():
        raise UserError(
            "the key is in {variable}: put the new one into {next} and run this again; then move it to {variable}",
            variable=VARIABLE,
            next=NEXT_VARIABLE,
        )
    return read_key(workspace, environment={VARIABLE: environment[NEXT_VARIABLE]})


def coming_key(workspace: Path) -> bytes:
    """Return the key that a rotation left beside the old one; empty where there is none."""
    path = key_file(workspace).with_name("key.next")
    return path.read_text(encoding="utf-8").strip().encode("utf-8") if path.exists() else b""


def adopt_next_key(workspace: Path) -> None:
    """Put the new key in the place of the old one, where it is a file."""
    path = key_file(workspace).with_name("key.next")
    if path.exists():
        path.replace(key_file(workspace))


def write_key(path: Path) -> None:
    """Write a new random key, readable by its owner alone, into a folder that only they may enter.

    It is there at once, and not with the products of a command: those are written by pseudonyms that need it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600, exist_ok=False)
    part.write_text(secrets.token_hex(32) + "\n", encoding="utf-8", newline="\n")
    flush(part)
    part.replace(path)
    flush(path.parent)
