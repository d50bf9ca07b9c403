"""Draw daily rows of shifts and contacts that add up to a month's counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import Month

NONE, UNPLANNED, PLANNED, NO_SHOW = range(4)  # codes of absences, the positions in ABSENCES
ABSENCES = ("none", "unplanned", "planned", "no_show")
START_MINUTES = (
    540,
    420,
    600,
    720,
    840,
)  # minutes after midnight: of day shifts, and of the four weeks of a rotating roster


def pick(rng: np.random.Generator, allowed: NDArray, counts: NDArray, *, preferred: NDArray | None = None) -> NDArray:
    """Return a mask with `counts` of the allowed positions of each row picked at random, or all if there are fewer.

    Positions in `preferred` are picked before the others.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> pick(rng, np.array([[True, False, True], [True, True, True]]), np.array([5, 2])).sum(axis=1).tolist()
    [2, 2]
    """
    keys = rng.random(allowed.shape, dtype=np.float32)
    if preferred is not None:
        keys -= preferred
    keys[~allowed] = 2.0
    order = np.sort(keys, axis=1)
    picked = np.clip(counts, 0, allowed.shape[1])
    limit = np.where(picked > 0, order[np.arange(len(keys)), np.maximum(picked - 1, 0)], -2.0)
    return np.asarray(allowed & (keys <= limit[:, None]))


def roster(seats: Frame, month: Month, rng: np.random.Generator) -> Frame:
    """Return the month's scheduled shifts, one row per seat and day, ordered by seat and day."""
    present = np.flatnonzero(seats["active"] & (seats["end"] >= seats["start"]))
    working = {name: column[present] for name, column in seats.items() if len(column) == len(seats["active"])}
    days = np.arange(month.first_day, month.last_day + 1)[None, :]
    is_present = (days >= working["start"][:, None]) & (days <= working["end"][:, None])
    noticed = days > working["notice_day"][:, None]
    scheduled = pick(rng, is_present & month.is_weekend, working["weekend_shifts"])
    scheduled |= pick(rng, is_present & ~month.is_weekend, working["shifts"] - working["weekend_shifts"])
    absence = _absences(rng, working, scheduled, days=days, noticed=noticed)
    worked = scheduled & (absence == NONE)
    overtime_days = np.ceil(working["overtime_hours"] * 60 / 110).astype(int)
    marks = {
        "late": pick(rng, worked, working["late"]),
        "is_night": pick(rng, scheduled, working["nights"]),
        "changed": pick(rng, scheduled, working["changed"]),
        "overtime": pick(rng, worked, overtime_days),
    }
    row, column = np.nonzero(scheduled)
    flat = {name: mark[row, column] for name, mark in marks.items()}
    minutes = np.round(working["overtime_hours"] * 60 / np.maximum(marks["overtime"].sum(axis=1), 1))
    return flat | {
        "seat": present[row],
        "day": month.first_day + column,
        "absence": absence[row, column],
        "noticed": noticed[row, column],
        "overtime_minutes": flat["overtime"] * np.minimum(minutes[row], 360),
    }


def _absences(
    rng: np.random.Generator, seats: Frame, scheduled: NDArray, *, days: NDArray, noticed: NDArray
) -> NDArray:
    """Return the code of each scheduled day's absence, `NONE` where the shift was worked."""
    start, length = seats["leave_start"][:, None], seats["leave_days"][:, None]
    planned = scheduled & (days >= start) & (days < start + length)
    unplanned = pick(rng, scheduled & ~planned, seats["unplanned"], preferred=noticed)
    no_show = pick(rng, scheduled & ~planned & ~unplanned, seats["no_show"].astype(int), preferred=noticed)
    return NO_SHOW * no_show + UNPLANNED * unplanned + PLANNED * planned


