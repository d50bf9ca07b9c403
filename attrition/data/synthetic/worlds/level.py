"""Levels that move: what a month adds to everybody's log-hazard and no table holds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.worlds.world import steady_climate

Climate = Callable[[NDArray], NDArray]


def constant(log_rate: float) -> Climate:
    """Return a level that is the same in every month and at every site."""
    return lambda months: steady_climate(months) + log_rate


def jump(log_rate: float, *, month: int, size: float) -> Climate:
    """Return a level that jumps by `size`, in log-hazard, at a month of the exports and stays there."""
    return lambda months: steady_climate(months) + log_rate + size * (months >= month)[:, None]


def walk(log_rate: float, *, step: float, rng: np.random.Generator) -> Climate:
    """Return a level that walks at random through the exported months, by steps of a standard deviation a month."""
    path = np.concatenate([[0.0], np.cumsum(rng.normal(0, step, 1200))])
    return lambda months: steady_climate(months) + log_rate + path[np.clip(months, 0, 1200)][:, None]
