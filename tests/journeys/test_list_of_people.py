"""Who brings one row per person gets what that allows, and hears what it does not."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from tests.house.places import REPOSITORY

PUBLIC = REPOSITORY.parent / "shared" / "data" / "one_row_per_person"
public = pytest.mark.skipif(not PUBLIC.exists(), reason=f"the public files are not at {PUBLIC}")


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def people(count: int = 400) -> str:
    """Return a list of people with a hire every other day, of whom a third leaves; one number is broken."""
    draw, lines = random.Random(1), ["工号,入职日期,离职日期,部门,薪资,上级"]
    for number in range(count):
        hired = date(2023, 1, 1) + timedelta(days=number * 2)
        left = hired + timedelta(days=draw.randint(100, 500)) if draw.random() < 0.4 else None
        unit = "小组" if number < 4 else f"部门{number % 2}"
        left = left if left is not None and left < date(2025, 6, 30) else None
        agent = "6.00E+05" if number == 7 else f"{number:05}"
        lines.append(f"{agent},{hired},{left or ''},{unit},5000,某某")
    return "\n".join(lines) + "\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "名单.csv").write_text(people(), encoding="utf-8")
    code, _ = run("init", str(tmp_path / "centre"), "--data", str(tmp_path / "名单.csv"))
    assert code == 0
    return tmp_path / "centre"


def test_check_and_panel_refuse_it_and_name_the_command_that_works(workspace: Path):
    for command in ("check", "panel", "backtest", "retrain"):
        code, output = run(command, "-w", str(workspace))
        assert code == 2
        assert "`attrition life-table` makes what these tables allow" in output
        assert 'facts of the day of export, dated at hire by "入职日期"' in output


def test_hires_and_exits_without_a_history_end_with_the_same_command(workspace: Path):
    declaration = workspace / "pipelines" / "sources.toml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text[: text.index("[tables.assignments]")], encoding="utf-8")
    code, output = run("check", "-w", str(workspace))
    assert code == 2
    assert "hires and exits, and no history in between" in output
    assert run("life-table", "-w", str(workspace))[0] == 0


def test_the_life_table_shows_groups_and_no_person(workspace: Path):
    code, _ = run("life-table", "-w", str(workspace))
    assert code == 0
    page = (workspace / "runs" / "life_table.html").read_text(encoding="utf-8")
    assert "人员留存多久" in page
    assert "部门1" in page
    assert "不足 10 人的群体" in page
    assert not {"小组", "某某", "6.00E+05", "00012"} & set(page.replace("<", ">").split(">"))
    book = openpyxl.load_workbook(workspace / "runs" / "life_table.xlsx")
    assert {cell.value for cell in book["按部门"]["A"][1:]} <= {"部门0", "部门1"}


def test_the_page_names_what_today_s_facts_would_do(workspace: Path):
    run("life-table", "-w", str(workspace))
    page = (workspace / "runs" / "life_table.html").read_text(encoding="utf-8")
    assert "只有留下的人才等得到调薪" in page
    assert "此前的上级文件中没有" in page


def test_a_file_without_dates_is_refused_with_what_to_ask_for(tmp_path: Path):
    (tmp_path / "hr.csv").write_text("satisfaction,left\n0.4,1\n0.8,0\n", encoding="utf-8")
    code, output = run("init", str(tmp_path / "centre"), "--data", str(tmp_path / "hr.csv"))
    assert code == 2
    assert "Ask HR for three columns" in output
    assert not (tmp_path / "centre").exists()


def test_a_folder_with_nothing_but_such_a_file_is_refused_alike(tmp_path: Path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "hr.csv").write_text("satisfaction,left\n0.4,1\n0.8,0\n", encoding="utf-8")
    code, output = run("init", str(tmp_path / "centre"), "--data", str(tmp_path / "exports"))
    assert code == 2
    assert "Ask HR for three columns" in output


@public
@pytest.mark.parametrize(("name", "employments"), [("retention", "24,591"), ("HRDataset_v14", "311")])
def test_public_files_get_their_life_table_as_they_are(tmp_path: Path, name: str, employments: str):
    run("init", str(tmp_path / "centre"), "--data", str(PUBLIC / f"{name}.csv"))
    code, _ = run("life-table", "-w", str(tmp_path / "centre"))
    assert code == 0
    page = (tmp_path / "centre" / "runs" / "life_table.html").read_text(encoding="utf-8")
    assert f"{employments} employments" in page
    assert ("Hardly anybody in it left within three months" in page) == (name == "retention")


@public
@pytest.mark.parametrize("name", ["ibm_hr_attrition", "HR_comma_sep"])
def test_public_files_without_dates_are_refused(tmp_path: Path, name: str):
    code, output = run("init", str(tmp_path / "centre"), "--data", str(PUBLIC / f"{name}.csv"))
    assert code == 2
    assert "one row per person, and no column for" in output
