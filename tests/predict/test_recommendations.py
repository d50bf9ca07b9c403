from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.eligibility import InterventionOptions
from attrition.predict.playbook import read_playbook
from attrition.predict.recommendations import COLUMNS, recommendations, watch_list
from tests.predict.example_playbook import NO_EXCLUSIONS, write_playbook
from tests.predict.linear_risk import FEATURES, LinearRisk, centre, groups


@pytest.fixture
def model():
    return LinearRisk({"pay_market_ratio": -20.0}, base=18.0)


@pytest.fixture
def frame():
    return centre(40, pay_market_ratio=np.round(np.linspace(0.80, 1.19, 40), 2))


@pytest.fixture
def playbook(tmp_path):
    return read_playbook(write_playbook(tmp_path), features=FEATURES)


def scores_with_ranks(model, frame):
    table = model.score(frame)
    ranks = table.query("horizon_months == 3").sort_values(["risk", "agent_id"], ascending=[False, True])["agent_id"]
    return table.assign(rank=table["agent_id"].map({agent: position + 1 for position, agent in enumerate(ranks)}))


def recommend(model, frame, playbook, share=0.1):
    settings = {
        "watched": watch_list(scores_with_ranks(model, frame).query("horizon_months == 3"), share)["agent_id"],
        "options": InterventionOptions(playbook, NO_EXCLUSIONS),
        "groups": groups(frame),
    }
    return recommendations(model, frame, **settings)


def test_the_watch_list_is_the_top_share_of_the_ranking(model, frame):
    headline = scores_with_ranks(model, frame).query("horizon_months == 3")
    assert watch_list(headline, 0.1)["agent_id"].tolist() == ["a0000", "a0001", "a0002", "a0003"]


def test_each_watched_agent_is_weighed_against_every_intervention_and_gets_one(model, frame, playbook):
    table = recommend(model, frame, playbook)
    assert list(table.columns) == COLUMNS
    assert table.groupby("agent_id")["intervention"].apply(list).map(len).to_dict() == dict.fromkeys(
        ["a0000", "a0001", "a0002", "a0003"], 3
    )
    assert table.groupby("agent_id")["chosen"].sum().tolist() == [1, 1, 1, 1]


def test_a_capacity_of_two_goes_to_the_two_where_it_saves_most(model, frame, playbook):
    dear = playbook.model_copy(update={"replacement": playbook.replacement.model_copy(update={"training": 100_000.0})})
    table = recommend(model, frame, dear)
    raised = table.query("intervention == 'raise'").sort_values("expected_saving", ascending=False)
    assert raised["chosen"].tolist() == [True, True, False, False]
    assert table.query("chosen and agent_id in @raised.agent_id[2:]")["intervention"].tolist() == ["talk_first"] * 2


def test_saving_is_the_fall_in_twelve_month_risk_times_the_replacement_cost_less_the_cost(model, frame, playbook):
    row = recommend(model, frame, playbook).query("intervention == 'talk_first'").iloc[0]
    before = model.score(frame).query("agent_id == 'a0000' and horizon_months == 12")["risk"].item()
    fall = before - (1 - (1 - before) ** 0.98)
    assert row["cost"] == 60
    assert row["expected_saving"] == pytest.approx(fall * (2000 + 5000 + 5000 * 1.6) - 60)


def test_where_everything_costs_more_than_it_saves_nothing_is_done(frame, playbook):
    calm = LinearRisk({"pay_market_ratio": -0.01}, base=-6.0)
    table = recommend(calm, frame, playbook)
    assert table.query("chosen")["intervention"].tolist() == ["do_nothing"] * 4


def test_risk_after_is_never_above_risk_before(model, frame, playbook):
    result = recommend(model, frame, playbook, share=1.0).query("eligible")
    assert (result["risk_after"] <= result["risk_before"]).all()


def test_what_an_agent_is_not_eligible_for_has_a_reason_and_no_estimates(model, frame, playbook):
    row = recommend(model, frame, playbook, share=1.0).query("agent_id == 'a0039' and intervention == 'raise'").iloc[0]
    assert (row["eligible"], row["ineligible_reason"]) == (False, "pay is at the market")
    assert row[["risk_after", "cost", "expected_saving"]].isna().all()
    assert row["risk_before"] > 0


def test_the_order_of_rows_is_of_no_account(model, frame, playbook):
    shuffled = frame.sample(frac=1, random_state=3)
    straight = recommend(model, frame, playbook)
    pd.testing.assert_frame_equal(straight, recommend(model, shuffled, playbook))


def test_what_an_agent_was_given_of_late_is_not_offered_again(model, frame, playbook):
    exclusions = pd.DataFrame({"agent_id": ["a0000"], "intervention": "raise", "en": "was given it", "zh": "已给予"})
    settings = {
        "watched": watch_list(scores_with_ranks(model, frame).query("horizon_months == 3"), 0.1)["agent_id"],
        "options": InterventionOptions(playbook, exclusions),
        "groups": groups(frame),
    }
    rows = recommendations(model, frame, **settings).query("intervention == 'raise'").set_index("agent_id")
    assert rows.loc["a0000", ["eligible", "ineligible_reason", "ineligible_reason_zh"]].tolist() == [
        False,
        "was given it",
        "已给予",
    ]
    assert rows.loc["a0001", "eligible"]
