"""The recipes of docs/recipes start commands that exist, with options that exist, and units that systemd can read."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from attrition.cli import app
from tests.house.places import REPOSITORY

RECIPES = REPOSITORY / "docs" / "recipes"
STARTED = (
    re.compile(r'(?:exec |&& |attrition/bin/)attrition ([a-z-][^"\'\n]*)'),  # of cron, systemd
    re.compile(r"Z attrition (.+)$", re.MULTILINE),  # of a container
    re.compile(r'CMD \["(\w+)"\]'),
    re.compile(r'run\("([a-z][^"]*)"\)'),  # of Dagster
    re.compile(r'override\(task_id="\w+"\)\("([a-z][^"]*)"\)'),  # of Airflow
)
UNITS = sorted(path.name for path in RECIPES.glob("attrition-*.*"))


def started() -> set[tuple[str, str]]:
    """By file, each command line that a recipe starts."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(RECIPES.iterdir()) if path.is_file()}
    return {(name, line.strip()) for name, text in texts.items() for kind in STARTED for line in kind.findall(text)}


LINES = sorted(started())


def test_each_recipe_starts_something() -> None:
    without = {"attrition-monthly.timer"}  # it starts a unit
    assert {name for name, _ in LINES} == {path.name for path in RECIPES.iterdir() if path.is_file()} - without


@pytest.mark.parametrize(("file", "line"), LINES, ids=lambda part: part)
def test_what_a_recipe_starts_is_a_command_with_its_options(file: str, line: str) -> None:
    words = [word for word in shlex.split(line) if word != "--log-json"]
    command = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= options


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: str, tmp_path: Path) -> None:
    for name in UNITS:
        text = (RECIPES / name).read_text(encoding="utf-8").replace("/opt/attrition/bin/attrition", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / unit)], capture_output=True, text=True)  # noqa: PLW1510
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
