"""How well the level follows simulated monthly counts: steady, with seasons, rising or falling, drifting, jumping.

Each draw has 36 months of Poisson counts and six months ahead. The level is calibrated on the last twelve months, and
moved by `attrition.model.level.level_change`; its error is the root mean square of its logarithm, beside that of a
level that is not moved.

    python benchmarks/level.py --draws 100
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd

from attrition.model.level import level_change

MONTHS, AHEAD, CALIBRATED = 36, 6, 12
SIZES = (6, 24, 80)
"""Resignations a month."""


def steady(draw: np.random.Generator) -> np.ndarray:
    """Return a level that stays."""
    return np.zeros(MONTHS + AHEAD)


def seasons(draw: np.random.Generator) -> np.ndarray:
    """Return a level that differs by month of the year; the months ahead are as the year is."""
    return np.r_[np.resize(draw.normal(0, 0.15, 12), MONTHS), np.zeros(AHEAD)]


def trend(draw: np.random.Generator) -> np.ndarray:
    """Return a level that doubles, or halves, over the whole time."""
    return np.linspace(-0.35, 0.35, MONTHS + AHEAD) * draw.choice([-1, 1])


def drift(draw: np.random.Generator) -> np.ndarray:
    """Return a level that moves by .08 a month, up or down by chance."""
    return np.cumsum(draw.normal(0, 0.08, MONTHS + AHEAD))


def jump(draw: np.random.Generator) -> np.ndarray:
    """Return a level that jumped by .5 (by two thirds, or by two fifths down) one to twelve months before the end."""
    is_after = np.arange(MONTHS + AHEAD) >= MONTHS - draw.integers(1, 13)
    return 0.5 * is_after * draw.choice([-1, 1])


PATHS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    path.__name__: path for path in (steady, seasons, trend, drift, jump)
}


def errors(path: Callable[[np.random.Generator], np.ndarray], size: float, *, draws: int) -> tuple[float, float]:
    """Return the error of the level that is not moved, and of the one that is."""
    draw = np.random.default_rng(0)
    calibrated_on = np.r_[np.zeros(MONTHS - CALIBRATED), np.ones(CALIBRATED)]
    differences = []
    for _ in range(draws):
        level = path(draw)
        observed = draw.poisson(size * np.exp(level[:MONTHS])).astype(float)
        expected = np.full(MONTHS, max(observed[-CALIBRATED:].mean(), 0.5 / CALIBRATED))
        change = level_change(observed, expected, calibrated_on=calibrated_on, months_ahead=3).mean
        unmoved = np.log(expected[0] / size) - level[MONTHS:].mean()
        differences.append((unmoved, unmoved + change))
    plain, following = np.sqrt(np.square(differences).mean(axis=0))
    return float(plain), float(following)


def main() -> None:
    """Print the table of errors by path and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100)
    draws = parser.parse_args().draws
    rows = [(name, size, *errors(path, size, draws=draws)) for name, path in PATHS.items() for size in SIZES]
    print(pd.DataFrame(rows, columns=["level", "a month", "not moved", "moved"]).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
