import numpy as np
import pytest
from scipy.special import expit
from sklearn.utils.estimator_checks import parametrize_with_checks

from attrition.model.constrained_logistic import ConstrainedLogistic
from attrition.model.margins import mean_of_members


@parametrize_with_checks([ConstrainedLogistic(members=2, l2=1.0)])
def test_it_keeps_every_promise_of_a_scikit_learn_estimator(estimator, check, recwarn):
    check(estimator)


@pytest.fixture(scope="module")
def table():
    """Risk rises along the first column and falls along the third; the second is null for some, the fourth a code."""
    draw = np.random.default_rng(0)
    X = np.column_stack([draw.normal(size=(3000, 3)), draw.integers(0, 3, 3000)])
    log_odds = X[:, 0] - X[:, 2] - 1 + np.array([0.0, 1.0, -1.0])[X[:, 3].astype(int)]
    y = (draw.random(3000) < expit(log_odds)).astype(float)
    X[::7, 1] = np.nan
    return X, y, np.repeat(np.arange(500), 6)


SHAPE = {"categories": [3], "l2": 1.0}


def test_risk_keeps_the_declared_directions_even_against_the_data(table):
    X, y, _ = table
    model = ConstrainedLogistic(1, constraints=[-1, 0, -1, 0], segments=3, **SHAPE).fit(X, y)
    ladder = np.zeros((60, 4))
    margins = {}
    for feature in (0, 2):
        steps = ladder.copy()
        steps[:, feature] = np.linspace(-4, 4, 60)
        margins[feature] = model.decision_function(steps)
    np.testing.assert_allclose(margins[0], margins[0][0])  # the data say that it rises: no effect is left
    assert (np.diff(margins[2]) <= 0).all()
    assert margins[2][0] - margins[2][-1] > 2


def test_the_effects_that_made_the_data_come_back(table):
    X, y, _ = table
    model = ConstrainedLogistic(1, **SHAPE).fit(X, y)
    by_code = model.decision_function(np.array([[0.0, 0.0, 0.0, code] for code in range(3)]))
    np.testing.assert_allclose(np.diff(by_code), [1.0, -2.0], atol=0.4)
    steps = np.array([[value, 0.0, 0.0, 0.0] for value in (-1.0, 1.0)])
    assert np.diff(model.decision_function(steps))[0] == pytest.approx(2.0, abs=0.4)


def test_contributions_and_their_constant_sum_to_the_margins(table):
    X, y, agents = table
    model = ConstrainedLogistic(3, **SHAPE).fit(X, y, agents)
    margins = model.margins(X)
    np.testing.assert_allclose(model.contributions(X).sum(axis=1), mean_of_members(margins), atol=1e-12)
    for member, parts in enumerate(model.contributions_by_member(X)):
        np.testing.assert_allclose(parts.sum(axis=1), margins[:, member], atol=1e-12)
    np.testing.assert_allclose(model.contributions(X)[:, :-1].mean(axis=0), 0.0, atol=1e-9)


def test_fitting_again_gives_the_contributions_of_the_new_fit(table):
    X, y, agents = table
    model = ConstrainedLogistic(2, **SHAPE).fit(X, y, agents)
    model.all_contributions(X)
    model.fit(X, 1 - y, agents)
    by_member, mean = model.all_contributions(X)
    np.testing.assert_allclose(mean.sum(axis=1), mean_of_members(model.margins(X)), atol=1e-12)
    np.testing.assert_allclose(by_member[1].sum(axis=1), model.margins(X)[:, 1], atol=1e-12)


def test_the_shares_of_the_features_sum_to_one_and_name_the_effects(table):
    X, y, _ = table
    shares = ConstrainedLogistic(1, **SHAPE).fit(X, y).gain_shares()
    assert shares.sum() == pytest.approx(1.0)
    assert shares[1] < 0.02 < 0.2 < shares[[0, 2, 3]].min()


def test_one_row_is_scored_as_it_is_among_thousands(table):
    X, y, agents = table
    model = ConstrainedLogistic(3, **SHAPE).fit(X, y, agents)
    alone = np.concatenate([model.decision_function(row[None, :]) for row in X[:30]])
    np.testing.assert_array_equal(alone, model.decision_function(X)[:30])


def test_the_order_of_rows_changes_nothing_that_matters(table):
    X, y, _ = table
    order = np.random.default_rng(1).permutation(len(X))
    first, second = ConstrainedLogistic(1, **SHAPE).fit(X, y), ConstrainedLogistic(1, **SHAPE).fit(X[order], y[order])
    np.testing.assert_allclose(first.margins(X), second.margins(X), atol=1e-3)


