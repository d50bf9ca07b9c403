"""The benchmark of monitoring draws what it says: steady, changed and shaken counts, and a bound no test exceeds."""

from __future__ import annotations

import monitoring as benchmark
import numpy as np
import pytest

CENTRE = benchmark.Centre(np.full((200, 12), 0.05), np.full((200, 12), 0.05))


def mean_ratio(world: benchmark.World, months: int) -> float:
    observed, expected = benchmark.counts(CENTRE, world, months, np.random.default_rng(1))
    return float(observed.sum() / expected.sum())


def test_a_steady_world_has_what_is_expected_and_a_changed_one_has_more() -> None:
    assert mean_ratio(benchmark.World(20_000), 6) == pytest.approx(1.0, abs=0.03)
    assert mean_ratio(benchmark.World(20_000, change=1.3), 6) == pytest.approx(1.3, abs=0.03)
    assert mean_ratio(benchmark.World(20_000, change=1.3, begins=3), 6) == pytest.approx(1.15, abs=0.03)


def test_a_large_centre_notices_and_a_small_one_cannot() -> None:
    large, small = (benchmark.World(agents, change=0.7) for agents in (5_000, 100))
    assert benchmark.caught(CENTRE, large, 5, months_between=24) == 1.0
    assert benchmark.at_best(CENTRE, large, months_between=24) > 0.99
    assert benchmark.at_best(CENTRE, small, months_between=24) < 0.8
