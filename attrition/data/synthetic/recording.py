"""Simulate record keeping: facts recorded late, entered wrongly and corrected, or entered by mistake and withdrawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import Frame

DAY = 86400  # seconds


def recording_times(
    rng: np.random.Generator, day: NDArray, *, usual_days: tuple[int, int], late_share_and_days: tuple[float, int]
) -> NDArray:
    """Return when each fact was recorded, in seconds since 1970, at random between 8 and 19 o'clock.

    Parameters
    ----------
    day : int array
        The day of each fact, in days since 1970.
    usual_days : (int, int)
        Minimum and maximum delay of most facts, in days; negative where facts are recorded in advance.
    late_share_and_days : (float, int)
        Share of the facts that are recorded late, and their maximum delay; the minimum is five days above the usual
        maximum.
    """
    size = len(day)
    delay = rng.integers(usual_days[0], usual_days[1] + 1, size)
    late_share, max_late_days = late_share_and_days
    is_late = rng.random(size) < late_share
    delay = np.where(is_late, rng.integers(usual_days[1] + 5, max_late_days + 1, size), delay)
    return (day + delay) * DAY + rng.integers(8 * 3600, 19 * 3600, size)


def add_corrections(rows: Frame, wrong_values: Frame, *, is_wrong: NDArray, rng: np.random.Generator) -> Frame:
    """Return the rows, and for each wrongly entered row an earlier version with the wrong values.

    The right version is then recorded 15 to 70 days later than the wrong one.

    Parameters
    ----------
    rows : Frame
        The facts as they are, with ``recorded_at`` in seconds.
    wrong_values : Frame
        Columns as they were entered at first, of the same length.
    is_wrong : bool array
        Which rows were entered wrongly.
    """
    wrong_rows = {name: wrong_values.get(name, column)[is_wrong] for name, column in rows.items()}
    corrected_at = rows["recorded_at"] + is_wrong * rng.integers(15, 71, len(is_wrong)) * DAY
    corrected = rows | {"recorded_at": corrected_at}
    return {name: np.concatenate([corrected[name], wrong_rows[name]]) for name in rows}


def add_withdrawals(rows: Frame, false_rows: Frame, *, rng: np.random.Generator) -> Frame:
    """Return the rows, the false rows, and a withdrawal of each false row 3 to 25 days after it was recorded."""
    withdrawals = false_rows | {
        "recorded_at": false_rows["recorded_at"] + rng.integers(3, 26, len(false_rows["recorded_at"])) * DAY,
        "is_retracted": np.ones(len(false_rows["recorded_at"]), dtype=bool),
    }
    return {name: np.concatenate([rows[name], false_rows[name], withdrawals[name]]) for name in rows}


def recorded_by(rows: Frame, last_day: int, *order: str) -> Frame:
    """Return the rows recorded by `last_day`, ordered by recording time and then by the columns `order`."""
    indices = np.flatnonzero(rows["recorded_at"] < (last_day + 1) * DAY)
    keys = [rows[name][indices] for name in reversed(order)]
    indices = indices[np.lexsort((*keys, rows["recorded_at"][indices]))]
    return {name: column[indices] for name, column in rows.items()}
