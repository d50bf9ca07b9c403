"""Simulate the queues: contacts offered and answered each day, by how many agents were there and how many were needed.

The customers of a queue do not know that a seat is vacant: what is needed follows the seats that exist and the load of
the month, what is there follows the roster. The larger the shortage, the more contacts are given up and the fewer are
answered in time. The answered contacts are those of the table ``contacts``.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from attrition.data.synthetic import columns, daily_rows, parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Layout, Month

STREAM = 17
DAYS_A_WEEK, ABSENCE = 5.0, 0.07
"""Shifts of a full-time agent in a week, and the absence that the forecast allows for."""
TYPICAL_OCCUPANCY = 0.81
SECONDS_A_DAY = 86_400


def service_levels(rows: Frame, contacts: Frame, seats: Frame, *, layout: Layout, month: Month) -> pa.Table:
    """Return a month's rows of ``service_levels``: one per site, queue and day with contacts.

    Parameters
    ----------
    rows : Frame
        The roster, one row per seat and day.
    contacts : Frame
        The contacts of the roster's shifts.
    seats : Frame
        The seats of the month.
    """
    rng = layout.rng(STREAM, month.number)
    shape = (len(parameters.SITES), len(parameters.QUEUES), month.last_day - month.first_day + 1)
    answered = _sums(shape, contacts, layout, month, weights=contacts["handled"], queue=contacts["queue"])
    home = seats["team"] % len(parameters.QUEUES)
    scheduled = _sums(shape, rows, layout, month, weights=np.ones(len(rows["seat"])), queue=home[rows["seat"]])
    worked = (rows["absence"] == daily_rows.NONE) & (rows["day"] > seats["training_end"][rows["seat"]])
    present = _sums(shape, rows, layout, month, weights=worked.astype(float), queue=home[rows["seat"]])
    required = _required(shape, rows, seats, layout=layout, month=month) * np.exp(rng.normal(0, 0.02, shape))
    shortage = np.clip(1 - present / np.maximum(required, 1), -0.5, 0.9)
    given_up = 1 / (1 + np.exp(3.3 - 4.0 * shortage + rng.normal(0, 0.15, shape)))
    in_time = 1 / (1 + np.exp(-1.7 + 5.0 * shortage + rng.normal(0, 0.20, shape)))
    abandoned = np.round(answered * given_up / (1 - given_up))
    site, queue, day = np.nonzero(answered > 0)
    at = (site, queue, day)
    return pa.table(
        {
            "site": columns.labels(parameters.SITES, site),
            "queue": columns.labels(parameters.QUEUES, queue),
            "starts_at": columns.timestamps((month.first_day + day) * SECONDS_A_DAY),
            "offered": columns.small_integers(answered[at] + abandoned[at]),
            "answered": columns.small_integers(answered[at]),
            "answered_within_threshold": columns.small_integers(np.round(answered[at] * in_time[at])),
            "abandoned": columns.small_integers(abandoned[at]),
            "required_agents": columns.small_integers(np.round(required[at])),
            "scheduled_agents": columns.small_integers(scheduled[at]),
        }
    )


def _sums(
    shape: tuple[int, int, int], rows: Frame, layout: Layout, month: Month, *, weights: NDArray, queue: NDArray
) -> NDArray:
    """Return sums over seats by site, queue and day."""
    cell = np.ravel_multi_index((layout.seat_site[rows["seat"]], queue, rows["day"] - month.first_day), shape)
    return np.bincount(cell, weights=weights, minlength=int(np.prod(shape))).reshape(shape)


def _required(shape: tuple[int, int, int], rows: Frame, seats: Frame, *, layout: Layout, month: Month) -> NDArray:
    """Return the agents needed: the seats that exist, spread over days as the roster is, at a typical occupancy."""
    exists = layout.seat_open <= month.number
    home = layout.seat_team % len(parameters.QUEUES)
    seat_count = np.bincount(layout.seat_site * shape[1] + home, weights=exists, minlength=shape[0] * shape[1])
    by_day = np.bincount(rows["day"] - month.first_day, minlength=shape[2])
    profile = by_day / max(by_day.mean(), 1e-9)
    load = np.mean(seats["occupancy"][seats["active"]]) / TYPICAL_OCCUPANCY if seats["active"].any() else 1.0
    needed = seat_count.reshape(shape[:2]) * DAYS_A_WEEK / 7 * (1 - ABSENCE) * load
    return np.asarray(needed[:, :, None] * profile[None, None, :])
