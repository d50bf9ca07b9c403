import numpy as np

from attrition.model.basis import ROWS_AT_ONCE, Basis


def terms(values, **options):
    X = np.asarray(values, dtype=float)[:, None]
    shape = {"constraints": [0], "segments": {0: 2}} | options
    return Basis.from_rows(X, **shape).terms


def test_no_outlier_and_no_single_person_decides_where_a_ramp_ends():
    values = np.r_[np.linspace(0, 1, 4999), 1e9]
    (first, second) = terms(values)
    assert (first.low > 0, first.high == second.low, second.high < 1) == (True, True, True)
    assert (values > second.high).sum() >= 50


def test_an_indicator_of_fewer_rows_than_make_a_leaf_is_left_out():
    rare, frequent = np.linspace(0, 1, 5000), np.linspace(0, 1, 5000)
    rare[:20], frequent[:60] = np.nan, np.nan
    assert [term.kind for term in terms(rare)] == ["ramp", "ramp"]
    assert [term.kind for term in terms(frequent)] == ["ramp", "ramp", "null"]


def test_each_column_has_the_mean_0_and_a_null_lies_on_the_mean_of_its_ramps():
    values = np.r_[np.random.default_rng(0).exponential(size=900), np.full(100, np.nan)][:, None]
    basis = Basis.from_rows(values, constraints=[-1], segments={0: 3})
    design = basis.design(values)
    np.testing.assert_allclose(design[:, :-1].mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_array_equal(design[-1, :3], 0.0)
    assert (np.diff(design[np.argsort(values[:900, 0]), :3], axis=0) <= 0).all()
    assert basis.is_bounded.tolist() == [True, True, True, False]


def test_quantiles_in_one_place_leave_no_empty_ramp():
    mostly_zero = np.r_[np.zeros(800), np.arange(200)]
    (ramp,) = terms(mostly_zero, segments={0: 4})
    assert (ramp.low, ramp.high > 100) == (0.0, True)


def test_a_design_is_the_terms_of_all_rows_with_a_column_of_ones():
    X = np.random.default_rng(0).normal(size=(2 * ROWS_AT_ONCE + 7, 3))
    X[::9, 1] = np.nan
    basis = Basis.from_rows(X, constraints=[1, 0, -1], segments=dict.fromkeys(range(3), 2))
    np.testing.assert_array_equal(basis.design(X), np.column_stack([basis.values(X), np.ones(len(X))]))
