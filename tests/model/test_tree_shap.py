import numpy as np
import pytest

from attrition.model.boosting import MonotoneBoosting
from attrition.model.tree_tables import tabulate_trees


def simulate(rows=3000):
    """Return six features, one of them with missing values and one with four values, and labels."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(rows, 6))
    X[:, 5] = draw.integers(4, size=rows)
    X[draw.random(rows) < 0.1, 1] = np.nan
    odds = -1 + X[:, 0] * (X[:, 2] > 0) + np.nan_to_num(X[:, 1]) + 0.5 * np.isnan(X[:, 1])
    return X, (draw.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)


def lightgbm_contributions(model, X):
    return sum(booster.predict(X, pred_contrib=True) for booster in model.boosters_) / len(model.boosters_)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_they_are_what_lightgbm_says_missing_values_and_all(depth):
    X, y = simulate()
    model = MonotoneBoosting(3, rounds=40, depth=depth, constraints=[1, 0, 0, 0, 0, 0]).fit(X, y)
    strange = np.vstack([X, np.full((1, 6), np.nan), np.full((1, 6), 1e300), np.zeros((1, 6))])
    np.testing.assert_allclose(model.contributions(strange), lightgbm_contributions(model, strange), atol=1e-12)
    assert model._tables is not None


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_margins_of_many_rows_are_those_of_lightgbm_bit_for_bit(depth):
    X, y = simulate()
    model = MonotoneBoosting(3, rounds=40, depth=depth, constraints=[1, 0, 0, 0, 0, 0]).fit(X, y)
    odd = np.array([np.nan, 0.0, -0.0, 1e300, -1e300])
    strange = np.vstack([X, np.repeat(odd[:, None], 6, axis=1), np.where(X[:6] == X[0], np.nan, X[:6])])
    expected = np.column_stack([booster.predict(strange, raw_score=True) for booster in model.boosters_])
    np.testing.assert_array_equal(model.margins(strange), expected)


def test_margins_on_the_thresholds_themselves_are_those_of_lightgbm_bit_for_bit():
    X, y = simulate()
    model = MonotoneBoosting(2, rounds=40, depth=3).fit(X[:, [0, 2]], y)
    splits = [split for member in model._tables.members for tree in member for split in tree.splits]
    on, above = (np.zeros((len(splits), 2)) for _ in range(2))
    for row, split in enumerate(splits):
        on[row, split.feature], above[row, split.feature] = split.threshold, np.nextafter(split.threshold, np.inf)
    rows = np.vstack([on, above])
    expected = np.column_stack([booster.predict(rows, raw_score=True) for booster in model.boosters_])
    assert len(rows) > 256
    np.testing.assert_array_equal(model.margins(rows), expected)


def test_margins_of_trees_without_a_split_are_those_of_lightgbm():
    X, y = simulate(300)
    model = MonotoneBoosting(2, rounds=3, min_rows_in_leaf=250).fit(X, y)
    expected = np.column_stack([booster.predict(X, raw_score=True) for booster in model.boosters_])
    np.testing.assert_array_equal(model.margins(X), expected)


def test_trees_that_ask_too_much_are_left_to_lightgbm():
    X, y = simulate()
    model = MonotoneBoosting(2, rounds=10, depth=5).fit(X, y)
    assert tabulate_trees(model.boosters_[:1]) is None
    np.testing.assert_array_equal(model.contributions(X), lightgbm_contributions(model, X))


def test_a_column_seen_without_any_missing_value_takes_a_missing_one_as_lightgbm_does():
    X, y = simulate()
    model = MonotoneBoosting(1, rounds=20, depth=3).fit(X[:, [0, 2]], y)
    blank = np.array([[np.nan, 0.5], [0.5, np.nan]])
    np.testing.assert_allclose(model.contributions(blank), lightgbm_contributions(model, blank), atol=1e-12)


def test_one_row_is_explained_as_it_is_among_a_thousand():
    X, y = simulate()
    model = MonotoneBoosting(2, rounds=30, depth=3).fit(X, y)
    alone = np.vstack([model.contributions(row[None, :]) for row in X[:40]])
    np.testing.assert_array_equal(alone, model.contributions(X[:1000])[:40])


def test_trees_without_a_split_give_their_constant():
    X, y = simulate(60)
    model = MonotoneBoosting(1, rounds=3, min_rows_in_leaf=50).fit(X, y)
    np.testing.assert_allclose(model.contributions(X), lightgbm_contributions(model, X), atol=1e-12)


def test_fitting_again_makes_new_tables():
    X, y = simulate()
    model = MonotoneBoosting(1, rounds=10).fit(X, y)
    before = model.contributions(X)
    model.fit(X, 1 - y)
    assert np.abs(model.contributions(X) - before).max() > 0.1
    np.testing.assert_allclose(model.contributions(X), lightgbm_contributions(model, X), atol=1e-12)
