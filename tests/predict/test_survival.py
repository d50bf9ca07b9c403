from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.survival import survival

MONTH = pd.Timestamp("2026-10-31")


def scores(*agents):
    """Return the scores of agents, each a list of (risk, involuntary risk) at 1, 3, 6 and 12 months."""
    rows = [
        (f"a{position}", MONTH, horizon, *pair)
        for position, agent in enumerate(agents)
        for horizon, pair in zip((1, 3, 6, 12), agent, strict=True)
    ]
    return pd.DataFrame(rows, columns=["agent_id", "as_of", "horizon_months", "risk", "involuntary_risk"])


@pytest.fixture
def random_scores():
    draw = np.random.default_rng(0)
    agents = [
        list(zip(np.sort(draw.uniform(0, 0.6, 4)), np.sort(draw.uniform(0, 0.4, 4)), strict=True)) for _ in range(50)
    ]
    return scores(*agents)


def test_at_each_horizon_the_curve_says_what_the_scores_say(random_scores):
    curve = survival(random_scores)
    both = random_scores.merge(curve, left_on=["agent_id", "horizon_months"], right_on=["agent_id", "month_ahead"])
    np.testing.assert_allclose(both["resigned"], both["risk"], atol=1e-12)
    np.testing.assert_allclose(both["left_otherwise"], both["involuntary_risk"], atol=1e-12)


def test_the_three_sum_to_one_and_nobody_comes_back(random_scores):
    curve = survival(random_scores)
    np.testing.assert_allclose(curve[["staying", "resigned", "left_otherwise"]].sum(axis=1), 1.0)
    by_agent = curve.set_index("agent_id")[["staying", "resigned", "left_otherwise"]].to_numpy().reshape(50, 12, 3)
    steps = np.diff(by_agent, axis=1)
    assert (steps[:, :, 0] <= 1e-12).all()
    assert (steps[:, :, 1:] >= -1e-12).all()


def test_between_horizons_the_same_share_leaves_each_month():
    curve = survival(scores([(0.1, 0.0), (0.1, 0.0), (0.1, 0.0), (0.1 + 0.9 * (1 - 0.5**6), 0.0)]))
    staying = curve["staying"].to_numpy()
    np.testing.assert_allclose(staying[:6], 0.9)
    np.testing.assert_allclose(staying[6:] / staying[5:-1], 0.5)


def test_everybody_gone_is_no_division_by_zero():
    curve = survival(scores([(0.5, 0.5), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)]))
    assert curve["staying"].tolist() == [0.0] * 12


def test_nobody_leaving_stays_at_one():
    assert set(survival(scores([(0.0, 0.0)] * 4))["staying"]) == {1.0}
