"""The estimator of the tenure rung: bands of tenure and months of the year, drawn towards a prior."""

import numpy as np
import pytest
from scipy.special import expit

from attrition.model.tenure_season import TenureSeason

RATES = np.array([0.2, 0.1, 0.05])
SHAPE = {"tenure": 0, "month": 1, "until": [100.0, 200.0]}


def drawn(people, *, seed=0):
    """Return tenure, month and label of so many people, one month each; the second month doubles the odds."""
    draw = np.random.default_rng(seed)
    band, month = draw.integers(3, size=people), draw.integers(2, size=people)
    odds = RATES[band] / (1 - RATES[band]) * np.where(month == 1, 2.0, 1.0)
    X = np.column_stack([50.0 + 100.0 * band, month]).astype(float)
    return X, (draw.random(people) < odds / (1 + odds)).astype(float)


def risk(model, X):
    return expit(model.margins(X).mean(axis=1) + model.base_log_odds_[0])


def test_with_many_exits_the_rates_are_the_centre_s_own():
    X, label = drawn(40_000)
    model = TenureSeason(2, prior_log_odds=[0.0, 0.0, 0.0], **SHAPE).fit(X, label)
    tenures = np.column_stack([[50.0, 150.0, 250.0], np.zeros(3)])
    np.testing.assert_allclose(risk(model, tenures), RATES, rtol=0.12)


def test_with_few_exits_the_bands_stay_near_the_prior():
    X, label = drawn(60)
    prior = [0.0, -1.0, -2.0]
    model = TenureSeason(2, prior_log_odds=prior, shape_worth=1e4, season_worth=1e4, **SHAPE).fit(X, label)
    margin = model.margins(np.column_stack([[50.0, 150.0, 250.0], np.zeros(3)])).mean(axis=1)
    np.testing.assert_allclose(np.diff(margin), [-1.0, -1.0], atol=0.01)


def test_contributions_are_centred_and_sum_to_the_margin():
    X, label = drawn(2000)
    X[:100, 0] = np.nan
    model = TenureSeason(3, prior_log_odds=[0.0, -1.0, -2.0], **SHAPE).fit(X, label, np.arange(2000) // 4)
    parts = model.contributions(X)
    np.testing.assert_allclose(parts.sum(axis=1), model.margins(X).mean(axis=1), atol=1e-12)
    np.testing.assert_allclose(parts[:, :2].mean(axis=0), 0.0, atol=1e-12)
    assert model.gain_shares().sum() == pytest.approx(1.0)
    assert model.gain_shares()[0] > model.gain_shares()[1] > 0


def test_without_a_column_of_tenure_it_is_the_season_alone():
    X, label = drawn(2000)
    model = TenureSeason(1, month=1, prior_log_odds=[0.0]).fit(X, label)
    assert np.ptp(model.margins(X[X[:, 1] == 0])) == 0.0
    assert model.gain_shares().tolist() == [0.0, 1.0]


def test_the_same_resignation_in_several_months_counts_once():
    X, label = drawn(200)
    once = TenureSeason(1, prior_log_odds=[0.0] * 3, **SHAPE).fit(X, label, np.arange(200))
    X, label, agents = (np.repeat(values, 6, axis=0) for values in (X, label, np.arange(200)))
    often = TenureSeason(1, prior_log_odds=[0.0] * 3, **SHAPE).fit(X, label, agents)
    np.testing.assert_allclose(often.margins(X), once.margins(X), atol=0.02)
