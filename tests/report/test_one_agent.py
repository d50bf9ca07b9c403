"""One agent's page: all of it, of nobody else, and an error that names no one."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from attrition.errors import UserError
from attrition.predict.survival import survival
from attrition.report.one_agent import OneAgent, one_agent
from attrition.report.pages import agent_page
from attrition.report.products import Products
from attrition.report.words import LANGUAGES


def riskiest(month: Products) -> str:
    scores = month.scores[(month.scores["horizon_months"] == 3) & ~month.scores["abstained"]]
    return str(scores.nlargest(1, "risk")["agent_id"].iloc[0])


@pytest.fixture(scope="module")
def given(month: Products) -> Products:
    row = {"agent_id": riskiest(month), "as_of": pd.Timestamp(month.as_of), "intervention": "career_talk"}
    row |= {"start_date": pd.Timestamp("2026-03-01"), "pilot_id": None, "declined": True}
    return replace(month, treated=pd.DataFrame([row]))


@pytest.fixture(scope="module")
def found(given: Products) -> OneAgent:
    return one_agent(given, survival(given.scores), riskiest(given))


def test_the_topics_and_the_rest_are_the_whole_distance_from_peers(found: OneAgent, month: Products) -> None:
    drivers = month.drivers[month.drivers["agent_id"] == found.agent_id]
    assert sum(row.points for row in found.topics) + found.rest == pytest.approx(drivers["points"].sum())
    assert [abs(row.points) for row in found.topics] == sorted((abs(row.points) for row in found.topics), reverse=True)


def test_every_horizon_and_the_curve_of_staying_are_told(found: OneAgent) -> None:
    assert [row.horizon_months for row in found.estimates] == [1, 3, 6, 12]
    assert len(found.staying) == 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_holds_nobody_else(found: OneAgent, given: Products, lang: str) -> None:
    agents = set(given.groups["agent_id"])
    assert agents & set(re.findall(r"\d{5}", agent_page(found, given, lang))) == {found.agent_id}


def test_what_was_done_is_told_with_its_month_and_that_it_was_declined(found: OneAgent, given: Products) -> None:
    assert "Career talk with a written next step, March 2026 (declined)" in agent_page(found, given, "en")


def test_an_agent_the_model_abstained_from_gets_the_reason_and_no_estimate(month: Products) -> None:
    quiet = month.scores[month.scores["abstained"]]["agent_id"].iloc[0]
    page = agent_page(one_agent(month, survival(month.scores), quiet), month, "en")
    assert "No estimate is given: less than a month in post." in page
    assert "<svg" not in page


def test_an_unknown_agent_is_a_user_s_mistake_and_is_not_named(month: Products) -> None:
    with pytest.raises(UserError, match="300 were") as caught:
        one_agent(month, None, "98765")
    assert "98765" not in str(caught.value)
