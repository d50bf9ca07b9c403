import numpy as np
import pytest
from scipy.special import expit
from sklearn.utils.estimator_checks import parametrize_with_checks

from attrition.model.blend import Blend
from attrition.model.boosting import MonotoneBoosting
from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.margins import mean_of_members


def blend(members=2, share=0.3, constraints=None):
    trees = MonotoneBoosting(members, rounds=30, constraints=constraints, n_jobs=1)
    return Blend(trees, ConstrainedLogistic(l2=1.0, constraints=constraints), share=share)


@parametrize_with_checks([blend()])
def test_it_keeps_every_promise_of_a_scikit_learn_estimator(estimator, check, recwarn):
    check(estimator)


@pytest.fixture(scope="module")
def table():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(1800, 3))
    X[::9, 1] = np.nan
    y = (draw.random(1800) < expit(X[:, 0] - np.sin(3 * X[:, 2]) - 1)).astype(float)
    return X, y, np.repeat(np.arange(300), 6)


def test_contributions_and_their_constant_sum_to_the_margins_of_each_member(table):
    X, y, agents = table
    model = blend(3).fit(X, y, agents)
    margins = model.margins(X)
    np.testing.assert_allclose(model.contributions(X).sum(axis=1), mean_of_members(margins), atol=1e-9)
    for member, parts in enumerate(model.contributions_by_member(X)):
        np.testing.assert_allclose(parts.sum(axis=1), margins[:, member], atol=1e-9)


def test_declared_directions_hold(table):
    X, y, _ = table
    model = blend(constraints=[1, 0, -1]).fit(X, y)
    ladder = np.tile(X[:40, None, :], (1, 40, 1))
    for feature, direction in ((0, 1), (2, -1)):
        steps = ladder.copy()
        steps[:, :, feature] = np.linspace(-3, 3, 40)
        margins = model.decision_function(steps.reshape(-1, 3)).reshape(40, 40)
        assert (direction * np.diff(margins, axis=1) >= 0).all()


def test_both_parts_of_a_member_leave_the_same_agents_out(table):
    X, y, agents = table
    model = blend(4).fit(X, y, agents)
    left_out = model.is_left_out(agents)
    np.testing.assert_array_equal(left_out, model.trees_.is_left_out(agents))
    np.testing.assert_array_equal(left_out, model.logistic_.is_left_out(agents))
    assert 0 < left_out.mean() < 1


def test_the_blend_lies_between_its_parts_and_a_share_of_0_is_the_trees_alone(table):
    X, y, _ = table
    model, trees_alone = blend().fit(X, y), blend(share=0.0).fit(X, y)
    np.testing.assert_array_equal(trees_alone.margins(X), model.trees_.margins(X))
    parts = np.stack([model.trees_.margins(X), model.logistic_.margins(X)])
    assert (model.margins(X) >= parts.min(axis=0) - 1e-12).all()
    assert (model.margins(X) <= parts.max(axis=0) + 1e-12).all()
    assert model.gain_shares().sum() == pytest.approx(1.0)


def test_one_row_is_scored_as_it_is_among_many(table):
    X, y, agents = table
    model = blend(3).fit(X, y, agents)
    alone = np.concatenate([model.decision_function(row[None, :]) for row in X[:30]])
    np.testing.assert_array_equal(alone, model.decision_function(X)[:30])
