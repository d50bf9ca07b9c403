"""How facts become known: recorded late, entered wrongly and put right, entered by mistake and withdrawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.world import Frame

DAY = 86400


def recorded(rng: np.random.Generator, day: NDArray, *, usual: tuple[int, int], late: tuple[float, int]) -> NDArray:
    """Say when each fact of a day was recorded, in seconds: `usual` days after, or, for a share, up to so many.

    A negative usual delay means recorded ahead; `late` is (share, most days).
    """
    size = len(day)
    delay = rng.integers(usual[0], usual[1] + 1, size)
    slow = rng.random(size) < late[0]
    delay = np.where(slow, rng.integers(usual[1] + 5, late[1] + 1, size), delay)
    return (day + delay) * DAY + rng.integers(8 * 3600, 19 * 3600, size)


def corrected(rows: Frame, wrong: Frame, *, where: NDArray, rng: np.random.Generator) -> Frame:
    """Enter some rows wrongly first, and put them right 15 to 70 days later: same key, later ``recorded_at``.

    Parameters
    ----------
    rows : Frame
        The facts as they are, with ``recorded_at`` in seconds.
    wrong : Frame
        Columns as they were entered at first, same length.
    where : bool array
        Which rows were entered wrongly.
    """
    first = {name: wrong.get(name, column)[where] for name, column in rows.items()}
    later = rows["recorded_at"] + where * rng.integers(15, 71, len(where)) * DAY
    mended = rows | {"recorded_at": later}
    return {name: np.concatenate([mended[name], first[name]]) for name in rows}


def withdrawn(rows: Frame, false: Frame, *, rng: np.random.Generator) -> Frame:
    """Add facts that never were: entered, and withdrawn 3 to 25 days later."""
    taken_back = false | {
        "recorded_at": false["recorded_at"] + rng.integers(3, 26, len(false["recorded_at"])) * DAY,
        "is_retracted": np.ones(len(false["recorded_at"]), dtype=bool),
    }
    return {name: np.concatenate([rows[name], false[name], taken_back[name]]) for name in rows}


def known(rows: Frame, last_day: int, *order: str) -> Frame:
    """Keep what was recorded by the day of the export, ordered by when it was, then by the named columns."""
    kept = np.flatnonzero(rows["recorded_at"] < (last_day + 1) * DAY)
    keys = [rows[name][kept] for name in reversed(order)]
    kept = kept[np.lexsort((*keys, rows["recorded_at"][kept]))]
    return {name: column[kept] for name, column in rows.items()}
