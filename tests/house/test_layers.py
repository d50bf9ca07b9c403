"""Imports go one way, and some libraries are imported in few modules only; the contracts are in pyproject.toml."""

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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "attrition", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_package_keeps_its_import_contracts() -> None:
    result = lint(REPOSITORY)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "added_import", "contract"),
    [
        ("labels/outcomes.py", "import attrition.model", "Imports go one way"),
        ("declared.py", "import typer", "Typer is imported only where commands are"),
        ("features/declare.py", "import mlflow", "MLflow is imported only"),
        ("model/spec.py", "import shap", "SHAP is imported only"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(copy: Path, module: str, added_import: str, contract: str) -> None:
    path = copy / "attrition" / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{added_import}\n", encoding="utf-8")
    result = lint(copy)
    assert result.returncode == 1
    assert any(line.startswith(contract) and "BROKEN" in line for line in result.stdout.splitlines()), result.stdout
