"""On a real model: contributions are exact TreeSHAP values, and what is shown sums to the score."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.predict.drivers import drivers


@pytest.fixture(scope="module")
def table(month):
    return drivers(month.fitted, month.frame, features=month.features, groups=month.groups)


@pytest.fixture(scope="module")
def headline(month):
    return month.fitted.score(month.frame).query("horizon_months == 3").set_index("agent_id")


def test_contributions_and_base_sum_to_the_log_odds_of_the_score(month, headline):
    parts, base = month.fitted.contributions(month.frame)
    assert np.abs(parts.sum(axis=1).to_numpy() + base - headline["log_odds"].to_numpy()).max() < 1e-9
    assert np.abs(1 / (1 + np.exp(-headline["log_odds"])) - headline["risk"]).max() < 1e-15


def test_drivers_sum_to_the_difference_from_the_peers_in_log_odds(month, table, headline):
    result = table.groupby("agent_id")["contribution"].sum()
    level = table.groupby("agent_id")["peer_group"].first()
    keys = {"site+job_role+tenure_band": ["site", "tenure_band"], "site+job_role": ["site"]}
    rows = month.groups.set_index("agent_id").join(headline["log_odds"])
    assert set(level) <= set(keys)
    for agent in result.index[::11]:
        alike = rows
        for column in keys[level[agent]]:
            alike = alike[alike[column] == rows.loc[agent, column]]
        peers_mean = alike["log_odds"].drop(agent).mean()
        assert result[agent] == pytest.approx(rows.loc[agent, "log_odds"] - peers_mean, abs=1e-9)


def test_points_sum_to_the_difference_in_risk_from_a_typical_peer(table, headline):
    result = table.groupby("agent_id").agg(points=("points", "sum"), peer_risk=("peer_risk", "first"))
    assert np.abs(result["points"] / 100 - (headline["risk"] - result["peer_risk"])).max() < 1e-9


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore:LightGBM binary")
def test_lightgbm_and_shap_give_the_same_contributions(month):
    shap = pytest.importorskip("shap", reason="the extra explain is not installed")
    encoded = month.fitted.encoding.matrix(month.frame.dropna().head(20))
    booster = month.fitted.resignations.trees.trees_.boosters_[0]
    ours = booster.predict(encoded, pred_contrib=True)[:, :-1]
    explainer = shap.TreeExplainer(booster)
    explainer.model.model_type = "internal"  # else shap asks LightGBM, and the test would compare it with itself
    theirs = np.asarray(explainer.shap_values(encoded, check_additivity=False))
    assert np.allclose(ours, theirs.reshape(-1, *ours.shape)[-1], atol=1e-9)
