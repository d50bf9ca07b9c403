"""Who is hired: persons, their employment spells, and what a newcomer brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.plan import Month, Plan
from attrition.data.synthetic.world import NEVER, Frame


@dataclass(frozen=True, kw_only=True)
class Now:
    """The month being lived: where, when, and the generator it draws from."""

    plan: Plan
    market: Market
    month: Month
    rng: np.random.Generator

    @property
    def index(self) -> int:
        """Months since the story begins."""
        return self.month.number - self.plan.begins


def nobody() -> Frame:
    """Start the register of persons, empty."""
    whole = ("birth_day", "gender", "education", "minority", "site", "commute", "left_on", "is_working")
    return {name: np.zeros(0, dtype=np.int64) for name in whole} | {"ability": np.zeros(0), "frailty": np.zeros(0)}


def join(first: Frame, second: Frame) -> Frame:
    """Put the rows of two frames with the same columns under each other."""
    return {name: np.concatenate([first[name], second[name]]) for name in first}


def newcomers(now: Now, sites: NDArray, persons: Frame) -> tuple[NDArray, Frame]:
    """Choose who fills seats at the given sites: mostly new persons, some who had left before.

    Returns the persons' numbers (seats,) and the register with the new ones added.
    """
    rng, count = now.rng, len(sites)
    fresh = {
        "birth_day": now.month.first - np.round(365.25 * (19 + rng.gamma(2.2, 2.4, count))).astype(int),
        "gender": (rng.random(count) < 0.63).astype(int),
        "education": rng.choice(len(world.EDUCATION), count, p=(0.35, 0.45, 0.20)),
        "minority": (rng.random(count) < 0.09).astype(int),
        "site": sites,
        "commute": np.round(5 + rng.gamma(2.6, 14.0, count)).astype(int).clip(5, 150),
        "ability": rng.normal(0, 1, count),
        "frailty": rng.normal(0, world.FRAILTY_SD, count),
        "left_on": np.full(count, NEVER),
        "is_working": np.ones(count, dtype=np.int64),
    }
    chosen = len(persons["site"]) + np.arange(count)
    grown = join(persons, fresh)
    for place in np.flatnonzero(rng.random(count) < world.REHIRE_SHARE):
        away = (now.month.first - persons["left_on"] > 90) & (persons["is_working"] == 0)
        known = np.flatnonzero(away & (persons["site"] == sites[place]) & ~np.isin(np.arange(len(away)), chosen))
        if len(known):
            chosen[place] = rng.choice(known[-200:])
    return chosen, grown


def first_day(now: Now, chosen: NDArray, sites: NDArray, persons: Frame) -> Frame:
    """Say everything about newcomers' seats on their first day, one row a newcomer."""
    rng, count = now.rng, len(chosen)
    level = (rng.random(count) < 0.08).astype(int)
    start = _class_day(now, rng.random(count) < 0.5)
    employment = rng.choice(len(world.EMPLOYMENT), count, p=world.EMPLOYMENT_SHARE)
    term = np.array((NEVER, 24, 12, 6))[employment]
    median = now.market.median[now.index, sites, level]
    pay = np.round(median * np.exp(rng.normal(*world.START_PAY_LOG, count)), -1)
    pattern = rng.choice(len(world.SHIFT_PATTERNS), count, p=world.PATTERN_SHARE)
    return {
        "person": chosen,
        "active": np.ones(count, dtype=bool),
        "ability": persons["ability"][chosen],
        "frailty": persons["frailty"][chosen],
        "commute": persons["commute"][chosen],
        "hire_day": start,
        "hire_month": np.full(count, now.month.number),
        "source": rng.choice(len(world.HIRING_SOURCES), count, p=world.HIRING_SHARE),
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
        "weekend": np.clip(np.array(world.PATTERN_WEEKEND)[pattern] + rng.normal(0, 0.05, count), 0, 0.42),
        "night": np.clip(np.array(world.PATTERN_NIGHT)[pattern] * rng.uniform(0.4, 1.6, count), 0, 0.95),
        "notice_day": np.full(count, NEVER),
        "exit_day": np.full(count, NEVER),
        "exit_kind": np.zeros(count, dtype=np.int64),
    } | _leanings(rng, count, now.month.number)


def _leanings(rng: np.random.Generator, count: int, month: int) -> Frame:
    """Slow-moving deviations of a newcomer's work, and the months since things that never happened."""
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
        | {name: np.full(count, NEVER) for name in ("leave_start", "leave_next")}
        | {name: np.zeros(count, dtype=np.int64) for name in ("leave_days", "leave_next_days")}
        | {"latent": np.zeros(count)}
    )


def _class_day(now: Now, second: NDArray) -> NDArray:
    """Classes begin on the first and on the third Monday of a month."""
    first_monday = now.month.first + (-(now.month.first + 3)) % 7
    return first_monday + 14 * second.astype(int)
