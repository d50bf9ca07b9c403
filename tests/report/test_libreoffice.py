"""LibreOffice opens every workbook and gives back what was written: text, numbers and months as what they are."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from attrition.report.editions import EDITIONS
from attrition.report.figures.month_figures import month_figures
from attrition.report.inputs import ReportInputs
from attrition.report.workbook import write_workbook

OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc-nogui)"),
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),  # the library that reads here knows no solid data bars
]


@pytest.fixture(scope="module")
def folders(inputs: ReportInputs, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Write every workbook, one cell like a formula in it, and save each anew by LibreOffice."""
    ours, theirs = tmp_path_factory.mktemp("ours"), tmp_path_factory.mktemp("theirs")
    figures = month_figures(replace(inputs, quality=inputs.quality.assign(example_columns="=1+1")))
    for edition in EDITIONS:
        write_workbook(figures, ["en", "zh"], edition, ours / f"{edition}.xlsx")
    profile = f"-env:UserInstallation={(theirs / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(theirs)]
    subprocess.run([*command, *map(str, sorted(ours.glob("*.xlsx")))], check=True, capture_output=True, timeout=240)
    return ours, theirs


def cells(path: Path) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(path)
    read = ((sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row)
    return {(title, cell.coordinate): rounded(cell.value) for title, cell in read}


def rounded(value: Any) -> Any:
    return float(f"{value:.12g}") if isinstance(value, float) else value


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_workbook_comes_back_as_it_was_written(folders: tuple[Path, Path], edition: str) -> None:
    written, saved = (cells(folder / f"{edition}.xlsx") for folder in folders)
    written_values = {place: value for place, value in written.items() if value not in (None, "")}
    assert len(written_values) > 50
    assert {place: saved.get(place) for place in written_values} == written_values


def test_a_cell_like_a_formula_is_shown_and_not_computed(folders: tuple[Path, Path]) -> None:
    assert list(cells(folders[1] / "centre.xlsx").values()).count("=1+1") > 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_keeps_its_filter(folders: tuple[Path, Path], edition: str) -> None:
    book = openpyxl.load_workbook(folders[1] / f"{edition}.xlsx")
    for sheet in book.worksheets[1:]:
        assert sheet.tables or sheet.auto_filter.ref
