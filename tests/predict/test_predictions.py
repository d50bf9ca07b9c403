from __future__ import annotations

import json

from attrition.features.declare import Feature
from attrition.predict.inputs import from_frame, from_records
from attrition.predict.predictions import predictions
from tests.predict.linear_risk import LinearRisk, centre


def as_json_rows(month, rows=60):
    """Return the first rows as a client would send them in JSON, with every digit of every number."""
    names = [feature.name for feature in month.features]
    result = month.frame[names].head(rows).astype(object)
    return json.loads(json.dumps(result.where(result.notna(), None).to_dict(orient="records")))


def test_plain_json_gets_the_same_risk_as_the_panel_bit_for_bit(month):
    table = predictions(month.fitted, from_records(as_json_rows(month), month.fitted.features), version="7")
    risks = month.fitted.score(month.frame.head(60)).pivot(index="agent_id", columns="horizon_months", values="risk")
    expected = risks.loc[month.frame["agent_id"].head(60)]
    for horizon in (1, 3, 6):
        assert table[f"risk_{horizon}m"].tolist() == expected[horizon].tolist()


def test_a_row_is_answered_with_risks_band_drivers_and_version(month):
    table = predictions(month.fitted, from_records(as_json_rows(month, 1), month.fitted.features), version="7")
    assert list(table.columns) == ["risk_1m", "risk_3m", "risk_6m", "band", "drivers", "model_version"]
    assert table["band"].iloc[0] == month.fitted.band(table["risk_3m"].iloc[0])
    assert table["model_version"].tolist() == ["7"]


def test_the_three_strongest_drivers_are_told_in_the_words_of_their_features(month):
    table = predictions(month.fitted, from_frame(month.frame.head(5), month.fitted.features), version="7")
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
    table = predictions(month.fitted, from_records(rows, month.fitted.features), version="7")
    assert table["risk_3m"].iloc[0] == table["risk_3m"].iloc[1]


def test_a_field_that_is_left_out_is_missing(month):
    row = as_json_rows(month, 1)[0]
    without = {name: value for name, value in row.items() if name != "pay_market_ratio"}
    rows = [without, {**row, "pay_market_ratio": None}]
    table = predictions(month.fitted, from_records(rows, month.fitted.features), version="7")
    assert table["risk_3m"].iloc[0] == table["risk_3m"].iloc[1]


def test_a_feature_and_its_comparison_with_peers_are_one_fact():
    model = LinearRisk({"pay_market_ratio": -1.0, "pay_market_ratio_vs_peers": -2.0, "tenure_months": 0.01})
    frame = centre(1, pay_market_ratio=[0.9], pay_market_ratio_vs_peers=[-0.1], tenure_months=[5.0])
    result = json.loads(predictions(model, frame, version="7")["drivers"].iloc[0])
    assert [(one["feature"], one["log_odds"]) for one in result] == [
        ("pay_market_ratio", -0.7),
        ("tenure_months", 0.05),
    ]


def test_windows_and_counts_of_one_topic_are_one_fact_told_by_what_says_most_in_its_direction():
    model = LinearRisk({"career_talks_6m": -1.0, "career_talks_12m": -0.25, "career_since_talk_days": 0.002})
    model.features = [
        Feature(name=name, family="career", lever="career_path", en=name, zh="", unit="count", topic="career_talks")
        for name in model.weights
    ]
    frame = centre(1, career_talks_6m=[1.0], career_talks_12m=[2.0], career_since_talk_days=[100.0])
    result = json.loads(predictions(model, frame, version="7")["drivers"].iloc[0])
    assert [(one["feature"], one["log_odds"], one["direction"]) for one in result] == [
        ("career_talks_6m", -1.3, "lowers")
    ]
