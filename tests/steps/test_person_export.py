"""A person gets everything that is held about them, in words, and nothing of anybody else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from attrition import pipeline
from attrition.data.progress import silent
from attrition.ledger.persons import find_person
from attrition.steps.person_held import models_that_learnt, tables_about
from attrition.steps.person_request import PersonRequest
from tests.kept import copy_with_month
from tests.people_search import find_people, people_of

OCTOBER = date(2026, 10, 31)
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, no_pdf_in_module: None) -> Path:
    return copy_with_month(tmp_path_factory)


@pytest.fixture(scope="module")
def agent(workspace: Path) -> str:
    scores = pd.read_parquet(workspace / "runs" / f"{OCTOBER}" / "scores.parquet")
    return str(scores.loc[scores["rank"] == 1, "agent_id"].iloc[0])


@pytest.fixture(scope="module")
def folder(workspace: Path, agent: str) -> Path:
    pipeline.explain(workspace, agent, OCTOBER, langs=["en"], progress=silent)
    page, _ = pipeline.export_person(workspace, PersonRequest(agent, NOW, "Li Na", "their letter"), progress=silent)
    return page.parent


def test_it_holds_nobody_else(workspace: Path, agent: str, folder: Path) -> None:
    others = people_of(workspace / "exports") - {agent}
    assert find_people(folder, [number for number in others if len(number) > 4]) == {}


def test_every_row_of_theirs_is_in_it(workspace: Path, agent: str, folder: Path) -> None:
    tables = json.loads((folder / "person.json").read_text(encoding="utf-8"))["tables"]
    panel = pd.read_parquet(workspace / "runs" / "panel.parquet")
    assert len(tables["runs/panel.parquet"]) == (panel["agent_id"] == agent).sum()
    assert {"runs/spells.parquet", "runs/audit.parquet", "runs/2026-10-31/scores.parquet"} <= set(tables)


def test_columns_that_name_others_are_left_out(workspace: Path, agent: str) -> None:
    outcomes = tables_about(workspace, find_person(workspace, agent))["runs/outcomes.parquet"]
    assert "supervisor_id" in pd.read_parquet(workspace / "runs" / "outcomes.parquet")
    assert "supervisor_id" not in outcomes


def test_features_are_in_words_of_both_languages(folder: Path) -> None:
    words = json.loads((folder / "person.json").read_text(encoding="utf-8"))["words"]
    assert words["pay_base_amount"] == {"en": "base pay per month", "zh": "月基本工资", "unit": "money"}


def test_the_page_says_how_each_score_came_about_and_who_may_ask_what(folder: Path) -> None:
    page = (folder / "person.html").read_text(encoding="utf-8")
    assert "Base pay per month" in page
    assert 'href="explanation-2026-10.html"' in page
    assert "Version 2, fitted to data up to 2026-10-31" in page
    assert "Very high" in (folder / "explanation-2026-10.html").read_text(encoding="utf-8")


def test_looks_at_them_are_in_it_with_the_reason_but_not_who_looked(folder: Path) -> None:
    record = json.loads((folder / "person.json").read_text(encoding="utf-8"))["record"]
    assert [entry["action"] for entry in record] == ["explain", "person export"]
    assert record[1]["why"] == "their letter"
    assert not {"user", "by"} & {key for entry in record for key in entry}


def test_months_whose_label_was_not_known_at_the_fit_taught_nothing(workspace: Path, agent: str) -> None:
    person = find_person(workspace, agent)
    months = tables_about(workspace, person)["runs/panel.parquet"]["as_of"]
    champion = next(model for model in models_that_learnt(workspace, person) if model.version == "2")
    assert champion.months == (pd.to_datetime(months) < pd.Timestamp("2026-10-31")).sum()
