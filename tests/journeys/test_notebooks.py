"""Every lesson runs from top to bottom and shows its pictures, and is committed without outputs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.everyday import some_every_day
from tests.house.places import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
FIRST, CONTINUED = NOTEBOOKS[0], NOTEBOOKS[2:]
"""Later lessons go on in the workspace that the first one leaves; the second has its own."""
RUN = some_every_day(NOTEBOOKS, everyday=NOTEBOOKS[1:2])
"""The second needs no other, and calls the most of what is no public interface."""

NO_PAPER = """
import sys
from attrition.report import pdf
pdf.WORKER_COMMAND = [sys.executable, "-c", f"raise SystemExit({pdf.PANGO_MISSING_EXIT_CODE})"]
"""
"""Leaves PDFs out, as on a machine without Pango; the tests of paper have them."""

Run = Callable[[Path], nbformat.NotebookNode]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a lesson, each once, in one temporary folder for all; the first lesson comes before those that need it."""
    folder = tmp_path_factory.mktemp("lessons")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "no_paper.py").write_text(NO_PAPER, encoding="utf-8")

    @cache
    def executed(path: Path) -> nbformat.NotebookNode:
        if path in CONTINUED:
            executed(FIRST)
        lesson = nbformat.read(path, as_version=4)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(folder))
            patch.setenv("IPYTHONDIR", str(folder / "ipython"))
            resources = {"metadata": {"path": str(folder)}}
            NotebookClient(lesson, timeout=300, kernel_name="python3", resources=resources).execute()
        return lesson

    return executed


def outputs(lesson: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in lesson.cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_the_lesson_runs_and_has_a_picture(run: Run, path: Path) -> None:
    assert any("image/png" in output.get("data", {}) for output in outputs(run(path)))


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.stem)
def test_the_lesson_shows_no_messages_of_libraries(run: Run, path: Path) -> None:
    assert [output.text for output in outputs(run(path)) if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_lesson_is_committed_without_outputs(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)


def test_lessons_are_numbered() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{n:02d}_" for n in range(1, len(NOTEBOOKS) + 1)]
