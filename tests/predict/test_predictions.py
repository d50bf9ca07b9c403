from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrition.features.declare import Feature
from attrition.model.abstention import GONE, MISSING_INPUTS, NEW_SITE, STOPPED_SOURCE
from attrition.model.encode import Encoding
from attrition.predict.inputs import from_frame, from_records
from attrition.predict.largest_topics import largest_topics
from attrition.predict.predictions import predictions
from tests.predict.linear_risk import PAY, PAY_PEERS, TENURE

KNOWN = {"site": "Foshan", "is_gone": False, "sources": "running"}
"""What a row must say besides its features so that it can be judged whether the model abstains."""


def predict(month, rows, *, fitted=None, **options):
    fitted = fitted or month.fitted
    return pd.DataFrame(predictions(fitted, from_records(rows, fitted.encoding), version="7", **options))


def as_json_rows(month, rows=60):
    """Return the first rows as a client would send them in JSON, with every digit of every number."""
    names = [feature.name for feature in month.features]
    result = month.frame[names].head(rows).astype(object)
    return json.loads(json.dumps(result.where(result.notna(), None).to_dict(orient="records")))


def test_plain_json_gets_the_same_risk_as_the_panel_bit_for_bit(month):
    table = predict(month, as_json_rows(month))
    risks = month.fitted.score(month.frame.head(60)).pivot(index="agent_id", columns="horizon_months", values="risk")
    expected = risks.loc[month.frame["agent_id"].head(60)]
    for horizon in (1, 3, 6):
        assert table[f"risk_{horizon}m"].tolist() == expected[horizon].tolist()


def test_a_row_is_answered_with_risks_band_drivers_and_version(month):
    table = predict(month, [as_json_rows(month, 1)[0] | KNOWN])
    risks = ["risk_1m", "risk_3m", "risk_6m"]
    assert list(table.columns) == [*risks, "band", "drivers", "model_version", "abstained", "abstain_reason"]
    assert table["band"].iloc[0] == month.fitted.band(table["risk_3m"].iloc[0])
    assert table["model_version"].tolist() == ["7"]


def test_the_three_strongest_drivers_are_told_in_the_words_of_their_features(month):
    inputs = from_frame(month.frame.head(5), month.fitted.encoding)
    table = predictions(month.fitted, inputs, version="7")
    parts, _ = month.fitted.contributions(month.frame.head(5))
    topic_of = {feature.name: feature.topic for feature in month.features}
    topics = parts.T.groupby([topic_of[name] for name in parts.columns]).sum().T
    for position, text in enumerate(table["drivers"]):
        result = json.loads(text)
        assert [topic_of[one["feature"]] for one in result] == topics.iloc[position].abs().nlargest(3).index.tolist()
        assert {one["says"] for one in result} <= {feature.en for feature in month.features}


def test_an_unknown_word_is_a_missing_word(month):
    rows = as_json_rows(month, 2)
    rows[0]["schedule_work_mode"], rows[1] = "on the moon", {**rows[0], "schedule_work_mode": None}
    table = predict(month, rows)
    assert table["risk_3m"].iloc[0] == table["risk_3m"].iloc[1]


def test_a_field_that_is_left_out_is_missing(month):
    row = as_json_rows(month, 1)[0]
    without = {name: value for name, value in row.items() if name != "pay_market_ratio"}
    rows = [without, {**row, "pay_market_ratio": None}]
    table = predict(month, rows)
    assert table["risk_3m"].iloc[0] == table["risk_3m"].iloc[1]


def test_a_feature_and_its_comparison_with_peers_are_one_fact():
    encoding = Encoding((PAY, PAY_PEERS, TENURE), {})
    (result,) = map(json.loads, largest_topics(encoding, np.array([[-0.9, 0.2, 0.05]])))
    assert [(one["feature"], one["log_odds"]) for one in result] == [
        ("pay_market_ratio", -0.7),
        ("tenure_months", 0.05),
    ]


def test_windows_and_counts_of_one_topic_are_one_fact_told_by_what_says_most_in_its_direction():
    names = ("career_talks_6m", "career_talks_12m", "career_since_talk_days")
    features = [
        Feature(name=name, family="career", lever="career_path", en=name, zh="", unit="count", topic="career_talks")
        for name in names
    ]
    (result,) = map(json.loads, largest_topics(Encoding(tuple(features), {}), np.array([[-1.0, -0.5, 0.2]])))
    assert [(one["feature"], one["log_odds"], one["direction"]) for one in result] == [
        ("career_talks_6m", -1.3, "lowers")
    ]


def test_a_row_has_the_same_drivers_alone_and_among_others(month):
    rows = as_json_rows(month)
    together = predict(month, rows)["drivers"].tolist()
    assert [predict(month, [row])["drivers"].iloc[0] for row in rows] == together


def test_without_drivers_the_rest_is_the_same(month):
    rows = as_json_rows(month, 5)
    bare = predict(month, rows, with_drivers=False)
    assert bare["drivers"].tolist() == [None] * 5
    pd.testing.assert_frame_equal(bare.drop(columns="drivers"), predict(month, rows).drop(columns="drivers"))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"site": "a new one"}, NEW_SITE),
        ({"is_gone": True}, GONE),
        ({"site": "a new one", "is_gone": True}, GONE),
    ],
)
def test_a_row_whose_circumstances_speak_against_it_has_the_reason_and_no_band(month, facts, reason):
    fitted = replace(month.fitted, training_sites=("Foshan", "Wuhan"))
    result = predict(month, [as_json_rows(month, 1)[0] | KNOWN | facts], fitted=fitted).iloc[0]
    assert (result["abstained"], result["abstain_reason"], result["band"]) == (True, reason, None)
    assert result["risk_3m"] > 0


def test_too_many_missing_inputs_are_a_reason_whatever_else_is_known(month):
    result = predict(month, [{}]).iloc[0]
    assert (result["abstained"], result["abstain_reason"], result["band"]) == (True, MISSING_INPUTS, None)


@pytest.mark.parametrize("field", KNOWN)
def test_without_one_of_the_facts_abstention_cannot_be_judged_and_no_band_is_named(month, field):
    fitted = replace(month.fitted, training_sites=("Foshan",))
    row = as_json_rows(month, 1)[0] | {name: value for name, value in KNOWN.items() if name != field}
    result = predict(month, [row], fitted=fitted).iloc[0]
    assert (result["abstained"], result["band"]) == (None, None)
    assert result["abstain_reason"] == f"cannot be judged without {field}"


def test_a_model_that_does_not_name_its_sites_says_so(month):
    fitted = replace(month.fitted, training_sites=None)
    result = predict(month, [as_json_rows(month, 1)[0] | KNOWN], fitted=fitted).iloc[0]
    assert result["abstain_reason"].startswith("cannot be judged without a retrained model")


def test_a_stopped_source_is_seen_in_a_whole_month_and_not_in_some_of_its_rows(month):
    largest = month.fitted.gain_shares().index[:4]
    rows = [{**row, **dict.fromkeys(largest)} | KNOWN for row in as_json_rows(month, 30)]
    whole = predict(month, [row | {"sources": "whole_month"} for row in rows])
    assert STOPPED_SOURCE in set(whole["abstain_reason"])
    two_months = [
        row | {"sources": "whole_month", "as_of": f"2026-{1 + number % 2}"} for number, row in enumerate(rows)
    ]
    assert STOPPED_SOURCE not in set(predict(month, two_months)["abstain_reason"])  # fifteen agents each: too few
    assert STOPPED_SOURCE not in set(predict(month, rows)["abstain_reason"])
