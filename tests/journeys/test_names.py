"""Names of agents stand in the HR partner's edition and on the page of one agent, and in no other file or line."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.centres import run
from tests.fixtures.make_workspace import KEPT

MARKS = ("Qiuxiang", "秋香")
"""Parts of the name of every agent, in two scripts."""
FORMS = [mark.encode(encoding) for mark in MARKS for encoding in ("utf-8", "gb18030", "utf-16-le", "unicode_escape")]
BUDGET = ("--budget", "3000")
MONTH = ("--as-of", "2026-10")


def with_names(workspace: Path) -> None:
    """Give every agent a name, and map its column."""
    agents = workspace / "exports" / "agents.csv"
    rows = pd.read_csv(agents, dtype=str)
    rows["姓名"] = [f"{MARKS[number % 2]} Zhao {number}" for number in range(len(rows))]
    rows.to_csv(agents, index=False)
    sources = workspace / "pipelines" / "sources.toml"
    text = sources.read_text(encoding="utf-8")
    mapped = text + '\n[tables.agents.columns]\n"姓名" = "display_name"\n'
    sources.write_text(mapped, encoding="utf-8")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    folder = Path(shutil.copytree(KEPT, tmp_path_factory.mktemp("names") / "workspace"))
    with_names(folder)
    return folder


@pytest.fixture(scope="module")
def agent(workspace: Path) -> str:
    scores = pd.read_parquet(workspace / "runs" / "2026-10-31" / "scores.parquet")
    return str(scores.loc[scores["risk"].notna(), "agent_id"].iloc[0])


@pytest.fixture(scope="module")
def printed(workspace: Path, agent: str) -> str:
    """What a month's commands print, from the tables to one agent's page."""
    commands = (("check",), ("retrain",), ("backtest",), ("monthly", *MONTH), ("plan", *MONTH, *BUDGET))
    return "".join(run(workspace, *words) for words in (*commands, ("explain", agent, *MONTH)))


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
