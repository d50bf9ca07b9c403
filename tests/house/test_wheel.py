"""The wheel ships the package and the starter declarations, and nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.places import REPOSITORY


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    script = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


def test_the_wheel_ships_the_package_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"attrition", "attrition-0.1.0.dist-info"}
    assert "attrition/py.typed" in names


def test_the_wheel_ships_the_starter_declarations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    declared = [path for name in ("pipelines", "models") for path in (REPOSITORY / name).iterdir()]
    assert declared
    assert {f"attrition/starter/{path.parent.name}/{path.name}" for path in declared} <= set(names)


def test_the_wheel_speaks_chinese(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    command = [sys.executable, "-c", "from attrition.cli import main; main()", "--help"]
    env = os.environ | {"PYTHONPATH": str(tmp_path), "LANGUAGE": "zh"}
    process = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True, timeout=60)
    assert "用法：attrition" in process.stdout.decode("utf-8")


def test_init_works_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    command = [sys.executable, "-c", "from attrition.cli import main; main()", "init", str(tmp_path / "centre")]
    env = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    process = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    written = {
        str(path.relative_to(tmp_path / "centre")) for path in (tmp_path / "centre").rglob("*") if path.is_file()
    }
    assert {"README.md", "pipelines/sources.toml", "pipelines/monthly.toml"} <= written
