"""Files and folders appear complete or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attrition.data.atomic import atomic_file, atomic_folder


def file_names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def fail_half_way(part: Path) -> None:
    part.write_text("half")
    raise OSError("disk full")


def test_a_file_appears_only_when_the_block_has_ended(tmp_path: Path) -> None:
    final = tmp_path / "new folder" / "scores.csv"
    with atomic_file(final) as part:
        part.write_text("half")
        assert not final.exists()
        part.write_text("whole")
    assert final.read_text() == "whole"
    assert file_names(final.parent) == ["scores.csv"]


def test_a_failure_leaves_the_earlier_file_and_no_trace(tmp_path: Path) -> None:
    final = tmp_path / "scores.csv"
    final.write_text("earlier")
    with pytest.raises(OSError, match="disk full"), atomic_file(final) as part:
        fail_half_way(part)
    assert final.read_text() == "earlier"
    assert file_names(tmp_path) == ["scores.csv"]


def test_a_block_that_writes_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "scores.csv"):
        pass


def test_a_folder_replaces_the_earlier_one_completely(tmp_path: Path) -> None:
    final = tmp_path / "2026-10"
    final.mkdir()
    (final / "left over.html").write_text("earlier")
    with atomic_folder(final) as part:
        (part / "report.html").write_text("new")
        assert file_names(final) == ["left over.html"]
    assert file_names(final) == ["report.html"]
    assert file_names(tmp_path) == ["2026-10"]


def test_a_folder_and_a_file_take_each_others_place(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "panel") as path:
        path.write_text("a file")
    with atomic_folder(tmp_path / "panel") as folder:
        (folder / "month").write_text("a dataset")
    assert (tmp_path / "panel" / "month").read_text() == "a dataset"
    with atomic_file(tmp_path / "panel") as path:
        path.write_text("a file again")
    assert (tmp_path / "panel").read_text() == "a file again"
    assert [path.name for path in tmp_path.iterdir()] == ["panel"]


def test_a_failure_leaves_the_earlier_folder(tmp_path: Path) -> None:
    final = tmp_path / "2026-10"
    final.mkdir()
    (final / "report.html").write_text("earlier")
    with pytest.raises(OSError, match="disk full"), atomic_folder(final) as part:
        fail_half_way(part / "report.html")
    assert (final / "report.html").read_text() == "earlier"


def test_a_folder_that_cannot_be_renamed_into_place_puts_the_earlier_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    final = tmp_path / "2026-10"
    final.mkdir()
    (final / "report.html").write_text("earlier")
    replace = os.replace

    def fails_for_new(old: Path, new: Path) -> None:
        if Path(old).parent.name.startswith(".") and Path(old).name == "2026-10":
            raise OSError("input/output error")
        replace(old, new)

    monkeypatch.setattr(os, "replace", fails_for_new)
    with pytest.raises(OSError, match="input/output"), atomic_folder(final) as part:
        (part / "report.html").write_text("new")
    assert (final / "report.html").read_text() == "earlier"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_run_leaves_nothing_at_the_final_path(tmp_path: Path) -> None:
    lines = [
        "import os, signal, sys",
        "from pathlib import Path",
        "from attrition.data.atomic import atomic_file",
        "with atomic_file(Path(sys.argv[1])) as part:",
        "    part.write_text('half')",
        "    os.kill(os.getpid(), signal.SIGKILL)",
    ]
    final = tmp_path / "scores.csv"
    done = subprocess.run([sys.executable, "-c", "\n".join(lines), str(final)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert not final.exists()
    (leftover,) = tmp_path.iterdir()
    os.utime(leftover, (0, 0))
    with atomic_file(final) as part:
        part.write_text("whole")
    assert file_names(tmp_path) == ["scores.csv"]


def test_a_folder_set_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    aside = tmp_path / ".2026-10.part-x" / "replaced"
    aside.mkdir(parents=True)
    (aside / "report.html").write_text("earlier")
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "2026-10"):
        _ = 1 / 0
    assert (tmp_path / "2026-10" / "report.html").read_text() == "earlier"
