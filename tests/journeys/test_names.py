"""Names of agents stand in the HR partner's edition and on the page of one agent, and in no other file or line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.kept import MARKS, PRINTED, every_command_ran, some_agent

FORMS = [mark.encode(encoding) for mark in MARKS for encoding in ("utf-8", "gb18030", "utf-16-le", "unicode_escape")]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_command_ran(tmp_path_factory) / "workspace"


@pytest.fixture(scope="module")
def agent(workspace: Path) -> str:
    return some_agent(workspace)


@pytest.fixture(scope="module")
def printed(workspace: Path) -> str:
    """What the commands print, from the tables to one agent's page."""
    return (workspace.parent / PRINTED).read_text(encoding="utf-8")


def contents(path: Path) -> list[bytes]:
    """Return what a file holds, unpacked: of a Parquet file its cells, of a workbook its parts."""
    if path.suffix == ".parquet":
        return [pd.read_parquet(path).to_csv().encode(), path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            return [parts.read(name) for name in parts.namelist()]
    return [path.read_bytes()]


def test_names_stand_in_the_partner_s_edition_and_nowhere_else(workspace: Path, printed: str, agent: str) -> None:
    files = [path for path in workspace.rglob("*") if path.is_file() and "exports" not in path.parts]
    holders = {
        path.relative_to(workspace).as_posix()
        for path in files
        if any(form in content for content in contents(path) for form in FORMS)
    }
    report = "reports/2026-10"
    assert len(files) > 60
    assert holders == {
        *(f"{report}/partner.{lang}.html" for lang in ("en", "zh")),
        *(f"{report}/agents/{agent}.{lang}.html" for lang in ("en", "zh")),
        f"{report}/partner.xlsx",
    }
    assert not any(mark in printed for mark in MARKS)


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # the library that reads here knows no solid data bars
def test_the_name_stands_beside_the_number(workspace: Path, printed: str, agent: str) -> None:
    rows = pd.read_csv(workspace / "exports" / "agents.csv", dtype=str).set_index("agent_id")
    name = rows["姓名"][agent]
    page = (workspace / "reports" / "2026-10" / "agents" / f"{agent}.zh.html").read_text(encoding="utf-8")
    assert f"{agent} {name}" in page
    book = workspace / "reports" / "2026-10" / "partner.xlsx"
    watch = pd.read_excel(book, sheet_name=None, header=3, dtype=str, engine="openpyxl")
    with_a_name = [sheet for sheet in watch.values() if "Name 姓名" in sheet]
    assert len(with_a_name) >= 1
    for sheet in with_a_name:
        assert sheet["Name 姓名"].tolist() == [rows["姓名"][number] for number in sheet.iloc[:, 0]]
