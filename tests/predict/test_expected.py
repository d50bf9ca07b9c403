from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from attrition.predict.count_errors import CountErrors
from attrition.predict.expected import count_interval, count_intervals, expected_leavers
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


def test_a_level_of_which_nothing_is_known_leaves_the_types_of_the_others():
    scores = scored([0.5, 0.5])
    table = expected_leavers(scores, groups(scores, job_role=[None, None]))
    assert "job_role" not in set(table["level"])
    assert (table["as_of"].dtype, table["expected"].dtype) == (scores["as_of"].dtype, float)


def test_ten_agents_at_one_half_lose_two_to_eight():
    assert count_interval(np.full(10, 0.5), 0.0) == (2.0, 8.0)  # P(X <= 1) = .011, P(X <= 2) = .055, P(X <= 8) = .989


def test_a_shared_error_widens_the_interval():
    narrow, wide = count_interval(np.full(100, 0.2), 0.0), count_interval(np.full(100, 0.2), 0.3)
    assert wide[0] < narrow[0] < 20 < narrow[1] < wide[1]


def test_the_exact_sum_and_the_binomial_agree_where_they_meet():
    exact, binomial = count_interval(np.full(200, 0.2), 0.1), count_interval(np.full(201, 0.2), 0.1)
    assert np.abs(np.array(exact) - binomial).max() <= 1


@pytest.mark.parametrize(("agents", "risk"), [(201, 0.001), (201, 0.999), (1000, 0.2), (20_000, 0.03)])
def test_a_large_unit_of_equal_risks_has_the_quantiles_of_the_binomial_distribution(agents: int, risk: float) -> None:
    assert count_interval(np.full(agents, risk), 0.0) == tuple(binom.ppf([0.05, 0.95], agents, risk))


def test_a_large_unit_with_rare_events_has_the_quantiles_of_its_sum():
    rng = np.random.default_rng(3)
    risks = rng.beta(0.5, 40, 1000)
    counts = (rng.random((4000, 1000)) < risks).sum(axis=1)
    assert np.abs(np.array(count_interval(risks, 0.0)) - np.quantile(counts, [0.05, 0.95])).max() <= 1


def test_the_interval_of_a_unit_uses_its_own_error_beside_the_centres():
    scores = scored([0.2] * 80)
    teams = groups(scores, team_id=["t1"] * 40 + ["t2"] * 40)
    low, high = CountErrors({3: 0.0}, {("team", 3): 0.0}), CountErrors({3: 0.0}, {("team", 3): 0.5})
    width = [
        expected_leavers(scores, teams, errors=errors).set_index("unit").eval("high - low") for errors in (low, high)
    ]
    assert width[1]["centre"] == width[0]["centre"]
    assert width[1]["t1"] > width[0]["t1"]


def test_the_interval_holds_nine_draws_in_ten():
    rng = np.random.default_rng(7)
    risks = rng.beta(1, 6, 40)
    level = np.exp(rng.normal(-(0.2**2) / 2, 0.2, 4000))[:, None]
    counts = (rng.random((4000, 40)) < np.clip(risks * level, 0, 1)).sum(axis=1)
    low, high = count_interval(risks, 0.2)
    assert 0.88 < ((counts >= low) & (counts <= high)).mean() < 0.97


def test_the_interval_of_a_unit_is_the_same_beside_smaller_and_larger_ones():
    rng = np.random.default_rng(11)
    units, errors = [rng.beta(1, 6, size) for size in (0, 1, 40, 200, 201, 7)], [0.2, 0.1, 0.0, 0.3, 0.2, 0.1]
    together = count_intervals(units, errors)
    assert [tuple(row) for row in together] == [count_interval(*unit) for unit in zip(units, errors, strict=True)]


def test_agents_without_risk_change_no_number():
    risks = np.array([0.2, 0.5, 0.1])
    assert count_interval(np.r_[risks, np.zeros(50)], 0.2) == count_interval(risks, 0.2)
