"""The text of the repository keeps the house rules."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.house.places import MODULES, PACKAGE, REPOSITORY

MEANINGLESS_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "core", "misc"}
HOSTS = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", "index" + "-url =", "/opt/" + "py" + "pi"]))
LONG = {"__init__.py", "pipeline.py", "data/tables.py", "report/translations/en.py", "report/translations/zh.py"}
"""A method or a function per command, a line per column of the contract, a line per sentence of the report."""


def repository_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [REPOSITORY / name for name in listed.stdout.splitlines()]
    return [path for path in files if path.is_file() and path.suffix not in {".png", ".xlsx", ".parquet"}]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_begins_with_a_docstring(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    assert len(docstring.splitlines()[0]) > 20


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_named_after_its_idea_and_is_short(path: Path) -> None:
    assert path.stem not in MEANINGLESS_NAMES
    assert path.parent.name not in MEANINGLESS_NAMES
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 300 or str(path.relative_to(PACKAGE)) in LONG


def test_no_file_names_a_package_index() -> None:
    named = [
        str(path) for path in repository_files() if HOSTS.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert named == []


def test_pipelines_and_models_hold_declarations_and_prose_only() -> None:
    kinds = {path.suffix for name in ("pipelines", "models") for path in (REPOSITORY / name).iterdir()}
    assert kinds <= {".toml", ".md"}


def test_locks_pin_every_package_by_hash() -> None:
    for name in ("core", "dev"):
        lock = (REPOSITORY / "locks" / f"{name}.txt").read_text(encoding="utf-8")
        pinned = re.findall(r"^[A-Za-z0-9_.\-\[\]]+==\S+.*?(?=^\S|\Z)", lock, flags=re.MULTILINE | re.DOTALL)
        assert len(pinned) > 50
        assert all("--hash=sha256:" in block for block in pinned)


def test_every_extra_that_an_error_names_can_be_installed() -> None:
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    pattern = re.compile(r'MissingExtra\("(\w+)"')
    named = {name for path in MODULES for name in pattern.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert named <= set(extras)
