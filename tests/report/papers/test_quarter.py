"""The quarterly report holds what was run in its quarter, in groups that are large enough, and nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.terms import LANGUAGES
from attrition.errors import UserError
from attrition.report.papers.facts import PaperFacts
from attrition.report.papers.quarter import Quarter, quarter_paper
from attrition.steps.quarter import days_of_quarter, gather_quarter


@pytest.fixture(scope="module")
def quarter(with_panel: Path) -> Quarter:
    return gather_quarter(with_panel, "Foshan", *days_of_quarter("2026-Q4"))


def words(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_months_are_those_that_were_scored_in_it(with_panel: Path, quarter: Quarter) -> None:
    scores = pd.read_parquet(with_panel / "runs" / "2026-10-31" / "scores.parquet")
    [row] = quarter.months.to_dict("records")
    assert (row["as_of"], row["agents"]) == (date(2026, 10, 31), scores["agent_id"].nunique())
    assert gather_quarter(with_panel, "Foshan", *days_of_quarter("2026-Q3")).months.empty


def test_decisions_stand_there_without_who_made_them(quarter: Quarter, facts: PaperFacts) -> None:
    assert list(quarter.decisions["version"]) == ["1", "2"]
    assert "attrition retrain" not in words(quarter_paper(quarter, facts, "en"))


@pytest.mark.parametrize(
    ("offers", "shown"),
    [
        ({"a": 12, "b": 3}, ["a 12", "other kinds together too few to show"]),
        ({"a": 12, "b": 6, "c": 5}, ["a 12", "other kinds together 11"]),
        ({}, ["None."]),
    ],
)
def test_kinds_that_few_received_are_counted_together(
    quarter: Quarter, facts: PaperFacts, offers: dict[str, int], shown: list[str]
) -> None:
    page = words(quarter_paper(replace(quarter, offers=offers), facts, "en"))
    assert [line for line in shown if line not in page] == []
    assert " b 3 " not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_names_nobody(with_panel: Path, quarter: Quarter, facts: PaperFacts, lang: str) -> None:
    numbers = set(pd.read_parquet(with_panel / "runs" / "spells.parquet")["agent_id"])
    assert numbers & set(re.findall(r"\w+", words(quarter_paper(quarter, facts, lang)))) == set()


def test_what_is_not_in_use_is_said(quarter: Quarter, facts: PaperFacts) -> None:
    page = words(quarter_paper(replace(quarter, record=None), facts, "en"))
    assert page.count("No audit log is in use") == 2
    assert "Nothing is watched yet" in page


def test_views_and_requests_are_counted_by_command(quarter: Quarter, facts: PaperFacts) -> None:
    page = words(quarter_paper(replace(quarter, record={"explain": 7, "person erase": 2}), facts, "en"))
    assert "explain 7" in page
    assert "person erase 2" in page
    assert "what-if 0" in page


def test_a_name_that_is_no_quarter_is_refused() -> None:
    with pytest.raises(UserError, match="2026-Q3"):
        days_of_quarter("2026-05")
