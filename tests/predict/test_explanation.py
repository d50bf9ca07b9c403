"""On a real model: an explanation holds the exact contributions, as SHAP computes them, in the form its plots need."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.special import logit

from attrition.errors import MissingExtra
from attrition.predict.explanation import explanation

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore:LightGBM binary"
)


@pytest.fixture(scope="module")
def shap():
    return pytest.importorskip("shap", reason="the extra explain is not installed")


def test_values_and_base_sum_to_the_log_odds_of_the_score(shap, month):
    explained = explanation(month.fitted, month.frame)
    log_odds = month.fitted.score(month.frame).query("horizon_months == 3")["log_odds"].to_numpy()
    assert isinstance(explained, shap.Explanation)
    assert np.abs(explained.values.sum(axis=1) + explained.base_values - log_odds).max() < 1e-9


@pytest.mark.parametrize("horizon", [1, 6])
def test_another_horizon_sums_to_its_log_odds_before_they_are_bounded_by_the_headline(shap, month, horizon):
    explained = explanation(month.fitted, month.frame, horizon=horizon)
    scores = month.fitted.score(month.frame).set_index(["agent_id", "horizon_months"])["risk"].unstack()
    risk, headline = (scores.loc[month.frame["agent_id"], name].to_numpy() for name in (horizon, 3))
    is_bounded = np.isclose(risk, headline, atol=1e-15)
    assert not is_bounded.all()
    sums = explained.values.sum(axis=1) + explained.base_values
    assert np.abs(sums - logit(risk))[~is_bounded].max() < 1e-9


def test_the_values_are_those_of_shaps_tree_explainer_blended_with_those_of_the_regression(shap, month):
    rows = month.frame.dropna().head(20)
    encoded, blend = month.fitted.encoding.matrix(rows), month.fitted.resignations.trees
    slope = calibrator_slope(month.fitted, rows)
    by_booster = [tree_shap(shap, booster, encoded) for booster in blend.trees_.boosters_]
    regression = blend.logistic_.contributions(encoded)[:, :-1]
    assert (len(by_booster), 0 < blend.share < 1) == (2, True)
    blended = (1 - blend.share) * np.mean(by_booster, axis=0) + blend.share * regression
    assert np.allclose(explanation(month.fitted, rows).values, slope * blended, rtol=0, atol=1e-9)


def calibrator_slope(fitted, rows):
    """The slope of the headline's calibrator, from two margins and their log-odds."""
    margins = fitted.resignations.margins(fitted.encoding.matrix(rows)).mean(axis=1)
    log_odds = fitted.score(rows).query("horizon_months == 3")["log_odds"].to_numpy()
    low, high = margins.argmin(), margins.argmax()
    return (log_odds[high] - log_odds[low]) / (margins[high] - margins[low])


def tree_shap(shap, booster, encoded):
    explainer = shap.TreeExplainer(booster)
    explainer.model.model_type = "internal"  # else shap asks LightGBM for them
    values = np.asarray(explainer.shap_values(encoded, check_additivity=False))
    return values.reshape(-1, *encoded.shape)[-1]


def test_it_holds_the_features_as_numbers_and_as_they_stand_in_the_panel(shap, month):
    explained = explanation(month.fitted, month.frame.head(5))
    position = explained.feature_names.index("schedule_work_mode")
    assert explained.feature_names == [feature.name for feature in month.fitted.features]
    assert explained.data.dtype == float
    assert explained.display_data[:, position].tolist() == month.frame["schedule_work_mode"].head(5).tolist()


def test_shaps_plots_take_it(shap, month):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    explained = explanation(month.fitted, month.frame.head(30))
    shap.plots.beeswarm(explained, show=False)
    shap.plots.waterfall(explained[0], show=False)
    shap.plots.scatter(explained[:, "pay_market_ratio"], show=False)
    pyplot.close("all")


def test_without_the_extra_it_says_what_to_install(month, monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", None)
    with pytest.raises(MissingExtra, match='needs the extra "explain"'):
        explanation(month.fitted, month.frame.head(1))
