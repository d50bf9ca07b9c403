import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from attrition.model.boosting import MonotoneBoosting
from attrition.model.margins import mean_of_members


@parametrize_with_checks([MonotoneBoosting(members=2, rounds=30, n_jobs=1)])
def test_it_keeps_every_promise_of_a_scikit_learn_estimator(estimator, check, recwarn):
    check(estimator)


@pytest.fixture(scope="module")
def table():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(1500, 3))
    y = draw.random(1500) < 1 / (1 + np.exp(1 - X[:, 0] + np.sin(3 * X[:, 1])))
    return X, y.astype(float)


def test_risk_never_falls_along_a_feature_that_raises_it(table):
    X, y = table
    model = MonotoneBoosting(2, rounds=40, constraints=[1, 0, -1]).fit(X, y)
    ladder = np.tile(X[:50, None, :], (1, 40, 1))
    ladder[:, :, 0] = np.linspace(-3, 3, 40)
    margins = model.decision_function(ladder.reshape(-1, 3)).reshape(50, 40)
    assert (np.diff(margins, axis=1) >= 0).all()
    assert np.diff(margins, axis=1).max() > 0


def test_without_the_constraint_risk_does_fall_somewhere(table):
    X, y = table
    model = MonotoneBoosting(2, rounds=40).fit(X, y)
    ladder = np.zeros((40, 3))
    ladder[:, 1] = np.linspace(-3, 3, 40)
    assert np.diff(model.decision_function(ladder)).min() < 0


def test_contributions_and_their_constant_sum_to_the_mean_of_the_members(table):
    X, y = table
    model = MonotoneBoosting(3, rounds=40).fit(X, y)
    np.testing.assert_allclose(model.contributions(X).sum(axis=1), mean_of_members(model.margins(X)), atol=1e-9)


def test_members_differ_and_the_score_is_their_mean(table):
    X, y = table
    margins = MonotoneBoosting(2, rounds=20).fit(X, y).margins(X)
    assert (margins[:, 0] != margins[:, 1]).any()
    np.testing.assert_array_equal(mean_of_members(margins), (margins[:, 0] + margins[:, 1]) / 2)


def test_the_number_of_threads_changes_nothing(table):
    X, y = table
    one = MonotoneBoosting(2, rounds=20, n_jobs=1).fit(X, y).decision_function(X)
    two = MonotoneBoosting(2, rounds=20, n_jobs=2).fit(X, y).decision_function(X)
    np.testing.assert_array_equal(one, two)


def test_one_row_is_scored_as_it_is_among_a_thousand(table):
    X, y = table
    model = MonotoneBoosting(3, rounds=20).fit(X, y)
    alone = np.concatenate([model.decision_function(row[None, :]) for row in X[:30]])
    np.testing.assert_array_equal(alone, model.decision_function(X)[:30])


def test_l18_the_mean_risk_is_the_rate_seen_because_classes_are_not_weighted():
    draw = np.random.default_rng(1)
    X = draw.normal(size=(4000, 2))
    y = (draw.random(4000) < 0.04).astype(float)
    model = MonotoneBoosting(2, rounds=40, learning_rate=0.05).fit(X, y)
    assert model.predict_proba(X)[:, 1].mean() == pytest.approx(y.mean(), rel=0.1)
    assert not {"is_unbalance", "scale_pos_weight", "class_weight"} & set(model._parameters(0))


def test_what_the_baseline_can_say_is_its_own_and_not_shared_with_what_goes_along():
    """Time since hire and a feature that copies it with noise: only the first has an effect."""
    draw = np.random.default_rng(3)
    tenure = draw.exponential(size=6000)
    X = np.column_stack([tenure, tenure + draw.normal(0, 0.05, 6000), draw.normal(size=6000)])
    y = (draw.random(6000) < 1 / (1 + np.exp(1.5 + tenure))).astype(float)
    shape = {"rounds": 60, "feature_share": 0.4}
    shared, own = (
        MonotoneBoosting(2, baseline=first, baseline_rounds=40, **shape).fit(X, y).contributions(X)[:, :-1].std(axis=0)
        for first in (None, [0])
    )
    assert shared[1] > 0.3 * shared[0]
    assert own[1] < 0.2 * own[0]


def test_without_a_baseline_its_rounds_change_nothing(table):
    X, y = table
    plain, none = (MonotoneBoosting(2, rounds=20, baseline_rounds=rounds).fit(X, y) for rounds in (0, 40))
    np.testing.assert_array_equal(plain.margins(X), none.margins(X))


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="1 class"):
        MonotoneBoosting().fit(np.zeros((10, 1)), np.zeros(10))
