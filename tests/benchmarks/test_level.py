"""The level is moved where it jumped, and hardly where it stays; the error that is told is the one that is left."""

import level as benchmark
import pytest


def test_a_jump_leaves_less_error_when_the_level_is_moved():
    plain, moved = benchmark.errors(benchmark.jump, 40.0, draws=6)
    assert moved < 0.8 * plain


def test_counts_without_chance_leave_a_steady_level_where_it_is():
    plain, moved = benchmark.errors(benchmark.steady, 1e6, draws=2)
    assert plain == pytest.approx(0, abs=0.01)
    assert moved == pytest.approx(0, abs=0.01)
