"""Simulate record keeping: facts recorded late, entered wrongly and corrected, entered by mistake and withdrawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import Frame

DAY = 86400


def recording_times(
    rng: np.random.Generator, day: NDArray, *, usual: tuple[int, int], late: tuple[float, int]
) -> NDArray:
    """Draw when each fact was recorded, in seconds since 1970: `usual` days after its day, or later for some.

    `usual` is (fewest, most) days, negative where facts are recorded in advance; `late` is (share, most days).
    """
    size = len(day)
    delay = rng.integers(usual[0], usual[1] + 1, size)
    is_late = rng.random(size) < late[0]
    delay = np.where(is_late, rng.integers(usual[1] + 5, late[1] + 1, size), delay)
    return (day + delay) * DAY + rng.integers(8 * 3600, 19 * 3600, size)


def add_corrections(rows: Frame, wrong: Frame, *, is_wrong: NDArray, rng: np.random.Generator) -> Frame:
    """Return the rows, some entered wrongly first and corrected 15 to 70 days later: same key, later ``recorded_at``.

    Parameters
    ----------
    rows : Frame
        The facts as they are, with ``recorded_at`` in seconds.
    wrong : Frame
        Columns as they were entered at first, same length.
    is_wrong : bool array
        Which rows were entered wrongly.
    """
    first = {name: wrong.get(name, column)[is_wrong] for name, column in rows.items()}
    later = rows["recorded_at"] + is_wrong * rng.integers(15, 71, len(is_wrong)) * DAY
    corrected = rows | {"recorded_at": later}
    return {name: np.concatenate([corrected[name], first[name]]) for name in rows}


def add_withdrawals(rows: Frame, false: Frame, *, rng: np.random.Generator) -> Frame:
    """Return the rows with false facts added, each entered and withdrawn 3 to 25 days later."""
    withdrawals = false | {
        "recorded_at": false["recorded_at"] + rng.integers(3, 26, len(false["recorded_at"])) * DAY,
        "is_retracted": np.ones(len(false["recorded_at"]), dtype=bool),
    }
    return {name: np.concatenate([rows[name], false[name], withdrawals[name]]) for name in rows}


def recorded_by(rows: Frame, last_day: int, *order: str) -> Frame:
    """Return the rows recorded by the day of the export, ordered by recording time, then by the named columns."""
    indices = np.flatnonzero(rows["recorded_at"] < (last_day + 1) * DAY)
    keys = [rows[name][indices] for name in reversed(order)]
    indices = indices[np.lexsort((*keys, rows["recorded_at"][indices]))]
    return {name: column[indices] for name, column in rows.items()}
