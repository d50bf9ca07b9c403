"""Simulate hiring: new and former persons for vacant seats, and the state of their seats on the first day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import NEVER, Frame, concat_rows
from attrition.data.synthetic.month_context import MonthContext


def empty_register() -> Frame:
    """Return a register of persons without rows."""
    integer_columns = ("birth_day", "gender", "education", "minority", "site", "commute", "left_on", "is_working")
    return {name: np.zeros(0, dtype=np.int64) for name in integer_columns} | {
        "ability": np.zeros(0),
        "frailty": np.zeros(0),
    }


def hire(context: MonthContext, sites: NDArray, persons: Frame) -> tuple[NDArray, Frame]:
    """Return the persons hired for vacant seats, and the register of persons with the new ones added.

    `sites` (seats,) are the sites of the seats; the persons hired (seats,) are row numbers of the register. A few of
    them are former agents of the site; the new person drawn for such a seat stays in the register without a job.
    """
    rng, count = context.rng, len(sites)
    new_persons = {
        "birth_day": context.month.first_day - np.round(365.25 * (19 + rng.gamma(2.2, 2.4, count))).astype(int),
        "gender": (rng.random(count) < 0.63).astype(int),
        "education": rng.choice(len(parameters.EDUCATION), count, p=(0.35, 0.45, 0.20)),
        "minority": (rng.random(count) < 0.09).astype(int),
        "site": sites,
        "commute": np.round(5 + rng.gamma(2.6, 14.0, count)).astype(int).clip(5, 150),
        "ability": rng.normal(0, 1, count),
        "frailty": rng.normal(0, context.world.frailty_sd, count),
        "left_on": np.full(count, NEVER),
        "is_working": np.ones(count, dtype=np.int64),
    }
    hired = len(persons["site"]) + np.arange(count)
    register = concat_rows([persons, new_persons])
    for seat in np.flatnonzero(rng.random(count) < parameters.REHIRE_SHARE):
        has_left = (context.month.first_day - persons["left_on"] > 90) & (persons["is_working"] == 0)
        former = np.flatnonzero(has_left & (persons["site"] == sites[seat]) & ~np.isin(np.arange(len(has_left)), hired))
        if len(former):
            hired[seat] = rng.choice(former[-200:])
    return hired, register


def first_day_state(context: MonthContext, hired: NDArray, sites: NDArray, persons: Frame) -> Frame:
    """Return the state of newcomers' seats on their first day, one row per newcomer."""
    rng, count = context.rng, len(hired)
    level = (rng.random(count) < 0.08).astype(int)
    start = _class_start(context, rng.random(count) < 0.5)
    employment = rng.choice(len(parameters.EMPLOYMENT), count, p=parameters.EMPLOYMENT_SHARE)
    term = np.array((NEVER, 24, 12, 6))[employment]
    median = context.market.median[context.index, sites, level]
    pay = np.round(median * np.exp(rng.normal(*parameters.START_PAY_LOG, count)), -1)
    pattern = rng.choice(len(parameters.SHIFT_PATTERNS), count, p=parameters.PATTERN_SHARE)
    return {
        "person": hired,
        "active": np.ones(count, dtype=bool),
        "ability": persons["ability"][hired],
        "frailty": persons["frailty"][hired],
        "commute": persons["commute"][hired],
        "hire_day": start,
        "hire_month": np.full(count, context.month.number),
        "source": rng.choice(len(parameters.HIRING_SOURCES), count, p=parameters.HIRING_SHARE),
        "employment": employment,
        "contract_end": np.where(term < NEVER, start + np.round(term * 30.44).astype(int), NEVER),
        "training_end": start + 11,
        "probation_end": start + np.where(employment == 0, 181, np.where(employment == 3, 30, 91)),
        "fte": np.where(rng.random(count) < 0.05, 0.8, 1.0),
        "level": level,
        "base_pay": pay,
        "skills": 1 + (rng.random(count) < 0.2),
        "pattern": pattern,
        "mode": np.zeros(count, dtype=np.int64),
        "weekend": np.clip(np.array(parameters.PATTERN_WEEKEND)[pattern] + rng.normal(0, 0.05, count), 0, 0.42),
        "night": np.clip(np.array(parameters.PATTERN_NIGHT)[pattern] * rng.uniform(0.4, 1.6, count), 0, 0.95),
        "notice_day": np.full(count, NEVER),
        "exit_day": np.full(count, NEVER),
        "exit_kind": np.zeros(count, dtype=np.int64),
    } | _initial_deviations(rng, count, context.month.number)


def _initial_deviations(rng: np.random.Generator, count: int, month: int) -> Frame:
    """Return the deviations of newcomers' work from the average, which drift slowly, and months of earlier events."""
    deviations = (
        "occupancy_dev",
        "overtime_dev",
        "abuse_dev",
        "bonus_dev",
        "quality_dev",
        "social_dev",
        "wrap_dev",
        "adherence_dev",
    )
    events = ("rejected_month", "promoted_month", "talk_month", "applied_month")
    return (
        {name: rng.normal(0, 1, count) for name in deviations}
        | {name: np.full(count, -NEVER) for name in events}
        | {name: np.full(count, month) for name in ("role_month", "raise_month")}
        | {name: np.full(count, NEVER) for name in ("leave_start", "next_leave_start")}
        | {name: np.zeros(count, dtype=np.int64) for name in ("leave_days", "next_leave_days")}
        | {"latent": np.zeros(count)}
    )


def _class_start(context: MonthContext, is_second_class: NDArray) -> NDArray:
    """Return the first day of training: the first Monday of the month, or the third where `is_second_class`."""
    first_monday = context.month.first_day + (-(context.month.first_day + 3)) % 7
    return first_monday + 14 * is_second_class.astype(int)
