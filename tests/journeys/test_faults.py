"""A command that is killed leaves all the old products or all the new ones; run again, the new.

A sample of the steps, with real kills; `benchmarks/faults.py` tries every step of every command, and full disks.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import faults
import pytest

from attrition.data.at_work import at_work
from tests.kept import copy_with_panel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL and /proc")

SCORE = "score --as-of 2026-10"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kept workspace with a panel of this code and a month that another cost led to."""
    workspace = copy_with_panel(tmp_path_factory)
    playbook = workspace / "models" / "playbook.toml"  # so that a month differs from the one before
    text = playbook.read_text(encoding="utf-8")
    assert "one_off = 40" in text
    playbook.write_text(text.replace("one_off = 40", "one_off = 45", 1), encoding="utf-8")
    return workspace


@pytest.fixture(scope="module")
def steps_and_new(start: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, faults.View]:
    """How many durable steps scoring has, and what it leaves where nothing disturbs it."""
    folder = tmp_path_factory.mktemp("watched")
    workspace, copies = Path(shutil.copytree(start, folder / "workspace")), folder / "copies"
    copies.mkdir()
    assert faults.run(workspace, "copy", str(copies), SCORE).returncode == 0
    return len(list(copies.glob("*-a"))), faults.view(workspace)


@pytest.mark.parametrize("share", [0.2])
def test_a_kill_leaves_the_old_or_the_new_and_the_next_run_the_new(
    start: Path, steps_and_new: tuple[int, faults.View], tmp_path: Path, share: float
) -> None:
    steps, new = steps_and_new
    old, workspace = faults.view(start), Path(shutil.copytree(start, tmp_path / "workspace"))
    killed = faults.run(workspace, "kill", str(max(1, round(steps * share))), SCORE)
    assert killed.returncode == -signal.SIGKILL
    with at_work(workspace):
        assert faults.view(workspace) in (old, new)
    assert faults.left_over(workspace) == []
    assert faults.undisturbed(workspace, SCORE) == new
