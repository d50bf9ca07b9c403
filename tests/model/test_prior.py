"""The shipped prior: published figures, and the estimators that are fitted around them."""

import numpy as np
import pytest

from attrition.features.registry import declared_features
from attrition.model.around_prior import AroundPrior
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.few_exits import level_around_prior
from attrition.model.prior import Curve, monthly_log_hazard, prior_curves, read_prior


def test_every_effect_is_of_a_declared_feature_in_its_declared_direction_and_has_a_source():
    features, prior = declared_features(), read_prior()
    for effect in prior.effects:
        direction = features[effect.column].direction
        assert direction in (0, np.sign(effect.per_unit)), effect.column
        assert effect.between[0] <= effect.reference <= effect.between[1]
        assert len(effect.source.split()) > 3


def test_the_risk_falls_along_tenure_and_there_is_a_rate_for_every_band():
    prior = read_prior()
    assert len(prior.tenure.monthly_exits) == len(prior.tenure.until_days) + 1
    assert (np.diff(monthly_log_hazard(prior)) < 0).all()
    tenure = next(curve for curve in prior_curves(prior, list(declared_features().values())) if curve.values[0] == 15.0)
    assert (np.diff(tenure.values) > 0).all()


@pytest.mark.parametrize(("leavers", "risk"), [(0, 0.010), (12, 0.034), (1200, 0.0601)])
def test_the_level_is_the_prior_s_with_no_resignation_and_the_centre_s_own_with_many(leavers, risk):
    rows = 400 if leavers < 100 else 20_000
    label, prior_risk = np.r_[np.ones(leavers), np.zeros(rows - leavers)], np.full(rows, 0.06)
    assert level_around_prior(label, np.arange(rows), prior_risk, worth=4.0).risk == pytest.approx(risk, abs=0.002)


def test_the_level_counts_people_and_not_months():
    label, agent = np.repeat([1.0, 0.0], [30, 970]), np.r_[np.repeat(np.arange(10), 3), 100 + np.arange(970)]
    assert level_around_prior(label, agent, np.full(1000, 0.03), worth=4.0).worth == 14.0


@pytest.fixture
def table():
    """Pay of 3,000 people, and who resigned: fewer where pay is higher."""
    draw = np.random.default_rng(0)
    pay = draw.uniform(0.8, 1.2, 3000)
    return pay[:, None], (draw.random(3000) < 1 / (1 + np.exp(2.0 + 5.0 * (pay - 1)))).astype(float)


FALLING = Curve(0, (0.8, 1.2), (0.4, -0.4))


def test_what_the_prior_adds_is_credited_to_its_column_and_nothing_to_a_null(table):
    X, label = table
    model = AroundPrior(ConstrainedLogistic(2, constraints=[-1]), curves=[FALLING]).fit(X, label, np.arange(3000))
    rows = np.array([[0.8], [1.2], [np.nan]])
    np.testing.assert_allclose(model.contributions(rows).sum(axis=1), model.margins(rows).mean(axis=1), atol=1e-12)
    assert model.prior_log_odds(rows)[2, 0] == 0.0
    members = list(model.contributions_by_member(rows))
    np.testing.assert_allclose(np.mean(members, axis=0), model.contributions(rows), atol=1e-12)


def test_the_prior_counts_with_few_exits_and_is_outweighed_by_many(table):
    X, label = table
    wrong = [Curve(0, (0.8, 1.2), (-1.0, 1.0))]
    few, many = (AroundPrior(ConstrainedLogistic(1, l2=l2), curves=wrong).fit(X, label) for l2 in (1e6, 1.0))
    low, high = np.array([[0.8]]), np.array([[1.2]])
    assert few.margins(low) < few.margins(high)
    assert many.margins(low) > many.margins(high)
