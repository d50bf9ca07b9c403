"""Papers end to end: a retrain writes them before it decides, stale ones stop a champion, and none names a person."""

from __future__ import annotations

import json
import re
import shutil
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from attrition.cli import app
from attrition.model import aliases
from tests.centres import run, supply_no_protected_attributes


@pytest.fixture(scope="module")
def workspace(with_panel: Path, tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    """A copy of the kept workspace in which papers are required and were written by a retrain."""
    workspace = Path(shutil.copytree(with_panel, tmp_path_factory.mktemp("retrained") / "workspace"))
    supply_no_protected_attributes(workspace)
    run(workspace, "retrain")
    return workspace


def declare(workspace: Path, before: str, after: str) -> None:
    path = workspace / "pipelines" / "papers.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def checks(workspace: Path, version: str) -> dict[str, bool]:
    verdict = json.loads((workspace / "runs" / "retrain" / f"version-{version}.json").read_text(encoding="utf-8"))
    return {check["name"]: check["passed"] for check in verdict["checks"]}


def test_a_retrain_writes_the_papers_of_the_new_version_and_it_becomes_champion(workspace: Path) -> None:
    assert aliases.current_aliases(workspace)["champion"] == "3"
    assert checks(workspace, "3")["papers in force"]
    assert (workspace / "papers" / "3" / "technical.zh.html").exists()


def test_no_paper_names_a_person(workspace: Path) -> None:
    numbers = set(pd.read_parquet(workspace / "runs" / "spells.parquet")["agent_id"])
    outcomes = pd.read_parquet(workspace / "runs" / "outcomes.parquet")
    numbers |= set(outcomes["supervisor_id"].dropna())
    assert len(numbers) > 100
    for page in (workspace / "papers").rglob("*.*"):
        words = set(re.findall(r"\w+", unescape(page.read_text(encoding="utf-8"))))
        assert numbers & words == set(), page.name


def test_a_review_that_is_over_keeps_a_new_version_from_becoming_champion(workspace: Path) -> None:
    declare(workspace, "# review_by = 2027-06-30", "review_by = 2026-01-31")
    printed = run(workspace, "retrain")
    assert aliases.current_aliases(workspace)["champion"] == "3"
    assert aliases.current_aliases(workspace)["challenger"] == "4"
    assert [name for name, passed in checks(workspace, "4").items() if not passed] == ["papers in force"]
    assert "papers in force" in printed


def test_it_is_promoted_by_hand_once_the_papers_are_signed_and_written_again(workspace: Path) -> None:
    words = ["models", "promote", "4", "--by", "Li Na", "--reason", "signed today", "--workspace", str(workspace)]
    refused = CliRunner().invoke(app, words)
    assert (refused.exit_code, "papers in force" in refused.output) == (2, True), refused.output
    declare(workspace, "review_by = 2026-01-31", "review_by = 2999-01-31")
    run(workspace, "papers", "write", "--version", "4", "--lang", "zh")
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert aliases.current_aliases(workspace)["champion"] == "4"


def test_what_people_filled_in_stands_in_the_papers_and_survives(workspace: Path) -> None:
    declare(workspace, 'controller = ""', 'controller = "Foshan Service Ltd, 1 Long Street"')
    for _ in range(2):
        assert "19" in run(workspace, "papers", "write", "--by", "Li Na", "--lang", "en")
    page = (workspace / "papers" / "4" / "record.en.html").read_text(encoding="utf-8")
    assert "Foshan Service Ltd, 1 Long Street" in page
    assert "Prepared for Li Na." in page
    assert 'controller = "Foshan' in (workspace / "pipelines" / "papers.toml").read_text(encoding="utf-8")


def test_without_any_version_there_is_nothing_to_write(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["init", str(tmp_path)])
    result = CliRunner().invoke(app, ["papers", "write", "--workspace", str(tmp_path)])
    assert (result.exit_code, "attrition retrain" in result.output) == (2, True), result.output
