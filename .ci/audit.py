"""Audits what is installed: locks pinned, hashed and without addresses, licences, and known vulnerabilities.

python .ci/audit.py                                  the locks and the licences
python .ci/audit.py --advisories osv-pypi.zip        also which locked versions have a known advisory
python .ci/audit.py --advisories FOLDER --lock locks/dev.txt

Nothing is fetched. The advisories are files of the OSV format (one JSON per advisory, in a zip or a folder): the
"all.zip" that OSV offers for the ecosystem PyPI, brought in by whoever may. Exit code 1 where something was found, 0
where nothing was; without advisories it says that vulnerabilities were not looked for.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locked import ROOT, Locked, faults, licence_of, read_lock
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def advisories(source: Path) -> Iterator[dict[str, Any]]:
    """Yield every advisory of a zip, a folder or a single file that was not withdrawn."""
    for text in _texts(source):
        content = json.loads(text)
        yield from (one for one in (content if isinstance(content, list) else [content]) if not one.get("withdrawn"))


def findings(packages: list[Locked], source: Path) -> list[str]:
    """Return one line for each locked version that an advisory affects: which, under what names, and the cure."""
    by_name = {package.name: package for package in packages}
    lines = []
    for advisory in advisories(source):
        for affected in advisory.get("affected", []):
            about = affected.get("package", {})
            package = by_name.get(canonicalize_name(about.get("name", "")))
            if (
                package
                and about.get("ecosystem", "").partition(":")[0] == "PyPI"
                and _affects(affected, package.version)
            ):
                names = ", ".join([advisory["id"], *advisory.get("aliases", [])])
                lines.append(f"{package.name} {package.version}: {names}; {_cure(affected, package.version)}")
    return sorted(set(lines))


def _affects(affected: dict[str, Any], version: str) -> bool:
    """Return whether a version is listed, or lies in a range of versions; OSV's own rule of evaluation."""
    if version in affected.get("versions", []):
        return True
    ranges = [each for each in affected.get("ranges", []) if each.get("type") in ("ECOSYSTEM", "SEMVER")]
    return any(_lies_in(each.get("events", []), Version(version)) for each in ranges)


def _lies_in(events: list[dict[str, str]], version: Version) -> bool:
    """Return whether a version is affected after all events at or before it, taken in the order of their versions."""
    is_affected = False
    for kind, at in sorted(_events(events), key=lambda event: (event[1], event[0] == "introduced")):
        if kind == "introduced" and version >= at:
            is_affected = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            is_affected = False
    return is_affected


def _events(events: list[dict[str, str]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, text in event.items():
            try:
                yield kind, Version(text)
            except InvalidVersion:
                continue  # a version that no installer could compare either


def _cure(affected: dict[str, Any], version: str) -> str:
    events = [event for each in affected.get("ranges", []) for event in _events(each.get("events", []))]
    later = sorted(at for kind, at in events if kind == "fixed" and at > Version(version))
    return f"mended in {later[0]}" if later else "no version mends it yet"


def _texts(source: Path) -> Iterator[bytes]:
    if source.is_dir():
        yield from (path.read_bytes() for path in sorted(source.rglob("*.json")))
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            yield from (archive.read(name) for name in archive.namelist() if name.endswith(".json"))
    else:
        yield source.read_bytes()


def licence_lines(packages: list[Locked]) -> list[str]:
    """Return one line for each licence with its packages; those of other platforms are not installed here."""
    by_licence: dict[str, set[str]] = defaultdict(set)
    for package in packages:
        by_licence[licence_of(package.name) or "not stated, or not installed here"].add(package.name)
    return [f"{licence}: {', '.join(sorted(names))}" for licence, names in sorted(by_licence.items())]


def main(arguments: list[str]) -> int:
    """Print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", type=Path, default=ROOT / "locks" / "core.txt")
    parser.add_argument("--advisories", type=Path)
    options = parser.parse_args(arguments)
    wrong = faults(options.lock)
    packages = [] if wrong else read_lock(options.lock)
    print(f"{options.lock.name}: {len(packages)} packages, each pinned and hashed" if not wrong else "\n".join(wrong))
    print("licences", *licence_lines(packages), sep="\n  ")
    if options.advisories is None:
        print("vulnerabilities were not looked for: give a database of advisories with --advisories")
        return int(bool(wrong))
    known = findings(packages, options.advisories)
    print(f"{len(known)} known vulnerabilities", *known, sep="\n  ")
    return int(bool(wrong or known))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