def test_members_are_fitted_on_the_agents_of_their_sample_alone(table):
    X, y, agents = table
    model = ConstrainedLogistic(3, **SHAPE).fit(X, y, agents)
    left_out = model.agents_.is_left_out(agents)[:, 0]
    other_labels = ConstrainedLogistic(3, **SHAPE)
    other_labels = other_labels.fit(X, np.where(left_out, 1 - y, y), agents)
    # The member's own agents decide its coefficients, up to the level, since the base rate is that of all rows.
    first, second = (fitted.coefficients_[:-1, 0] for fitted in (model, other_labels))
    np.testing.assert_allclose(first, second, atol=1e-3)
    assert np.abs(model.coefficients_[:-1, 1] - other_labels.coefficients_[:-1, 1]).max() > 0.1


def test_a_null_has_an_effect_of_its_own_and_an_unknown_category_none():
    draw = np.random.default_rng(2)
    X = np.column_stack([draw.normal(size=4000), draw.integers(0, 2, 4000)]).astype(float)
    X[:1000, 0] = np.nan
    y = (draw.random(4000) < np.where(np.isnan(X[:, 0]), 0.5, 0.1)).astype(float)
    model = ConstrainedLogistic(1, constraints=[1, 0], categories=[1], l2=1.0).fit(X, y)
    null, middle = model.predict_proba(np.array([[np.nan, 0.0], [0.0, 0.0]]))[:, 1]
    assert (null, middle) == (pytest.approx(0.5, abs=0.05), pytest.approx(0.1, abs=0.03))
    unknown, code_0, code_1 = model.decision_function(np.array([[0.0, np.nan], [0.0, 0.0], [0.0, 1.0]]))
    assert min(code_0, code_1) <= unknown <= max(code_0, code_1)


def test_windows_share_one_margin_and_a_window_that_has_not_passed_adds_nothing():
    draw = np.random.default_rng(3)
    x = draw.normal(size=(6000, 1))
    months = draw.exponential(np.exp(3.0 - 0.8 * x[:, 0]))
    label = np.column_stack([months < 1, months < 3]).astype(float)
    label[4000:, 1] = np.nan
    model = ConstrainedLogistic(1, l2=1.0).fit(x, label)
    assert model.base_log_odds_[0] < model.base_log_odds_[1]
    risk = expit(model.margins(x)[:4000, 0] + model.base_log_odds_[1])
    assert risk.mean() == pytest.approx(label[:4000, 1].mean(), rel=0.05)
    assert np.corrcoef(model.margins(x)[:, 0], x[:, 0])[0, 1] > 0.95


def test_the_coefficients_shrink_towards_the_offset_where_exits_are_few(table):
    X, y, _ = table
    offset = X[:, 0] - X[:, 2]
    few, many = (ConstrainedLogistic(1, l2=l2, categories=[3]).fit(X, y, offset=offset) for l2 in (1e6, 1.0))
    np.testing.assert_allclose(few.contributions(X)[:, :-1], 0.0, atol=0.01)
    assert few.margins(X).std() < 0.01
    with_offset = expit(few.decision_function(X) + offset)
    assert with_offset.mean() == pytest.approx(y.mean(), abs=0.002)
    assert many.gain_shares()[3] > 0.8  # what the offset does not hold


def test_a_row_counts_by_its_weight_and_not_at_all_with_none(table):
    X, y, _ = table
    weights = (np.arange(len(X)) < 2000).astype(float)
    relabelled = np.where(weights > 0, y, 1 - y)
    first, second = (ConstrainedLogistic(1, **SHAPE).fit(X, label, weights=weights) for label in (y, relabelled))
    np.testing.assert_allclose(first.decision_function(X), second.decision_function(X), atol=1e-9)
    heavier = ConstrainedLogistic(1, categories=[3], l2=3.0).fit(X, y, weights=3 * weights)
    np.testing.assert_allclose(first.margins(X), heavier.margins(X), atol=2e-3)


def test_a_column_of_nulls_or_of_one_value_has_no_effect(table):
    X, y, _ = table
    wider = np.column_stack([X, np.full(len(X), np.nan), np.ones(len(X))])
    model = ConstrainedLogistic(1, **SHAPE).fit(wider, y)
    assert set(model.basis_.features) == {0, 1, 2, 3}
    np.testing.assert_array_equal(model.contributions(wider)[:, 4:6], 0.0)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="1 class"):
        ConstrainedLogistic().fit(np.zeros((10, 1)), np.zeros(10))
