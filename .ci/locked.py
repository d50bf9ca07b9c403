"""Reads a lock file: every package with its version, the platforms that need it, and the hashes of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})(?![0-9a-f])")


@dataclass(frozen=True)
class Locked:
    """One line of a lock: a package's name in its canonical form, its version, its marker and its files' SHA-256."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock(path: Path) -> list[Locked]:
    """Return the packages of a lock file, in its order.

    Raises
    ------
    ValueError
        A line is no package pinned to one version; `faults` says which.
    """
    packages = [_package(line) for line in _lines(path)]
    if None in packages:
        raise ValueError(f"{path.name} holds lines that pin nothing")
    return [package for package in packages if package]


def faults(path: Path) -> list[str]:
    """Return what is wrong with a lock file: lines that pin nothing, packages without a hash, addresses."""
    text = path.read_text(encoding="utf-8")
    unpinned = [f"not pinned to one version: {line.split()[0]}" for line in _lines(path) if _package(line) is None]
    packages = [package for line in _lines(path) if (package := _package(line))]
    unhashed = [f"without a hash: {package.name}" for package in packages if not package.hashes]
    addresses = [
        f"line {number} names an address or another option"
        for number, line in enumerate(text.splitlines(), start=1)
        if "://" in line or (line.startswith("-") and not line.startswith("--hash"))
    ]
    return [*unpinned, *unhashed, *addresses]


def licence_of(name: str) -> str:
    """Return the licence that an installed package states, in one line; "" where it states none or is not installed."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [
        line.rsplit(" :: ", 1)[1] for line in about.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    stated = (about.get("License") or "").strip()
    short = stated if "\n" not in stated and len(stated) < 80 else ""
    return about.get("License-Expression") or short or " / ".join(classifiers)


def _lines(path: Path) -> list[str]:
    """Return the lines of a lock with their continuations, without remarks."""
    joined = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith(("#", "-"))]


def _package(line: str) -> Locked | None:
    try:
        requirement = Requirement(line.split(" --hash")[0].strip())
    except InvalidRequirement:
        return None
    pins = [each.version for each in requirement.specifier if each.operator == "=="]
    if len(pins) != 1 or len(requirement.specifier) != 1 or pins[0].endswith("*"):
        return None
    marker = str(requirement.marker or "")
    return Locked(canonicalize_name(requirement.name), pins[0], marker, tuple(HASH.findall(line)))
