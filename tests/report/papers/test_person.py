"""The explanation for one person says what counted in plain words, and holds nothing about anybody else."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.people.protection import Mode
from attrition.data.terms import LANGUAGES
from attrition.report.agent_report import AgentReport, agent_report
from attrition.report.inputs import ReportInputs
from attrition.report.papers.declaration import Answers, PapersJob
from attrition.report.papers.person import person_paper

JOB = PapersJob(valid_months=12, answers=Answers(rights_contact="the ombudsperson"))


@pytest.fixture(scope="module")
def agent(inputs: ReportInputs) -> AgentReport:
    scores = inputs.headline_scores
    drivers = inputs.headline_drivers
    first = scores.loc[~scores["abstained"] & scores["agent_id"].isin(drivers["agent_id"]), "agent_id"].iloc[0]
    return agent_report(inputs, None, first)


def words(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_else_is_named(agent: AgentReport, inputs: ReportInputs, lang: str) -> None:
    page = words(person_paper(agent.agent_id, agent, inputs, JOB, lang, mode="individual"))
    others = set(inputs.scores["agent_id"]) - {agent.agent_id}
    assert agent.agent_id in page
    assert others & set(re.findall(r"\w+", page)) == set()


def test_what_peers_have_is_left_out(agent: AgentReport, inputs: ReportInputs) -> None:
    page = words(person_paper(agent.agent_id, agent, inputs, JOB, "en", mode="individual"))
    assert "They raised the estimate" in page
    assert "peers" not in page


@pytest.mark.parametrize(("mode", "has_figures"), [("individual", True), ("banded", False)])
def test_figures_stand_there_only_where_they_may_be_known(
    agent: AgentReport, inputs: ReportInputs, mode: Mode, has_figures: bool
) -> None:
    page = words(person_paper(agent.agent_id, agent, inputs, JOB, "en", mode=mode))
    assert bool(re.search(r"\d+ to \d+%", page)) == has_figures


def test_in_a_centre_of_groups_only_nothing_was_estimated(agent: AgentReport, inputs: ReportInputs) -> None:
    page = words(person_paper(agent.agent_id, None, inputs, JOB, "en", mode="group_only"))
    assert "Nothing about you." in page
    assert "No fact of yours" in page
    assert not re.search(r"\d+ to \d+%", page)


def test_it_says_where_to_turn_to(agent: AgentReport, inputs: ReportInputs) -> None:
    page = words(person_paper(agent.agent_id, agent, inputs, JOB, "en", mode="individual"))
    assert "Where to turn to: the ombudsperson" in page


def test_the_page_is_written_beside_the_agent_s_others(with_panel: Path) -> None:
    from attrition.steps.person_paper import write_person_paper

    scores = pd.read_parquet(with_panel / "runs" / "2026-10-31" / "scores.parquet")
    agent_id = str(scores.loc[scores["risk"].notna(), "agent_id"].iloc[0])
    [page] = write_person_paper(with_panel, agent_id, pd.Timestamp("2026-10-31").date(), langs=("zh",))
    assert page.relative_to(with_panel).as_posix() == f"reports/2026-10/agents/{agent_id}.explanation.zh.html"
    assert agent_id in page.read_text(encoding="utf-8")