def shifts(rows: Frame, seats: Frame, rng: np.random.Generator) -> Frame:
    """Return the minutes, start and day of publication of each shift of a roster."""
    seat, day, size = rows["seat"], rows["day"], len(rows["seat"])
    scheduled = np.round(480 * seats["fte"][seat])
    worked = rows["absence"] == NONE
    late = np.round(rows["late"] * (3 + rng.exponential(14, size))).clip(0, 180)
    adherence = np.clip(seats["adherence"][seat] + rng.normal(0, 0.025, size), 0.3, 1.0)
    week = (seats["person"][seat] + day // 7) % 4
    start = np.where(seats["pattern"][seat] == 0, START_MINUTES[0], np.array(START_MINUTES[1:])[week])
    start = np.where(rows["is_night"], 1320, start + rows["changed"] * 60 * rng.integers(-2, 3, size))
    notice_days = 14 - np.round(3 * np.clip(seats["team_tightness"][seat], 0, 2.5)).astype(int)
    return {
        "scheduled_minutes": scheduled,
        "worked_minutes": worked * (scheduled - late + rows["overtime_minutes"]),
        "overtime_minutes": rows["overtime_minutes"],
        "overtime_mandatory": (rows["overtime_minutes"] > 0) & seats["mandatory"][seat],
        "adherent_minutes": np.round(worked * np.minimum(scheduled * adherence, scheduled - late)),
        "late_minutes": late,
        "published_day": day - (day + 3) % 7 - notice_days,
        "start_minute": start,
    }


def contacts(rows: Frame, minutes: Frame, seats: Frame, rng: np.random.Generator) -> Frame:
    """Return the contacts of the shifts worked after class training, one row per seat and day, in a single queue."""
    on_phone = (rows["absence"] == NONE) & (rows["day"] > seats["training_end"][rows["seat"]])
    seat, day = rows["seat"][on_phone], rows["day"][on_phone]
    noticed, size = rows["noticed"][on_phone], int(on_phone.sum())
    weekday = (day + 3) % 7
    busy = np.array((0.022, 0.008, 0.0, 0.0, 0.002, -0.020, -0.022))[weekday]
    occupancy = np.clip(seats["occupancy"][seat] + busy + rng.normal(0, 0.03, size) - 0.10 * noticed, 0.35, 0.985)
    logged = np.round(minutes["worked_minutes"][on_phone] * 60 * 0.86)
    handle = np.round(occupancy * logged)
    handled = np.maximum(1, np.round(handle / (seats["aht"][seat] * np.exp(rng.normal(0, 0.07, size))))).astype(int)
    wrap = np.round(handle * np.clip(seats["wrap_share"][seat] + rng.normal(0, 0.012, size), 0.02, 0.6))
    hold = np.round(handle * np.clip(0.05 + rng.normal(0, 0.012, size), 0.0, 0.2))
    ability = seats["ability"][seat]
    scored = rng.binomial(handled, 0.22)
    csat_sum = scored * (4.15 + 0.13 * ability) + np.sqrt(scored) * rng.normal(0, 0.9, size)
    return {
        "seat": seat,
        "day": day,
        "queue": (seats["team"][seat] + (rng.random(size) < 0.06) * (seats["skills"][seat] > 1))
        % len(parameters.QUEUES),
        "handled": handled,
        "talk_seconds": handle - wrap - hold,
        "hold_seconds": hold,
        "wrap_seconds": wrap,
        "idle_seconds": logged - handle,
        "transfers": rng.binomial(handled, np.clip(0.06 - 0.012 * ability, 0.01, 0.3)),
        "repeats": rng.binomial(handled, np.clip(0.11 - 0.015 * ability, 0.01, 0.4)),
        "abusive": np.minimum(_spread_events(rng, seat, seats["abusive"]), handled),
        "complaints": np.minimum(rng.poisson(np.exp(-3.4 - 0.25 * ability)), handled),
        "csat_sum": np.clip(np.round(csat_sum), scored, 5 * scored),
        "csat_count": scored,
    }


def _spread_events(rng: np.random.Generator, seat: NDArray, counts: NDArray) -> NDArray:
    """Return the number of events of each row, each seat's count spread at random over its rows.

    Rows must be ordered by seat.
    """
    rows = np.bincount(seat, minlength=len(counts))
    first = np.concatenate([[0], np.cumsum(rows)[:-1]])
    events = np.repeat(np.arange(len(counts)), np.where(rows > 0, counts, 0))
    positions = first[events] + np.floor(rng.random(len(events)) * rows[events]).astype(int)
    return np.bincount(positions, minlength=len(seat))
