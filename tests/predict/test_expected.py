from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.expected import count_interval, expected_leavers, shared_error
from tests.predict.linear_risk import MONTH, centre, groups


def scored(risks):
    return centre(len(risks), risk=risks).assign(horizon_months=3, abstained=[True, *[False] * (len(risks) - 1)])


def test_every_level_sums_the_risks_of_all_its_agents():
    scores = scored([0.1, 0.2, 0.3])
    table = expected_leavers(scores, groups(scores, team_id=["t1", "t1", "t2"]))
    result = table.set_index(["level", "unit"])[["headcount", "expected"]]
    assert result.loc[("centre", "centre")].tolist() == [3, pytest.approx(0.6)]
    assert result.loc[("team", "t1")].tolist() == [2, pytest.approx(0.3)]
    assert result.loc[("job_role", "voice")].tolist() == [3, pytest.approx(0.6)]
    assert table["as_of"].unique().tolist() == [MONTH]


def test_an_agent_whose_team_is_not_known_counts_for_the_centre_only():
    scores = scored([0.1, 0.2])
    table = expected_leavers(scores, groups(scores, team_id=["t1", None]))
    assert table.set_index("level")["headcount"].loc[["centre", "team"]].tolist() == [2, 1]


def test_ten_agents_at_one_half_lose_two_to_eight():
    assert count_interval(np.full(10, 0.5), 0.0) == (2.0, 8.0)  # P(X <= 1) = .011, P(X <= 2) = .055, P(X <= 8) = .989


def test_a_shared_error_widens_the_interval():
    narrow, wide = count_interval(np.full(100, 0.2), 0.0), count_interval(np.full(100, 0.2), 0.3)
    assert wide[0] < narrow[0] < 20 < narrow[1] < wide[1]


def test_the_exact_sum_and_the_normal_distribution_agree_where_they_meet():
    exact, normal = count_interval(np.full(200, 0.2), 0.1), count_interval(np.full(201, 0.2), 0.1)
    assert np.abs(np.array(exact) - normal).max() < 1.5


def test_the_interval_holds_nine_draws_in_ten():
    rng = np.random.default_rng(7)
    risks = rng.beta(1, 6, 40)
    level = np.exp(rng.normal(-(0.2**2) / 2, 0.2, 4000))[:, None]
    counts = (rng.random((4000, 40)) < np.clip(risks * level, 0, 1)).sum(axis=1)
    low, high = count_interval(risks, 0.2)
    assert 0.88 < ((counts >= low) & (counts <= high)).mean() < 0.97


def past(*resigned):
    """Draw months of 500 agents at a risk of one fifth: 100 expected, a variance of 80."""
    months = pd.date_range("2026-01-31", periods=len(resigned), freq="ME")
    labels = [np.arange(500) < count for count in resigned]
    return pd.DataFrame(
        {"as_of": np.repeat(months, 500), "risk": 0.2, "resigned": np.concatenate(labels).astype(float)}
    )


def test_months_that_chance_explains_bring_the_error_down_and_not_to_nothing():
    # two looks that see no error, against four that expect .1
    assert shared_error(past(95, 105), horizon=1) == pytest.approx(np.sqrt(4 * 0.1**2 / 6))


def test_months_that_look_at_the_same_resignations_weigh_less():
    assert shared_error(past(95, 105), horizon=2) == pytest.approx(np.sqrt(4 * 0.1**2 / 5))


def test_months_that_miss_by_more_than_chance_tell_the_shared_error():
    seen = (30**2 - 80) / 100**2
    assert shared_error(past(70, 130), horizon=1) == pytest.approx(np.sqrt((2 * seen + 4 * 0.1**2) / 6))
