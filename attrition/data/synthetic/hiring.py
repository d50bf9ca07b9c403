"""Hire agents: persons, their employment spells, and the state of a seat on the first day."""

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


def hire(now: MonthContext, sites: NDArray, persons: Frame) -> tuple[NDArray, Frame]:
    """Return the persons hired for seats at the given sites: mostly new ones, some who have left before.

    Returns the persons' numbers (seats,) and the register with the new persons added.
    """
    rng, count = now.rng, len(sites)
    new_persons = {
        "birth_day": now.month.first - np.round(365.25 * (19 + rng.gamma(2.2, 2.4, count))).astype(int),
        "gender": (rng.random(count) < 0.63).astype(int),
        "education": rng.choice(len(parameters.EDUCATION), count, p=(0.35, 0.45, 0.20)),
        "minority": (rng.random(count) < 0.09).astype(int),
        "site": sites,
        "commute": np.round(5 + rng.gamma(2.6, 14.0, count)).astype(int).clip(5, 150),
        "ability": rng.normal(0, 1, count),
        "frailty": rng.normal(0, parameters.FRAILTY_SD, count),
        "left_on": np.full(count, NEVER),
        "is_working": np.ones(count, dtype=np.int64),
    }
    hired = len(persons["site"]) + np.arange(count)
    register = concat_rows([persons, new_persons])
    for seat in np.flatnonzero(rng.random(count) < parameters.REHIRE_SHARE):
        away = (now.month.first - persons["left_on"] > 90) & (persons["is_working"] == 0)
        former = np.flatnonzero(away & (persons["site"] == sites[seat]) & ~np.isin(np.arange(len(away)), hired))
        if len(former):
            hired[seat] = rng.choice(former[-200:])
    return hired, register


def first_day_state(now: MonthContext, hired: NDArray, sites: NDArray, persons: Frame) -> Frame:
    """Return the state of newcomers' seats on their first day, one row per newcomer."""
    rng, count = now.rng, len(hired)
    level = (rng.random(count) < 0.08).astype(int)
    start = _class_start(now, rng.random(count) < 0.5)
    employment = rng.choice(len(parameters.EMPLOYMENT), count, p=parameters.EMPLOYMENT_SHARE)
    term = np.array((NEVER, 24, 12, 6))[employment]
    median = now.market.median[now.index, sites, level]
    pay = np.round(median * np.exp(rng.normal(*parameters.START_PAY_LOG, count)), -1)
    pattern = rng.choice(len(parameters.SHIFT_PATTERNS), count, p=parameters.PATTERN_SHARE)
    return {
        "person": hired,
        "active": np.ones(count, dtype=bool),
        "ability": persons["ability"][hired],
        "frailty": persons["frailty"][hired],
        "commute": persons["commute"][hired],
        "hire_day": start,
        "hire_month": np.full(count, now.month.number),
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
    } | _initial_deviations(rng, count, now.month.number)


def _initial_deviations(rng: np.random.Generator, count: int, month: int) -> Frame:
    """Return slow-moving deviations of a newcomer's work, and dates of events that have not happened."""
    drifting = (
        "occupancy_dev",
        "overtime_dev",
        "abuse_dev",
        "bonus_dev",
        "quality_dev",
        "social_dev",
        "wrap_dev",
        "adherence_dev",
    )
    never = ("rejected_month", "promoted_month", "talk_month", "applied_month")
    return (
        {name: rng.normal(0, 1, count) for name in drifting}
        | {name: np.full(count, -NEVER) for name in never}
        | {name: np.full(count, month) for name in ("role_month", "raise_month")}
        | {name: np.full(count, NEVER) for name in ("leave_start", "next_leave_start")}
        | {name: np.zeros(count, dtype=np.int64) for name in ("leave_days", "next_leave_days")}
        | {"latent": np.zeros(count)}
    )


def _class_start(now: MonthContext, second: NDArray) -> NDArray:
    """Return the first day of training: the first or (where `second`) the third Monday of the month."""
    first_monday = now.month.first + (-(now.month.first + 3)) % 7
    return first_monday + 14 * second.astype(int)
