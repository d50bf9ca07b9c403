"""Simulate a month of work as counts per seat: load, shifts, leave, absence; `daily_rows` adds the days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic.frames import NEVER, Frame, hinge
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.teams import drift

OCCUPANCY_SEASON = (
    0.006,
    -0.015,
    0.0,
    0.0,
    0.004,
    0.016,
    -0.006,
    -0.010,
    0.0,
    0.004,
    0.022,
    0.008,
)  # what each calendar month, from January on, adds to the mean occupancy


def presence(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats with the days they are filled in the month: first, last, weekend and week days, and shares.

    ``month_share`` is the share of the month's days, ``notice_share`` the share of these days on notice.
    """
    first, last = context.month.first_day, context.month.last_day
    start = np.maximum(first, seats["hire_day"])
    end = np.minimum(last, seats["exit_day"])
    weekends = np.concatenate([[0], np.cumsum(context.month.is_weekend)])
    days = hinge(end - start + 1) * seats["active"]
    offsets = np.clip([start - first, end - first + 1], 0, last - first + 1)
    weekend_days = np.where(days > 0, weekends[offsets[1]] - weekends[offsets[0]], 0)
    noticed = hinge(end - np.maximum(start, seats["notice_day"] + 1) + 1) * seats["active"]
    return seats | {
        "start": start,
        "end": end,
        "weekend_days": weekend_days.astype(int),
        "week_days": (days - weekend_days).astype(int),
        "month_share": days / (last - first + 1),
        "notice_share": np.where(days > 0, noticed / np.maximum(days, 1), 0.0),
    }


def workload(seats: Frame, teams: Frame, context: MonthContext) -> Frame:
    """Return the seats with a month's occupancy, overtime, abusive contacts and handling times."""
    rng, size = context.rng, len(seats["person"])
    team = seats["team"]
    own = drift(rng, seats["occupancy_dev"], 0.95) - 1.1 * (seats["action_taken"] == 4)
    extra = drift(rng, seats["overtime_dev"], 0.94)
    abuse = drift(rng, seats["abuse_dev"], 0.95)
    wrap = drift(rng, seats["wrap_dev"], 0.97)
    load = teams["load"][team]
    occupancy = np.clip(0.806 + OCCUPANCY_SEASON[context.month.month_of_year] + 0.030 * load + 0.046 * own, 0.5, 0.975)
    hours = 5.5 * np.exp(0.55 * extra + 0.35 * load - 0.2) * seats["month_share"]
    rate = 4.0 * np.exp(0.60 * abuse) * seats["month_share"] * ~seats["in_class"]
    novice = np.exp(-(context.month.last_day - seats["hire_day"]) / 75)
    return seats | {
        "occupancy_dev": own,
        "overtime_dev": extra,
        "abuse_dev": abuse,
        "wrap_dev": wrap,
        "occupancy": occupancy,
        "overtime_hours": np.round(rng.gamma(4.0, hours / 4.0), 2),
        "mandatory": rng.random(size) < 0.25 + 0.25 * (load > 0.8),
        "abusive": rng.poisson(rate),
        "aht": 330 * np.exp(0.28 * novice - 0.05 * seats["ability"] + 0.08 * own + 0.15 * seats["notice_share"]),
        "wrap_share": np.clip(
            0.16 + 0.030 * wrap + 0.005 * seats["latent"] + 0.03 * novice + 0.04 * seats["notice_share"], 0.05, 0.5
        ),
    }


