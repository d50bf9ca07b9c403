"""Simulate work outside the office and clockings that fail there, drawn apart from everything else.

All draws come from streams of their own, so that the other tables of a seed are the same with and without them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.daily_rows import NONE
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Layout
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.teams import drift

SEATS_STREAM, MONTHS_STREAM, DAYS_STREAM = 14, 15, 16
FIELD_SEATS = 0.18
"""Share of the seats with work outside the office."""
CORRECTED = 0.7
"""Share of the failed clockings that are corrected by hand."""
HOME_DAYS = (0.0, 0.4, 1.0)
"""Share of the days at home, by work mode: office, hybrid, home."""
PLACES = ("office", "home", "field", "")
OFFICE, HOME, FIELD, NOWHERE = range(4)


def first_attendance(layout: Layout) -> Frame:
    """Return the share of days that each seat is in the field, and how the app fails there at first."""
    rng = layout.rng(SEATS_STREAM)
    size = len(layout.seat_site)
    return {
        "field": np.where(rng.random(size) < FIELD_SEATS, rng.beta(2.0, 3.0, size), 0.0),
        "clock_dev": rng.normal(0, 1, size),
    }


def attendance(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats with a month's counts of field days, failed clockings, and those corrected by hand."""
    rng = context.layout.rng(MONTHS_STREAM, context.month.number)
    dev = drift(rng, seats["clock_dev"], 0.9)
    failing = np.clip(0.015 * np.exp(0.8 * dev) + 0.25 * seats["field"] * np.exp(0.5 * dev), 0, 0.6)
    missing = rng.binomial(seats["shifts"], failing)
    return seats | {
        "clock_dev": dev,
        "field_days": rng.binomial(seats["shifts"], seats["field"]),
        "clock_missing": missing,
        "clock_corrected": rng.binomial(missing, CORRECTED),
    }


def daily_attendance(rows: Frame, seats: Frame, rng: np.random.Generator) -> Frame:
    """Return the place of each shift of a roster, and whether its clocking failed and was corrected.

    Returns
    -------
    Frame
        ``work_place`` (a position in `PLACES`), ``clock_missing`` and ``clock_corrected``, one row per shift; a shift
        that was not worked has no place and no clocking.
    """
    worked, seat = rows["absence"] == NONE, rows["seat"]
    at_home = rng.random(len(seat)) < np.array(HOME_DAYS)[seats["mode"][seat]]
    in_field = spread_days(rng, seat, worked, counts=seats["field_days"])
    missing = spread_days(rng, seat, worked, counts=seats["clock_missing"])
    place = np.where(in_field, FIELD, np.where(at_home, HOME, OFFICE))
    return {
        "is_worked": worked,
        "work_place": np.where(worked, place, NOWHERE),
        "clock_missing": missing,
        "clock_corrected": spread_days(rng, seat, missing, counts=seats["clock_corrected"]),
    }


def spread_days(rng: np.random.Generator, seat: NDArray, allowed: NDArray, *, counts: NDArray) -> NDArray:
    """Return which allowed rows are picked at random, as many of each seat as it counts, or all if there are fewer.

    Rows must be ordered by seat.

    Examples
    --------
    >>> seat, allowed = np.array([0, 0, 0, 1]), np.array([True, True, False, True])
    >>> picked = spread_days(np.random.default_rng(1), seat, allowed, counts=np.array([1, 5]))
    >>> np.bincount(seat, picked).tolist(), bool(picked[2])
    ([1.0, 1.0], False)
    """
    keys = np.where(allowed, rng.random(len(seat)), 2.0)
    order = np.lexsort((keys, seat))
    rank = np.arange(len(seat)) - np.searchsorted(seat, seat)
    picked = np.zeros(len(seat), dtype=bool)
    picked[order] = rank < counts[seat]
    return picked & allowed
