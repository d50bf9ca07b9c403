"""Imports go one way, and some libraries are imported in few modules only; the contracts are in pyproject.toml."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.places import PACKAGE, REPOSITORY

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(folder)!r}); {LINT}",
        "--no-cache",
        "--no-logo",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


PLANTED = [
    ("labels/outcomes.py", "import attrition.model", "Imports go one way"),
    ("declared.py", "import typer", "Typer is imported only where commands are"),
    ("features/declare.py", "import mlflow", "MLflow is imported only"),
    ("model/spec.py", "import shap", "SHAP is imported only"),
]
"""Module, import, and the contract it breaks; each is the only import of its contract."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is printed about a copy of the package in which every contract is broken by one import."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "attrition", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for module, planted, _ in PLANTED:
        with (folder / "attrition" / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{planted}\n")
    found = lint(folder)
    assert found.returncode == 1
    return found.stdout


def test_the_package_keeps_its_import_contracts() -> None:
    result = lint(REPOSITORY)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("module", "planted", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(broken: str, module: str, planted: str, contract: str) -> None:
    importer, imported = f"attrition.{module[:-3].replace('/', '.')}", planted.removeprefix("import ")
    assert any(line.startswith(contract) and "BROKEN" in line for line in broken.splitlines()), broken
    assert re.search(rf"^-? *{importer} -> {imported} ", broken, flags=re.MULTILINE), broken
