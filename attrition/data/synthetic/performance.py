"""Ratings of a synthetic centre: each half-year a rating from 1 to 5, which has nothing to do with who resigns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from attrition.data.synthetic import columns
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Layout, Month

STREAM = 18
SCALE = (1, 2, 3, 4, 5)
SHARES = (0.04, 0.16, 0.45, 0.26, 0.09)
MIN_DAYS = 60
"""Whoever has been there for fewer days at the end of a period is not rated."""


def performance(spells: Frame, exits: Frame, layout: Layout) -> pa.Table:
    """Return the table ``performance``: a row for everybody who is there at the end of a half-year."""
    rng = layout.rng(STREAM)
    last_day = np.full(len(spells["spell"]), np.iinfo(np.int64).max)
    order = np.argsort(spells["spell"], kind="stable")
    places = np.searchsorted(spells["spell"][order], exits["spell"])
    last_day[order[places]] = exits["exit_day"]
    months = [number for number in range(layout.first_month, layout.last_month + 1) if number % 6 == 5]
    people, days = [], []
    for number in months:  # June and December
        end = Month(number).last_day
        is_rated = (spells["hire_day"] + MIN_DAYS <= end) & (last_day > end)
        people.append(np.unique(spells["person"][is_rated]))
        days.append(np.full(len(people[-1]), end))
    person = np.concatenate([*people, np.zeros(0, dtype=np.int64)])
    rated = rng.choice(SCALE, len(person), p=SHARES).astype(float)
    return pa.table(
        {
            "agent_id": columns.agent_ids(person),
            "period_end": columns.dates(np.concatenate([*days, np.zeros(0, dtype=np.int64)])),
            "rating": columns.numbers(rated, 0),
            "scale_max": columns.numbers(np.full(len(person), float(SCALE[-1])), 0),
        }
    )
