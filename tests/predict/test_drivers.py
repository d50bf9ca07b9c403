from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.drivers import drivers
from tests.predict.linear_risk import FEATURES, LinearRisk, centre, groups

KEYS = ["agent_id", "as_of"]


@pytest.fixture
def frame():
    rng = np.random.default_rng(4)
    return centre(
        60,
        pay_market_ratio=rng.normal(1, 0.05, 60),
        workload_overtime_hours_3m=rng.gamma(2, 5, 60),
        schedule_late_share_3m=rng.uniform(0, 0.2, 60),
        schedule_work_mode=rng.choice(["office", "home"], 60),
    )


@pytest.fixture
def model():
    return LinearRisk(
        {
            "pay_market_ratio": -8.0,
            "workload_overtime_hours_3m": 0.1,
            "schedule_late_share_3m": 3.0,
            "schedule_work_mode": 0.4,
        },
        base=5.0,
    )


def explain(model, frame, **options):
    return drivers(model, frame, features=FEATURES, groups=groups(frame, **options))


def test_contributions_sum_to_the_difference_from_the_mean_log_odds_of_the_peers(model, frame):
    log_odds = model.score(frame).query("horizon_months == 3").set_index("agent_id")["log_odds"]
    peers_mean = (log_odds.sum() - log_odds) / 59
    result = explain(model, frame).groupby("agent_id")["contribution"].sum()
    assert np.abs(result - (log_odds - peers_mean)).max() < 1e-9


def test_points_sum_to_the_difference_from_the_risk_of_a_typical_peer(model, frame):
    table = explain(model, frame)
    risk = model.score(frame).query("horizon_months == 3").set_index("agent_id")["risk"]
    result = table.groupby("agent_id").agg(points=("points", "sum"), peer_risk=("peer_risk", "first"))
    assert np.abs(result["points"] / 100 - (risk - result["peer_risk"])).max() < 1e-9


def test_each_agent_differs_from_two_alike_peers_by_hand():
    frame = centre(3, workload_overtime_hours_3m=[30.0, 10.0, 10.0])
    model = LinearRisk({"workload_overtime_hours_3m": 0.1}, base=-2.0)
    first = explain(model, frame).iloc[0]
    assert first["contribution"] == pytest.approx(2.0)  # 0.1 x (30 - 10)
    assert first["points"] == pytest.approx(100 * (0.7310586 - 0.2689414), abs=1e-4)  # from log-odds -1 to 1
    assert (first["direction"], first["value"], first["peer_value"]) == ("raises", 30.0, 10.0)


def test_equal_agents_have_no_drivers():
    frame = centre(25, workload_overtime_hours_3m=12.0)
    assert explain(LinearRisk({"workload_overtime_hours_3m": 0.1}), frame).empty


def test_an_agent_alone_in_the_month_is_set_against_the_base_of_the_model():
    frame = centre(1, workload_overtime_hours_3m=[20.0])
    row = explain(LinearRisk({"workload_overtime_hours_3m": 0.1}, base=-2.0), frame).iloc[0]
    assert row["contribution"] == pytest.approx(2.0)
    assert row["peer_risk"] == pytest.approx(1 / (1 + np.exp(2.0)))


def test_a_category_tells_its_word_and_the_most_common_one(model, frame):
    rows = explain(model, frame).query("feature == 'schedule_work_mode'").set_index("agent_id")
    assert rows["category"].to_dict() == frame.set_index("agent_id")["schedule_work_mode"].loc[rows.index].to_dict()
    assert rows["peer_category"].nunique() == 1
    assert rows["value"].isna().all()


def test_warning_signs_are_marked_and_have_no_lever(model, frame):
    table = explain(model, frame)
    signs = table[table["is_symptom"]]
    assert set(signs["feature"]) == {"schedule_late_share_3m"}
    assert set(signs["lever"]) == {"none"}
    assert not table.query("family == 'schedule'")["is_symptom"].all()


def test_the_order_of_rows_in_the_groups_is_of_no_account(model, frame):
    options = groups(frame, site=["A"] * 30 + ["B"] * 30)
    straight = drivers(model, frame, features=FEATURES, groups=options)
    shuffled = drivers(model, frame, features=FEATURES, groups=options.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(straight, shuffled)


def test_columns_of_words_are_text_even_where_nobody_has_a_word():
    table = explain(LinearRisk({"workload_overtime_hours_3m": 0.1}), centre(2, workload_overtime_hours_3m=[1.0, 2.0]))
    assert {str(table[name].cat.categories.dtype) for name in ("category", "peer_category")} == {"str"}


def test_only_the_rows_asked_for_are_told_and_the_others_still_count_as_peers(model, frame):
    is_explained = np.arange(len(frame)) < 3
    some = drivers(model, frame, features=FEATURES, groups=groups(frame), is_explained=is_explained)
    everybody = explain(model, frame)
    pd.testing.assert_frame_equal(
        some, everybody[everybody["agent_id"].isin(frame["agent_id"][:3])].reset_index(drop=True)
    )


class Divided(LinearRisk):
    """Two members: they agree that overtime raises the risk, and not on whether pay does."""

    def contributions_by_member(self, frame, *, horizon=None):
        mean, _ = self.contributions(frame)
        for away in (1.5, -1.5):
            yield mean.assign(pay_market_ratio=mean["pay_market_ratio"] * (1 + away))


def test_a_driver_on_whose_sign_the_members_disagree_is_uncertain(frame):
    model = Divided({"pay_market_ratio": -8.0, "workload_overtime_hours_3m": 0.1})
    result = explain(model, frame).groupby("feature")["is_uncertain"].agg(["all", "any"])
    assert result.loc["pay_market_ratio"].tolist() == [True, True]
    assert result.loc["workload_overtime_hours_3m"].tolist() == [False, False]


def test_twins_of_one_fact_are_uncertain_or_sure_together(month):
    table = drivers(month.fitted, month.frame, features=month.features, groups=month.groups)
    assert table.groupby(["agent_id", "topic"])["is_uncertain"].nunique().max() == 1
    assert 0 < table["is_uncertain"].mean() < 1
