"""One agent's page: all of it, of nobody else, and an error that names nobody but the one who is meant."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from attrition.data.terms import LANGUAGES
from attrition.errors import UserError
from attrition.predict.intervention_effects import NOT_TOLD_APART
from attrition.predict.survival import survival
from attrition.report.agent_report import AgentReport, agent_report
from attrition.report.inputs import ReportInputs
from attrition.report.pages import agent_page


def riskiest(inputs: ReportInputs) -> str:
    scores = inputs.scores[(inputs.scores["horizon_months"] == 3) & ~inputs.scores["abstained"]]
    return str(scores.nlargest(1, "risk")["agent_id"].iloc[0])


@pytest.fixture(scope="module")
def inputs(inputs: ReportInputs) -> ReportInputs:
    row = {"agent_id": riskiest(inputs), "as_of": pd.Timestamp(inputs.as_of), "intervention": "career_talk"}
    row |= {"start_date": pd.Timestamp("2026-03-01"), "pilot_id": None, "declined": True}
    return replace(inputs, recent_interventions=pd.DataFrame([row]))


@pytest.fixture(scope="module")
def report(inputs: ReportInputs) -> AgentReport:
    return agent_report(inputs, survival(inputs.scores), riskiest(inputs))


def test_the_topics_and_the_rest_are_the_whole_distance_from_peers(report: AgentReport, inputs: ReportInputs) -> None:
    drivers = inputs.drivers[inputs.drivers["agent_id"] == report.agent_id]
    assert sum(row.points for row in report.topics) + report.other_topics == pytest.approx(drivers["points"].sum())
    assert [abs(row.points) for row in report.topics] == sorted(
        (abs(row.points) for row in report.topics), reverse=True
    )


def test_every_horizon_and_the_curve_of_staying_are_shown(report: AgentReport) -> None:
    assert [row.horizon_months for row in report.estimates] == [1, 3, 6, 12]
    assert len(report.survival) == 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_holds_nobody_else(report: AgentReport, inputs: ReportInputs, lang: str) -> None:
    agents = set(inputs.groups["agent_id"])
    assert agents & set(re.findall(r"\d{5}", agent_page(report, inputs, lang))) == {report.agent_id}


def test_a_received_intervention_is_shown_with_its_month_and_that_it_was_declined(
    report: AgentReport, inputs: ReportInputs
) -> None:
    assert "Career talk with a written next step, March 2026 (declined)" in agent_page(report, inputs, "en")


def test_an_agent_the_model_abstained_from_gets_the_reason_and_no_estimate(inputs: ReportInputs) -> None:
    quiet = inputs.scores[inputs.scores["abstained"]]["agent_id"].iloc[0]
    page = agent_page(agent_report(inputs, survival(inputs.scores), quiet), inputs, "en")
    assert "No estimate is given: less than a month in post." in page
    assert "<svg" not in page


def test_an_unknown_agent_is_a_user_s_mistake_and_is_not_named(inputs: ReportInputs) -> None:
    with pytest.raises(UserError, match="300 were") as caught:
        agent_report(inputs, None, "98765")
    assert "98765" not in str(caught.value)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "the part of career cannot be told apart"), ("zh", "职业发展这一部分无法")]
)
def test_families_that_cannot_be_told_apart_are_named_above_the_drivers(
    inputs: ReportInputs, lang: str, words: str
) -> None:
    marked = replace(inputs, drivers=inputs.drivers.assign(is_indistinct=inputs.drivers["family"] == "career"))
    agent = riskiest(inputs)
    assert words in agent_page(agent_report(marked, None, agent), marked, lang)
    assert words not in agent_page(agent_report(inputs, None, agent), inputs, lang)


def test_an_offer_that_rests_on_such_a_family_says_so(inputs: ReportInputs) -> None:
    marked = replace(inputs, recommendations=inputs.recommendations.assign(basis=NOT_TOLD_APART))
    page = agent_page(agent_report(marked, None, riskiest(inputs)), marked, "en")
    assert "nothing here speaks for this step over another" in page


def test_a_number_without_its_zeros_is_answered_with_the_number_meant_and_no_other(inputs: ReportInputs) -> None:
    agent = riskiest(inputs)
    with pytest.raises(UserError, match=rf"\(did you mean {agent}\?\); \d+ were") as refusal:
        agent_report(inputs, None, agent.lstrip("0"))
    others = set(inputs.scores["agent_id"]) - {agent}
    assert not any(other in str(refusal.value) for other in others)


def test_the_name_stands_on_the_page_where_the_site_maps_it(inputs: ReportInputs) -> None:
    agent = riskiest(inputs)
    named = agent_report(replace(inputs, names={agent: "<Li> Na"}), None, agent)
    assert f"{agent} &lt;Li&gt; Na" in agent_page(named, inputs, "en")
