from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from attrition.model.metrics import (
    METRICS,
    LabelledScores,
    auc,
    auc_within_months,
    average_precision,
    brier_skill,
    calibration_error,
    calibration_slope,
    lift,
    mark_flagged,
    mark_interviewed,
    mark_top_5_percent,
    metrics_table,
    observed_over_expected,
    recall,
)


def labelled_scores(label, risk, *, agent=None, month=None, capacity_share=0.5):
    label, risk = np.asarray(label, float), np.asarray(risk, float)
    agent = np.arange(len(label)) if agent is None else np.asarray(agent)
    month = np.zeros(len(label), int) if month is None else np.asarray(month)
    return LabelledScores(label, risk, agent.astype(str), month, capacity_share)


@pytest.fixture(scope="module")
def simulated():
    draw = np.random.default_rng(0)
    risk = np.round(draw.beta(1, 9, 3000), 2)
    label = draw.random(3000) < risk
    return labelled_scores(label, risk, agent=np.arange(3000) // 5, month=np.arange(3000) % 5, capacity_share=0.1)


def test_auc_counts_ordered_pairs_and_half_of_ties():
    # leavers .8 and .4 against stayers .4 and .1: 2 + 1.5 of 4 pairs
    assert auc(labelled_scores([1, 1, 0, 0], [0.8, 0.4, 0.4, 0.1]))[0] == 3.5 / 4


def test_auc_average_precision_and_brier_agree_with_scikit_learn(simulated):
    assert auc(simulated)[0] == pytest.approx(roc_auc_score(simulated.label, simulated.risk))
    assert average_precision(simulated)[0] == pytest.approx(average_precision_score(simulated.label, simulated.risk))
    rate = simulated.label.mean()
    skill = 1 - brier_score_loss(simulated.label, simulated.risk) / (rate * (1 - rate))
    assert brier_skill(simulated)[0] == pytest.approx(skill)


def test_weights_count_like_copies(simulated):
    weight = np.random.default_rng(1).integers(0, 3, (3000, 1))
    copies = np.repeat(np.arange(3000), weight[:, 0])
    copied = labelled_scores(simulated.label[copies], simulated.risk[copies])
    for metric in (auc, average_precision, brier_skill, observed_over_expected):
        assert metric(simulated, weight)[0] == pytest.approx(metric(copied)[0])


def test_lift_and_recall_look_at_the_top_of_each_month():
    month = [1, 1, 2, 2]
    scores = labelled_scores([1, 0, 0, 1], [0.2, 0.1, 0.9, 0.8], month=month)
    assert mark_flagged(scores).tolist() == [1, 0, 1, 0]
    assert recall(scores)[0] == 0.5
    assert lift(scores)[0] == 1.0


def test_rows_that_tie_at_the_edge_share_what_is_left():
    assert mark_flagged(labelled_scores([0, 0, 0, 0], [0.9, 0.5, 0.5, 0.5])).tolist() == pytest.approx(
        [1, 1 / 3, 1 / 3, 1 / 3]
    )


def test_a_constant_risk_has_no_lift_whatever_the_order_of_rows():
    assert lift(labelled_scores([1, 0, 0, 0], [0.1] * 4))[0] == pytest.approx(1.0)


def test_two_seen_of_one_expected_is_two():
    assert observed_over_expected(labelled_scores([1, 1], [0.5, 0.5]))[0] == 2.0


def test_calibration_error_is_the_mean_gap_of_the_bins():
    # two groups of risk .1 and .5, with rates 0 and 1: gaps .1 and .5
    assert calibration_error(labelled_scores([0, 0, 1, 1], [0.1, 0.1, 0.5, 0.5]))[0] == pytest.approx(0.3)


def test_intervals_hold_the_value_and_are_wider_when_an_agents_months_repeat(simulated):
    table = metrics_table(simulated, draws=100).set_index("metric")
    bounded = table.drop("calibration_error")  # a redraw is always a little worse calibrated than the whole
    assert (bounded["low"] <= bounded["value"]).all()
    assert (bounded["value"] <= bounded["high"]).all()
    assert set(table.index) == set(METRICS)
    copies = np.repeat(np.arange(0, 3000, 10), 10)
    month = np.tile(np.arange(10), 300)
    same = labelled_scores(simulated.label[copies], simulated.risk[copies], agent=copies, month=month)
    apart = labelled_scores(simulated.label[copies], simulated.risk[copies], month=month)
    together, alone = (metrics_table(one, draws=100).set_index("metric").loc["auc"] for one in (same, apart))
    assert together["high"] - together["low"] > 2 * (alone["high"] - alone["low"])


def test_the_error_of_the_auc_agrees_with_redraws_of_agents(simulated):
    one_month = labelled_scores(simulated.label, simulated.risk, agent=simulated.agent)
    value, error = auc_within_months(one_month)
    table = metrics_table(one_month, draws=400).set_index("metric").loc["auc"]
    assert value == pytest.approx(table["value"])
    assert error == pytest.approx((table["high"] - table["low"]) / 3.92, rel=0.15)


def test_differences_between_months_are_no_merit_within_months():
    risky_month = labelled_scores([1, 1, 1, 0, 0, 0, 0, 1], [0.9] * 4 + [0.1] * 4, month=[1] * 4 + [2] * 4)
    assert auc(risky_month)[0] == 0.75
    assert auc_within_months(risky_month)[0] == 0.5


def test_without_leavers_nothing_is_claimed():
    assert np.isnan(auc(labelled_scores([0, 0], [0.1, 0.2]))[0])
    assert all(np.isnan(auc_within_months(labelled_scores([0, 0], [0.1, 0.2]))))


def test_the_slope_is_that_of_a_logistic_regression_on_the_log_odds(simulated):
    subset = simulated.risk > 0
    scores = labelled_scores(simulated.label[subset], simulated.risk[subset], agent=simulated.agent[subset])
    margin = logit(scores.risk)
    regression = LogisticRegression(C=np.inf, tol=1e-9).fit(margin[:, None], scores.label)
    assert calibration_slope(scores)[0] == pytest.approx(regression.coef_[0, 0], abs=1e-3)
    weight = np.random.default_rng(1).integers(0, 3, (len(margin), 1))
    weighted_regression = LogisticRegression(C=np.inf, tol=1e-9).fit(
        margin[:, None], scores.label, sample_weight=weight[:, 0]
    )
    assert calibration_slope(scores, weight)[0] == pytest.approx(weighted_regression.coef_[0, 0], abs=1e-3)


def test_as_many_are_talked_to_as_there_are_interviews_in_each_month():
    scores = replace(labelled_scores([1, 0, 0, 1, 1], [0.3, 0.2, 0.1, 0.4, 0.5], month=[1, 1, 1, 2, 2]), talks=1)
    assert mark_interviewed(scores).tolist() == [1, 0, 0, 0, 1]
    assert recall(scores, mark_listed=mark_interviewed)[0] == 2 / 3
    assert mark_interviewed(replace(scores, talks=9)).tolist() == [1] * 5


def test_the_top_twentieth_of_a_month_holds_at_least_one():
    scores = labelled_scores(np.zeros(41), np.arange(41) / 100, month=np.r_[np.zeros(40), 1])
    assert np.flatnonzero(mark_top_5_percent(scores)).tolist() == [38, 39, 40]
