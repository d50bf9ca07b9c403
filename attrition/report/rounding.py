"""Rounding of shown numbers, so that one agent's own value cannot be worked out from them.

One agent more or less, between two tables or two months, can be any agent: expected resignations are whole numbers,
and a mean is so coarse that the sum behind it is uncertain by what one agent can contribute.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_STEP_OF_ONE = 10.0
"""A mean of percentage points is rounded so that one agent's own points are not known more closely than this."""

COUNT_STEP = 2
"""Agents with a property are counted in steps of this size before a share is shown."""

POINT_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Rounding steps of percentage points."""


def round_to_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures in whole resignations, the interval rounded outwards, but not for floating-point noise."""
    return rows.assign(
        expected=np.floor(rows["expected"].astype(float) + 0.5),
        low=np.floor(rows["low"].astype(float) + 1e-9),
        high=np.ceil(rows["high"].astype(float) - 1e-9),
    )


def round_points(points: pd.Series, people: int) -> pd.Series:
    """Return means of percentage points over `people` agents, rounded in steps that hide one agent's own.

    Examples
    --------
    >>> means = pd.Series([1.234, -0.38])
    >>> round_points(means, 120).tolist(), round_points(means, 20).tolist()
    ([1.2, -0.4], [1.0, -0.5])
    """
    step = next((step for step in POINT_STEPS if step * people >= MIN_STEP_OF_ONE), POINT_STEPS[-1])
    return ((points / step).round() * step).round(1) + 0.0


def round_mean(value: float, people: int, *, one: float) -> float:
    """Return a mean over `people` agents, rounded so that its sum is uncertain by the range of `one` agent's value.

    Examples
    --------
    >>> round_mean(5183.4, 310, one=5183.4), round_mean(0.2274, 60, one=1.0), round_mean(0.2274, 0, one=1.0)
    (5180.0, 0.22, nan)
    """
    if people < 1 or np.isnan(value) or not one > 0:
        return float(value) if people > 0 else float("nan")
    step = _round_step(one / people)
    return float(round(round(value / step) * step, 10)) + 0.0


def round_share(count: int, people: int) -> float:
    """Return `count` out of `people` as a share, with the count rounded in steps of `COUNT_STEP`.

    Rounding the share itself would reveal a joiner who moves it over a rounding step.

    Examples
    --------
    >>> round_share(27, 48), round_share(11, 11)
    (0.5833333333333334, 1.0)
    """
    rounded = float(np.floor(count / COUNT_STEP + 0.5)) * COUNT_STEP  # halves up: all steps are equally wide
    return min(rounded / people, 1.0) if people else float("nan")


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least so large."""
    power = 10.0 ** np.floor(np.log10(least) + 1e-12)
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9)))


def round_group_means(means: pd.DataFrame, people: pd.DataFrame, *, spread: pd.Series) -> pd.DataFrame:
    """Return means over groups, rounded so that one agent's own value stays unknown by two standard deviations.

    Parameters
    ----------
    means, people : DataFrame
        One row per group, one column per value: the mean, and over how many agents.
    spread : Series
        Standard deviation between agents, one per column of `means`.

    Examples
    --------
    >>> means, people = pd.DataFrame({"share": [0.8342]}), pd.DataFrame({"share": [12]})
    >>> round_group_means(means, people, spread=pd.Series({"share": 0.09}))["share"].tolist()
    [0.84]
    """
    rounded = {
        name: [round_mean(mean, n, one=2 * one) for mean, n in zip(means[name], people[name], strict=True)]
        for name, one in zip(means, spread, strict=True)
    }
    return pd.DataFrame(rounded, index=means.index, columns=means.columns, dtype=float)
