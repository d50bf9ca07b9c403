import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from attrition.model.calibration import MIN_SLOPE, fit_platt


def simulate_labels(slope, intercept, rows=20_000):
    """Return margins, and labels whose true calibration has this slope and intercept."""
    draw = np.random.default_rng(0)
    margin = draw.normal(-2.5, 0.8, rows)
    return margin, (draw.random(rows) < expit(slope * margin + intercept)).astype(float)


def test_it_estimates_intercept_and_slope():
    margin, label = simulate_labels(0.8, 0.3)
    fitted = fit_platt(margin, label, np.arange(len(label)))
    assert expit(fitted.log_odds(margin)).mean() == pytest.approx(label.mean(), rel=1e-6)
    assert fitted.slope == pytest.approx(0.8, abs=0.06)


def test_without_a_prior_it_is_an_unpenalised_logistic_regression():
    margin, label = simulate_labels(1.2, -0.4, rows=3000)
    fitted = fit_platt(margin, label, np.arange(3000), slope_deviation=np.inf)
    other = LogisticRegression(C=np.inf, tol=1e-9).fit(margin[:, None], label)
    assert (fitted.slope, fitted.intercept) == pytest.approx((other.coef_[0, 0], other.intercept_[0]), abs=1e-3)


def test_with_hardly_any_events_the_slope_stays_near_one():
    label = np.zeros(200)
    label[:4] = 1
    margin = np.linspace(-1, -4, 200)
    assert abs(fit_platt(margin, label, np.arange(200)).slope - 1) < 0.3


def test_a_slope_never_reverses_the_ranking_of_agents():
    margin = np.linspace(-3, 3, 5000)
    label = (margin < 0).astype(float)
    assert fit_platt(margin, label, np.arange(5000)).slope == MIN_SLOPE


def test_months_of_one_agent_count_once_in_its_uncertainty():
    margin, label = simulate_labels(1.0, 0.0, rows=2000)
    once = fit_platt(margin, label, np.arange(2000))
    repeated = fit_platt(np.repeat(margin, 5), np.repeat(label, 5), np.repeat(np.arange(2000), 5))
    margin = np.array([-2.5])
    assert repeated.variance(margin) == pytest.approx(once.variance(margin), rel=0.1)
