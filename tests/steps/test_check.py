"""A check leaves its page and its workbook, whether or not a fault stops."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.data.progress import silent
from attrition.errors import DataError
from attrition.steps.check import check_tables
from tests.data.sites import VALID, write_site
from tests.fixtures.make_workspace import KEPT

ROOT = Path(__file__).parents[2]
BAD_EXITS = "agent_id,exit_date,exit_type\n001,03/04/2025,voluntary\n002,2025-09-30,转岗\n"


def site(folder: Path, exports: dict[str, str | bytes], **declarations: str) -> Path:
    """Write a workspace with the starter's other declarations."""
    workspace = write_site(folder, VALID | exports, **declarations)
    shutil.copy(ROOT / "pipelines" / "check.toml", workspace / "pipelines")
    shutil.copytree(ROOT / "models", workspace / "models")
    return workspace


def test_tables_that_are_refused_leave_the_page_and_the_rows(tmp_path: Path) -> None:
    workspace = site(tmp_path, {"exits": BAD_EXITS})
    with pytest.raises(DataError, match=r"in 2 places; runs/check\.html shows the rows"):
        check_tables(workspace, progress=silent)
    page = (workspace / "runs" / "check.html").read_text(encoding="utf-8")
    assert "Faults that stop it: 2" in page
    assert "转岗" in page
    sheet = openpyxl.load_workbook(workspace / "runs" / "check.xlsx")["1 exits exit_date"]
    assert [cell.value for cell in sheet[6]] == ["exports/exits.csv", 2, "exit_date"]


def test_a_chinese_site_reads_its_page_and_its_faults_in_chinese(tmp_path: Path) -> None:
    workspace = site(tmp_path, {"exits": BAD_EXITS}, site='language = "zh-CN"\n')
    result = CliRunner().invoke(app, ["check", "--workspace", str(workspace)])
    assert result.exit_code == 2
    page = (workspace / "runs" / "check.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN"' in page
    assert "面板数据无法生成" in page


def test_the_terminal_has_one_line_for_each_kind_of_fault(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"exits/exits-{n}.csv": BAD_EXITS for n in range(9)}
    workspace = site(tmp_path, files, exits='path = "exports/exits-*.csv"')
    result = CliRunner().invoke(app, ["check", "--workspace", str(workspace)])
    lines = [line for line in result.output.splitlines() if line.startswith("  exits.")]
    assert len(lines) == 2
    assert lines[0] == "  exits.exit_date: ambiguous date (9 files, 9 rows)"


@pytest.mark.parametrize(("language", "heading"), [("en", "Taken for granted"), ("zh-CN", "默认的假设")])
def test_tables_without_a_fault_that_stops_leave_the_page_too(tmp_path: Path, language: str, heading: str) -> None:
    workspace = tmp_path / "centre"
    for folder in ("exports", "pipelines", "models"):
        shutil.copytree(KEPT / folder, workspace / folder)
    declaration = workspace / "pipelines" / "sources.toml"
    text = declaration.read_text(encoding="utf-8").replace('language = "en"', f'language = "{language}"')
    declaration.write_text(text, encoding="utf-8")
    result = check_tables(workspace, progress=silent)
    assert [product.name for product in result.products] == ["check.html", "check.xlsx", "quality.parquet"]
    assert heading in result.products[0].read_text(encoding="utf-8")