def schedule(seats: Frame, teams: Frame, context: MonthContext) -> Frame:
    """Return the seats with a month's counts of shifts: all, on weekends, at night, and changed at short notice."""
    rng = context.rng
    tight = teams["tightness"][seats["team"]]
    weekly = 4.72 / 7 * (seats["week_days"] + seats["weekend_days"]) * seats["fte"]
    on_weekend = np.minimum(_round_at_random(rng, weekly * seats["weekend"]), seats["weekend_days"])
    in_week = np.minimum(_round_at_random(rng, weekly * (1 - seats["weekend"])), seats["week_days"])
    shifts = on_weekend + in_week
    volatile = (
        0.075 * np.exp(0.75 * tight - 0.8 * (seats["pattern"] == 0)) * np.where(seats["action_taken"] == 5, 0.2, 1.0)
    )
    return seats | {
        "shifts": shifts,
        "weekend_shifts": on_weekend,
        "nights": np.minimum(_round_at_random(rng, shifts * seats["night"]), shifts),
        "changed": rng.binomial(shifts, np.clip(volatile, 0, 0.6)),
    }


def leave(seats: Frame, teams: Frame, context: MonthContext) -> Frame:
    """Return the seats with requests of leave for the coming month, denied more often in tightly staffed teams.

    Leave that was requested and approved in the month before is taken in this one.
    """
    rng, size = context.rng, len(seats["person"])
    tight = teams["tightness"][seats["team"]]
    requested = seats["active"] & ~seats["in_class"] & (rng.random(size) < 0.42 * seats["month_share"])
    denied = requested & (rng.random(size) < np.clip(0.16 * np.exp(0.75 * tight), 0, 0.75))
    span = np.maximum(seats["end"] - seats["start"] + 1, 1)
    request_day = seats["start"] + np.floor(rng.random(size) * span).astype(int)
    request_start = context.month.last_day + 1 + rng.integers(0, 25, size)
    return seats | {
        "leave_requested": requested,
        "denied": denied.astype(float),
        "request_day": request_day,
        "decided_day": request_day + rng.integers(0, 5, size),
        "leave_start": seats["next_leave_start"],
        "leave_days": seats["next_leave_days"],
        "request_start": request_start,
        "next_leave_start": np.where(requested & ~denied, request_start, NEVER),
        "next_leave_days": rng.integers(1, 5, size),
    }


def symptoms(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats with absence, lateness and adherence, which depend on the present risk and on notice."""
    rng = context.rng
    latent, noticed = seats["latent"], seats["notice_share"]
    steady = drift(rng, seats["adherence_dev"], 0.95)
    expected = 0.93 - 0.004 * latent + 0.022 * steady + 0.008 * seats["ability"] - 0.06 * noticed
    away = np.clip(0.021 * np.exp(0.42 * latent) * (1 + 4.0 * noticed), 0, 0.5)
    late = np.clip(0.045 * np.exp(0.22 * latent) * (1 + 1.2 * noticed), 0, 0.6)
    return seats | {
        "adherence_dev": steady,
        "unplanned": rng.binomial(seats["shifts"], away),
        "no_show": rng.random(len(latent)) < 0.012 * np.exp(0.4 * latent) * (1 + 6 * noticed),
        "late": rng.binomial(seats["shifts"], late),
        "adherence": np.clip(expected + rng.normal(0, 0.012, len(latent)), 0.6, 0.995),
    }


def bonus(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats with the attained share of the bonus target, and whether a bonus is paid this month."""
    rng = context.rng
    dev = drift(rng, seats["bonus_dev"], 0.85)
    cut = context.market.bonus_cut[context.index, context.layout.seat_site]
    attained = 0.96 + 0.10 * seats["ability"] + 0.12 * dev - cut + rng.normal(0, 0.03, len(dev))
    paid = (
        seats["active"]
        & (context.month.number - seats["hire_month"] >= 2)
        & (seats["exit_day"] > context.month.first_day + 14)
    )
    return seats | {"bonus_dev": dev, "attained": np.clip(attained, 0.0, 1.7), "bonus_paid": paid}


def _round_at_random(rng: np.random.Generator, expected: NDArray) -> NDArray:
    """Return whole numbers, rounded up or down at random so that their expected value is unchanged."""
    return np.floor(expected + rng.random(len(expected))).astype(int)
