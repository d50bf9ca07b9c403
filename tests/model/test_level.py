"""A level that has moved is followed, one that merely varies by chance is not, and the doubt about it is told."""

import numpy as np
import pytest

from attrition.model.level import level_change

YEAR = np.r_[np.zeros(24), np.ones(12)]


def change_of(rates: np.ndarray, *, seed: int, months_ahead: int = 3) -> float:
    """Draw monthly counts of rates, calibrate on the last year, and return the change of the level."""
    observed = np.random.default_rng(seed).poisson(rates).astype(float)
    expected = np.full(len(rates), observed[-12:].mean())
    return level_change(observed, expected, calibrated_on=YEAR, months_ahead=months_ahead).mean


def test_steady_counts_hardly_move_the_level():
    changes = [change_of(np.full(36, 24.0), seed=seed) for seed in range(8)]
    assert np.mean(np.abs(changes)) < 0.04


@pytest.mark.parametrize(("before", "after"), [(20.0, 34.0), (34.0, 20.0)])
def test_half_of_a_jump_half_a_year_ago_is_followed(before, after):
    rates = np.r_[np.full(30, before), np.full(6, after)]
    missing = np.log(after / ((before + after) / 2))
    changes = [change_of(rates, seed=seed) for seed in range(8)]
    assert 0.5 * abs(missing) < abs(np.mean(changes)) < 1.2 * abs(missing)
    assert np.sign(np.mean(changes)) == np.sign(missing)


def test_a_rise_is_followed_better_in_a_large_centre_than_in_a_small_one():
    rise = np.exp(np.linspace(-0.5, 0.5, 36))
    small, large = (np.mean([change_of(size * rise, seed=seed) for seed in range(8)]) for size in (5, 80))
    assert 0 < small < large


def test_few_counts_leave_more_doubt_than_many():
    variances = [
        level_change(np.full(36, count), np.full(36, count), calibrated_on=YEAR, months_ahead=3).variance
        for count in (3.0, 30.0)
    ]
    assert variances[0] > variances[1] > 0
