"""What the locks install: each file pinned by its hash, known vulnerabilities found offline, a bill of materials."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.house.places import REPOSITORY

HASH = "--hash=sha256:" + "0f" * 32
LOCK = f"jinja2==3.1.6 \\\n    {HASH}\nsix==1.17.0 ; python_full_version < '3.12' \\\n    {HASH}\n"


def ci(script: str, *arguments: str | Path) -> tuple[int, str]:
    """Run a script of .ci; give its exit code and what it printed."""
    command = [sys.executable, "-W", "error", str(REPOSITORY / ".ci" / script), *map(str, arguments)]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return process.returncode, process.stdout + process.stderr


def advisory(number: str, package: str = "Jinja2", /, **affected: Any) -> dict[str, Any]:
    """An advisory in the form of OSV."""
    about = {"package": {"ecosystem": "PyPI", "name": package}, **affected}
    return {"id": number, "aliases": [f"CVE-{number}"], "affected": [about]}


def between(**events: str) -> list[dict[str, Any]]:
    return [{"type": "ECOSYSTEM", "events": [{kind: version} for kind, version in events.items()]}]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "core.txt").write_text(LOCK)
    return tmp_path / "core.txt"


def audit(lock: Path, *known: dict[str, Any]) -> tuple[int, str]:
    """Audit a lock with a zip of advisories, as OSV offers it."""
    with zipfile.ZipFile(lock.parent / "all.zip", "w") as archive:
        for one in known:
            archive.writestr(f"{one['id']}.json", json.dumps(one))
    return ci("audit.py", "--lock", lock, "--advisories", lock.parent / "all.zip")


def test_a_locked_version_in_a_range_is_found_with_its_cure(lock: Path) -> None:
    code, text = audit(lock, advisory("P-1", ranges=between(introduced="0", fixed="3.2")))
    assert (code, "jinja2 3.1.6: P-1, CVE-P-1; mended in 3.2" in text) == (1, True)


@pytest.mark.parametrize(
    "affected",
    [
        {"ranges": between(introduced="0", fixed="3.1.6")},
        {"ranges": between(introduced="3.2")},
        {"ranges": between(introduced="0", last_affected="3.1.5")},
        {"versions": ["3.1.5"]},
        {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]},
        {"ranges": between(introduced="0"), "package": {"ecosystem": "npm", "name": "jinja2"}},
    ],
)
def test_a_version_outside_of_every_range_and_another_ecosystem_are_not(lock: Path, affected: dict[str, Any]) -> None:
    code, text = audit(lock, advisory("P-2", **affected))
    assert (code, "0 known vulnerabilities" in text) == (0, True)


@pytest.mark.parametrize(
    "affected",
    [
        {"versions": ["3.1.6"]},
        {"ranges": between(introduced="3.1.6", last_affected="3.1.6")},
        {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2"}, {"fixed": "2.5"}, {"introduced": "3.1"}]}]},
    ],
)
def test_a_version_that_is_listed_or_in_a_later_range_is(lock: Path, affected: dict[str, Any]) -> None:
    code, text = audit(lock, advisory("P-3", **affected))
    assert (code, "P-3, CVE-P-3; no version mends it yet" in text) == (1, True)


def test_a_withdrawn_advisory_and_another_package_are_passed_over(lock: Path) -> None:
    withdrawn = advisory("P-4", versions=["3.1.6"]) | {"withdrawn": "2026-01-01T00:00:00Z"}
    assert audit(lock, withdrawn, advisory("P-5", "sixpack", versions=["1.17.0"]))[0] == 0


def test_without_advisories_it_says_that_nothing_was_looked_for(lock: Path) -> None:
    code, text = ci("audit.py", "--lock", lock)
    assert (code, "vulnerabilities were not looked for" in text) == (0, True)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("rich==15.0.0", "without a hash: rich"),
        (f"rich>=15 {HASH}", "not pinned to one version"),
        (f"rich @ git+https://example.org/rich {HASH}", "an address"),
        ("--index-url https://example.org/simple", "an address"),
    ],
)
def test_a_lock_that_would_install_something_else_is_refused(lock: Path, line: str, fault: str) -> None:
    lock.write_text(LOCK + line + "\n")
    code, text = ci("audit.py", "--lock", lock)
    assert (code, fault in text) == (1, True), text


@pytest.mark.parametrize("name", ["core.txt", "dev.txt"])
def test_our_own_locks_are_pinned_hashed_and_without_addresses(name: str) -> None:
    code, text = ci("audit.py", "--lock", REPOSITORY / "locks" / name)
    assert (code, "each pinned and hashed" in text) == (0, True), text


def test_the_bills_are_valid_and_hold_every_package_of_the_lock_with_its_hashes(tmp_path: Path) -> None:
    from cyclonedx.schema import SchemaVersion  # two seconds to import, for every process that only lists the tests
    from cyclonedx.validation.json import JsonStrictValidator

    code, text = ci("sbom.py", tmp_path)
    assert code == 0, text
    for path in tmp_path.iterdir():
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(path.read_text()) is None, path.name
    core = json.loads((tmp_path / "attrition.cdx.json").read_text())["components"]
    lock = (REPOSITORY / "locks" / "core.txt").read_text()
    assert sum(len(one["hashes"]) for one in core) == lock.count("--hash=")
    assert {f"{one['name']}=={one['version']}" for one in core} == {
        line.split(" ")[0] for line in lock.splitlines() if "==" in line.split(" ")[0]
    }
    assert (tmp_path / "attrition-sqlite.cdx.json").is_file()
