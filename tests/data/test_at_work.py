"""One command writes in a workspace, any number read, and nothing of the dead stays."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from attrition.data import swap
from attrition.data.at_work import at_work, reading, writing
from attrition.data.atomic import atomic_file
from attrition.data.swap import one_swap
from attrition.errors import Busy
from tests.processes import at_work_elsewhere


def test_two_that_write_are_told_apart(tmp_path: Path) -> None:
    with (
        at_work_elsewhere(tmp_path, "writing", "retrain") as process,
        pytest.raises(Busy, match=f"`attrition retrain` has been at work .* \\(process {process.pid} on "),
        writing(tmp_path, "monthly"),
    ):
        pass
    with writing(tmp_path, "monthly"):  # the other was killed
        pass


def test_a_command_may_call_another_that_writes(tmp_path: Path) -> None:
    with writing(tmp_path, "demo"), writing(tmp_path, "panel"), reading(tmp_path):
        pass


def test_readers_do_not_wait_for_one_that_writes_nor_for_each_other(tmp_path: Path) -> None:
    with (
        at_work_elsewhere(tmp_path, "writing", "retrain"),
        at_work_elsewhere(tmp_path, "reading"),
        at_work(tmp_path),
        reading(tmp_path),
    ):
        pass


def test_products_are_put_in_place_when_the_last_reader_has_ended(tmp_path: Path) -> None:
    with at_work_elsewhere(tmp_path, "reading") as process:
        ending = threading.Timer(0.5, process.kill)
        with one_swap(tmp_path), atomic_file(tmp_path / "product") as path:
            path.write_text("new")
            ending.start()
        assert process.poll() is not None or process.wait(10) < 0
    assert (tmp_path / "product").read_text() == "new"


def test_a_reader_that_does_not_end_is_said_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "WAIT_SECONDS", 0.2)
    (tmp_path / "product").write_text("old")
    with (
        at_work_elsewhere(tmp_path, "reading"),
        pytest.raises(Busy, match="nothing was changed"),
        one_swap(tmp_path),
        atomic_file(tmp_path / "product") as path,
    ):
        path.write_text("new")
    assert (tmp_path / "product").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == [".attrition", "product"]


def test_folders_of_the_dead_go_and_those_of_the_living_stay(tmp_path: Path) -> None:
    with at_work_elsewhere(tmp_path, "writing", "retrain"):
        with at_work(tmp_path):
            living = [path.name for path in (tmp_path / ".attrition").glob("spilt-*")]
        assert len(living) == 2
    with at_work(tmp_path):
        (own,) = [path.name for path in (tmp_path / ".attrition").glob("spilt-*")]
    assert own not in living
