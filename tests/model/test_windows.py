import numpy as np
from scipy.special import expit

from attrition.model.boosting import MonotoneBoosting
from attrition.model.windows import Windows

LABEL = np.array([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 0.0, np.nan], [0.0, np.nan, np.nan]])


def mean_loss(windows, margin):
    risk = expit(margin[:, None] + windows.base_log_odds)
    loss = -(windows.label * np.log(risk) + (1 - windows.label) * np.log1p(-risk))
    return np.nansum(loss, axis=1) / windows.label.shape[1]


def test_gradient_and_curvature_are_the_derivatives_of_the_mean_loss():
    windows, margin, step = Windows.from_labels(LABEL), np.array([-1.0, 0.3, 2.0, -3.0, 0.0]), 1e-4
    gradient, curvature = windows.loss(margin)
    up, here, down = (mean_loss(windows, margin + shift) for shift in (step, 0.0, -step))
    np.testing.assert_allclose(gradient, (up - down) / (2 * step), atol=1e-7)
    np.testing.assert_allclose(curvature, (up - 2 * here + down) / step**2, atol=1e-5)


def test_the_total_loss_is_the_sum_of_the_weighted_losses_of_the_rows():
    weight, margin = np.array([1.0, 0.0, 2.0, 1.0, 1.0]), np.array([-1.0, 0.3, 2.0, -3.0, 0.0])
    windows = Windows.from_labels(LABEL, weight)
    np.testing.assert_allclose(windows.total_loss(margin), (weight * mean_loss(windows, margin)).sum())
    gradient, curvature = windows.loss(margin)
    assert (gradient[1], curvature[1]) == (0, 0)
    np.testing.assert_allclose(gradient[2], 2 * Windows(LABEL, windows.base_log_odds).loss(margin)[0][2])


def test_a_window_that_is_not_known_adds_nothing():
    windows = Windows(np.array([[np.nan, np.nan]]), np.zeros(2))
    gradient, curvature = windows.loss(np.array([1.0]))
    assert (gradient[0], curvature[0]) == (0, 0)


def test_a_window_nobody_resigned_in_has_a_level_all_the_same():
    assert np.isfinite(Windows.from_labels(np.zeros((20, 1))).base_log_odds).all()


def test_longer_windows_add_information_to_the_shortest():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(6000, 2))
    soon, later = (draw.random((2, 6000)) < expit(x[:, 0] - np.array([[5.0], [2.0]]))).astype(float)
    both = np.column_stack([soon, np.maximum(soon, later)])
    shape = {"rounds": 60, "depth": 2, "learning_rate": 0.1}
    alone = MonotoneBoosting(1, **shape).fit(x, soon).decision_function(x)
    shared = MonotoneBoosting(1, **shape).fit(x, both).decision_function(x)
    right = np.corrcoef([x[:, 0], alone, shared])[0]
    assert right[2] > right[1] + 0.05


def test_a_recent_row_counts_by_the_windows_it_has_behind_it():
    draw = np.random.default_rng(1)
    x = np.r_[np.zeros(500), np.ones(500)][:, None]
    label = np.column_stack([draw.random(1000) < 0.1 + 0.4 * x[:, 0], np.full(1000, np.nan)]).astype(float)
    label[:500, 1] = draw.random(500) < 0.3
    model = MonotoneBoosting(1, rounds=40).fit(x, label)
    assert np.diff(model.decision_function(np.array([[0.0], [1.0]])))[0] > 1
