"""Round shown numbers so that no agent's own value can be worked out from them.

Two tables, or those of two months, may differ by one agent, whose own value a reader could compute as the difference.
Expected resignations are therefore shown as whole numbers, and a mean is rounded so coarsely that the sum behind it is
uncertain by as much as one agent can contribute.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_POINTS_PER_AGENT = 10.0
"""A mean of percentage points is rounded so that the points of one agent are uncertain by at least this many."""

COUNT_STEP = 2
"""Before a share is shown, the count of agents behind it is rounded to a multiple of this."""

POINT_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Rounding steps of percentage points."""


def round_to_whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``expected`` in whole numbers, and its interval ``low``, ``high`` rounded outwards to whole numbers.

    An end that exceeds a whole number by floating-point error only is not moved to the next.
    """
    return rows.assign(
        expected=np.floor(rows["expected"].astype(float) + 0.5),
        low=np.floor(rows["low"].astype(float) + 1e-9),
        high=np.ceil(rows["high"].astype(float) - 1e-9),
    )


def round_points(points: pd.Series, people: int) -> pd.Series:
    """Return means of percentage points over `people` agents, rounded to the smallest step that hides one agent's own.

    The step is the largest of `POINT_STEPS` where even that is too small for so few agents.

    Examples
    --------
    >>> means = pd.Series([1.234, -0.38])
    >>> round_points(means, 120).tolist(), round_points(means, 20).tolist()
    ([1.2, -0.4], [1.0, -0.5])
    """
    step = point_step(people)
    return ((points / step).round() * step).round(1) + 0.0


def point_step(people: int) -> float:
    """Return the rounding step of means of percentage points over `people` agents."""
    return next((step for step in POINT_STEPS if step * people >= MIN_POINTS_PER_AGENT), POINT_STEPS[-1])


def round_to_movement(points: pd.Series, people: int) -> pd.Series:
    """Return changes of means as `round_points` rounds them, zero where they are no more than rounding can make.

    Each of two means is uncertain by half a step, so that a change of one step may be none.

    Examples
    --------
    >>> round_to_movement(pd.Series([0.1, -0.31]), 120).tolist()
    [0.0, -0.3]
    """
    rounded = round_points(points, people)
    return rounded.where(rounded.isna() | (rounded.abs() > 1.5 * point_step(people)), 0.0)


def round_mean(value: float, people: int, *, range_of_one: float) -> float:
    """Return a mean over `people` agents, rounded so that its sum is uncertain by `range_of_one`.

    `range_of_one` is how far the values of two agents can lie apart. The result is null for no people, and not rounded
    where the range is zero.

    Examples
    --------
    >>> round_mean(5183.4, 310, range_of_one=5183.4), round_mean(0.2274, 60, range_of_one=1.0)
    (5180.0, 0.22)
    >>> round_mean(0.2274, 0, range_of_one=1.0)
    nan
    """
    if people < 1 or np.isnan(value) or not range_of_one > 0:
        return float(value) if people > 0 else float("nan")
    step = _round_step(range_of_one / people)
    return float(round(round(value / step) * step, 10)) + 0.0


def round_means(values: pd.Series, people: pd.Series, *, range_of_one: pd.Series) -> pd.Series:
    """Return means of many groups, each rounded as by `round_mean`, in one pass.

    Examples
    --------
    >>> means, people = pd.Series([5183.4, 0.2274]), pd.Series([310, 60])
    >>> round_means(means, people, range_of_one=pd.Series([5183.4, 1.0])).tolist()
    [5180.0, 0.22]
    """
    least = (range_of_one / people.where(people > 0)).astype(float)
    power = 10.0 ** np.floor(np.log10(least.where(least > 0)) + 1e-12)
    enough = [power * factor >= least * (1 - 1e-9) for factor in (1, 2, 5)]
    step = power * np.select(enough, [1.0, 2.0, 5.0], 10.0)
    rounded = ((values / step).round() * step).round(10) + 0.0
    return rounded.where(step.notna(), values.where(people > 0))


def round_share(count: int, people: int) -> float:
    """Return `count` out of `people` as a share, with the count rounded in steps of `COUNT_STEP`.

    If the share itself were rounded, one new agent could move it over a rounding step and so reveal their value.

    Examples
    --------
    >>> round_share(27, 48), round_share(11, 11)
    (0.5833333333333334, 1.0)
    """
    rounded = (
        float(np.floor(count / COUNT_STEP + 0.5)) * COUNT_STEP
    )  # halves are rounded up, so that each step covers equally many counts
    return min(rounded / people, 1.0) if people else float("nan")


def _round_step(min_step: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is at least `min_step`."""
    power = 10.0 ** np.floor(np.log10(min_step) + 1e-12)
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= min_step * (1 - 1e-9)))


def round_group_means(means: pd.DataFrame, people: pd.DataFrame, *, spread: pd.Series) -> pd.DataFrame:
    """Return means over groups, rounded so that their sums are uncertain by two standard deviations.

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
        name: [
            round_mean(mean, n, range_of_one=2 * deviation) for mean, n in zip(means[name], people[name], strict=True)
        ]
        for name, deviation in zip(means, spread, strict=True)
    }
    return pd.DataFrame(rounded, index=means.index, columns=means.columns, dtype=float)
