"""Products of one command appear together, whenever the run is killed or the operating system refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attrition.data.at_work import at_work
from attrition.data.atomic import atomic_file, atomic_folder, remove
from attrition.data.swap import complete_swap, is_interrupted, one_swap, readable

WRITE_BOTH = """
import os, signal, sys
from pathlib import Path
from attrition.data.atomic import atomic_file, atomic_folder, remove
from attrition.data.swap import one_swap
workspace, last = Path(sys.argv[1]), int(sys.argv[2])
calls, replace = [0], os.replace
def counted(old, new):
    if calls[0] == last:
        os.kill(os.getpid(), signal.SIGKILL)
    calls[0] += 1
    replace(old, new)
os.replace = counted
with one_swap(workspace):
    with atomic_file(workspace / "runs" / "panel.parquet") as path:
        path.write_text("new")
    with atomic_folder(workspace / "runs" / "month") as folder:
        (folder / "scores").write_text("new")
    remove(workspace / "runs" / "proposal")
"""


def write_old(workspace: Path) -> None:
    (workspace / "runs" / "month").mkdir(parents=True)
    for name in ("panel.parquet", "proposal", "month/drivers"):
        (workspace / "runs" / name).write_text("old")


def contents(workspace: Path) -> dict[str, str]:
    """Return what is in every file under runs/."""
    runs = workspace / "runs"
    return {path.relative_to(runs).as_posix(): path.read_text() for path in runs.rglob("*") if path.is_file()}


OLD = {"panel.parquet": "old", "proposal": "old", "month/drivers": "old"}
NEW = {"panel.parquet": "new", "month/scores": "new"}


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("renames", range(5))
def test_a_run_killed_at_any_rename_leaves_all_the_old_or_all_the_new(tmp_path: Path, renames: int) -> None:
    write_old(tmp_path)
    done = subprocess.run([sys.executable, "-c", WRITE_BOTH, str(tmp_path), str(renames)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    with at_work(tmp_path):
        assert contents(tmp_path) == (OLD if renames == 0 else NEW)


@pytest.mark.parametrize("renames", range(5))
def test_a_rename_that_is_refused_leaves_all_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    write_old(tmp_path)
    calls, replace = [0], os.replace

    def refuse_one(old: Path, new: Path) -> None:
        calls[0] += 1
        if calls[0] == renames + 1:
            raise OSError("input/output error")
        replace(old, new)

    monkeypatch.setattr(os, "replace", refuse_one)
    with pytest.raises(OSError, match="input/output"), one_swap(tmp_path):
        write_new(tmp_path)
    assert (contents(tmp_path), is_interrupted(tmp_path)) == (OLD, False)


def write_new(workspace: Path) -> None:
    with atomic_file(workspace / "runs" / "panel.parquet") as path:
        path.write_text("new")
    with atomic_folder(workspace / "runs" / "month") as folder:
        (folder / "scores").write_text("new")
    remove(workspace / "runs" / "proposal")


def test_what_a_step_wrote_is_read_by_the_next_before_it_appears(tmp_path: Path) -> None:
    write_old(tmp_path)
    with one_swap(tmp_path):
        write_new(tmp_path)
        assert readable(tmp_path / "runs" / "month" / "scores").read_text() == "new"
        assert contents(tmp_path)["panel.parquet"] == "old"
        with atomic_folder(tmp_path / "runs" / "month" / "plan") as folder:
            (folder / "plan.json").write_text("new")
        assert not (tmp_path / "runs" / "month" / "plan").exists()
    assert contents(tmp_path) == NEW | {"month/plan/plan.json": "new"}
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["month", "panel.parquet"]


def test_an_error_leaves_all_the_old(tmp_path: Path) -> None:
    write_old(tmp_path)
    with pytest.raises(ZeroDivisionError), one_swap(tmp_path):
        write_new(tmp_path)
        _ = 1 / 0
    assert contents(tmp_path) == OLD


def test_a_workspace_that_was_moved_is_completed_where_it_is(tmp_path: Path) -> None:
    write_old(tmp_path / "there")
    subprocess.run([sys.executable, "-c", WRITE_BOTH, str(tmp_path / "there"), "2"], check=False, timeout=60)
    (tmp_path / "there").rename(tmp_path / "here")
    complete_swap(tmp_path / "here")
    assert contents(tmp_path / "here") == NEW
