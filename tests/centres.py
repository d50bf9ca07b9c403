"""Workspaces of small synthetic centres; the one that takes long is made once in a run of the tests."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition import workspace
from attrition.cli import app
from attrition.data.lock import exclusive_lock
from attrition.data.people.people_key import key_file
from attrition.data.synthetic.centre import write_centre
from attrition.data.synthetic.sources import sources_toml
from attrition.errors import UserError

SMALLER = {"members = 6": "members = 1", "rounds = 200": "rounds = 20", "rounds = 80": "rounds = 10"}
SMALLER |= {"minimum_events = 50": "minimum_events = 10", "minimum_events = 30": "minimum_events = 10"}
SMALLER |= {"months = 12": "months = 3"}
SMALLER |= {"calibration_error = 0.015": "calibration_error = 0.5", "confidence = 0.95": "confidence = 0.51"}
"""Few and short trees, and criteria that a model of so few agents can pass."""


def write_workspace(folder: Path, *, agents: int, months: int, seed: int) -> None:
    """Write the exports and declarations of a small centre, with few and short trees."""
    workspace.write_starter(folder)
    key_file(folder).write_text("one key for every test, so that each run gives the same pseudonyms", encoding="utf-8")
    write_centre(folder / "exports", agents=agents, months=months, seed=seed)
    (folder / "pipelines" / "sources.toml").write_text(sources_toml("exports"), encoding="utf-8")
    specification = folder / "models" / "resignation.toml"
    text = specification.read_text(encoding="utf-8")
    for usual, smaller in SMALLER.items():
        assert usual in text, f"{specification.name} no longer declares {usual}"
        text = text.replace(usual, smaller)
    specification.write_text(text, encoding="utf-8")


def run(folder: Path, *words: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    result = CliRunner().invoke(app, [*words, "--workspace", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def supply_no_protected_attributes(workspace: Path) -> None:
    """Take gender, birth dates and the table for audits away: groups of so few agents are too few to show fairness."""
    agents, sources = workspace / "exports" / "agents.csv", workspace / "pipelines" / "sources.toml"
    pd.read_csv(agents, dtype=str).drop(columns=["gender", "birth_date"], errors="ignore").to_csv(agents, index=False)
    text = sources.read_text(encoding="utf-8")
    sources.write_text(re.sub(r"(?s)\n\[tables\.audit_attributes\].*?(?=\n\[|\Z)", "", text), encoding="utf-8")


def copy_with_panel(factory: pytest.TempPathFactory) -> Path:
    """Copy the workspace of 150 agents and 28 months whose panel is built, so that one module can change it."""
    original = made_once(factory, "centre-with-panel", _write_with_panel)
    return Path(shutil.copytree(original, factory.mktemp("centre") / "workspace"))


def _write_with_panel(folder: Path) -> None:
    write_workspace(folder, agents=150, months=28, seed=3)
    run(folder, "panel")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process to call this makes, while the others wait."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with ExitStack() as stack:
        while not _acquire_lock(stack, folder.with_suffix(".lock")):
            time.sleep(0.1)
        if not (finished := folder.with_suffix(".done")).exists():
            make(folder)
            finished.touch()
    return folder


def _acquire_lock(stack: ExitStack, path: Path) -> bool:
    try:
        stack.enter_context(exclusive_lock(path, what="making of a workspace"))
    except UserError:
        return False
    return True
