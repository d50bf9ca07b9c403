"""Simulate a month of careers: promotions, applications, raises, talks, training, moves between teams, home-working."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.month_context import MonthContext


def promotions(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats after promotions and applications; abler agents are promoted sooner.

    Adds the flags ``promoted``, ``applied`` and ``rejected`` and updates ``level`` and the months of the last events.
    Applications are decided in the month after they are made.
    """
    rng, month = context.rng, context.month.number
    size = len(seats["person"])
    in_grade = month - np.maximum(seats["promoted_month"], seats["hire_month"])
    can_be_promoted = seats["may_change"] & (seats["level"] < len(parameters.GRADES) - 1) & (in_grade >= 9)
    has_applied = seats["may_change"] & (seats["applied_month"] == month - 1)
    success = rng.random(size) < 0.28 + 0.08 * seats["ability"]
    chance = 0.016 * np.exp(0.7 * seats["ability"]) * (1 + (context.month.month_of_year in (3, 9)) * 2.5)
    promoted = can_be_promoted & ((has_applied & success) | (rng.random(size) < chance))
    rejected = has_applied & ~promoted
    applied = can_be_promoted & ~promoted & ~has_applied & (rng.random(size) < 0.045)
    level = seats["level"] + promoted
    new_role = promoted & (level // 2 != seats["level"] // 2)
    return seats | {
        "promoted": promoted,
        "applied": applied,
        "rejected": rejected,
        "level": level,
        "role_month": np.where(new_role, month, seats["role_month"]),
        "promoted_month": np.where(promoted, month, seats["promoted_month"]),
        "applied_month": np.where(applied, month, seats["applied_month"]),
        "rejected_month": np.where(rejected, month, seats["rejected_month"]),
    }


def raises(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats after pay rises: with promotions, at most anniversaries, and as retention actions.

    Adds ``raise_kind`` (0 none, 1 promotion, 2 annual, 3 retention) and updates ``base_pay`` and ``raise_month``.
    """
    rng, size = context.rng, len(seats["person"])
    months_here = context.month.number - seats["hire_month"]
    anniversary = (months_here > 0) & (months_here % 12 == 0) & (rng.random(size) < 0.78)
    amount = np.clip(0.055 + 0.018 * seats["ability"] + rng.normal(0, 0.015, size), 0.01, 0.14)
    kind = np.where(anniversary, 2, 0)
    kind = np.where(seats["action_taken"] == 1, 3, kind)
    kind = np.where(seats["promoted"], 1, kind)
    kind = np.where(seats["may_change"], kind, 0)
    share = np.choose(kind, [np.zeros(size), np.full(size, 0.08), amount, np.full(size, 0.06)])
    return seats | {
        "raise_kind": kind,
        "base_pay": np.round(seats["base_pay"] * (1 + share), -1),
        "raise_month": np.where(kind > 0, context.month.number, seats["raise_month"]),
    }


def development(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats after career talks, development plans and training; some talks are retention actions."""
    rng, size = context.rng, len(seats["person"])
    talk = seats["may_change"] & ((rng.random(size) < 0.035) | (seats["action_taken"] == 2))
    courses = seats["may_change"] & (rng.random(size) < 0.16)
    cancelled = courses & (rng.random(size) < 0.12 + 0.25 * (seats["team_tightness"] > 0.8))
    hours = np.where(courses & ~cancelled, rng.choice((2.0, 4.0, 8.0), size), 0.0)
    is_certified = courses & ~cancelled & (seats["skills"] < 5) & (rng.random(size) < 0.12)
    return seats | {
        "talk": talk,
        "plan_made": talk & (rng.random(size) < 0.5),
        "talk_month": np.where(talk, context.month.number, seats["talk_month"]),
        "training_hours": hours,
        "cancelled": cancelled.astype(float),
        "certified": is_certified,
        "skills": seats["skills"] + is_certified,
    }


def moves(seats: Frame, context: MonthContext) -> Frame:
    """Return the seats after moves between teams of a site, changes of shift pattern, and moves to home-working."""
    rng, size = context.rng, len(seats["person"])
    may_move = seats["may_change"] & (context.month.number - seats["hire_month"] >= 4)
    team = seats["team"].copy()
    moved = np.zeros(size, dtype=bool)
    for site in range(len(parameters.SITES)):
        chosen = np.flatnonzero(may_move & (context.layout.seat_site == site) & (rng.random(size) < 0.006))
        team[chosen] = team[np.roll(chosen, 1)]
        moved[chosen] = True
    moved &= team != seats["team"]
    mode = seats["mode"]
    to_home = rng.random(size) < 0.010 * np.exp(0.6 * seats["ability"])
    mode = np.where(may_move & to_home & (mode < 2), mode + 1, mode)
    mode = np.where(may_move & ~to_home & (rng.random(size) < 0.004), 0, mode)
    has_new_pattern = may_move & (rng.random(size) < 0.008)
    pattern = np.where(has_new_pattern, rng.choice(3, size, p=parameters.PATTERN_SHARE), seats["pattern"])
    return seats | {"team": team, "moved": moved, "mode": mode} | _pattern(seats, rng, pattern)


def _pattern(seats: Frame, rng: np.random.Generator, pattern: NDArray) -> Frame:
    """Return the shift patterns and the shares of weekends and nights, drawn anew for agents with a new pattern."""
    is_new = pattern != seats["pattern"]
    weekend = np.clip(np.array(parameters.PATTERN_WEEKEND)[pattern] + rng.normal(0, 0.05, len(is_new)), 0, 0.42)
    night = np.clip(np.array(parameters.PATTERN_NIGHT)[pattern] * rng.uniform(0.4, 1.6, len(is_new)), 0, 0.95)
    return {
        "pattern": pattern,
        "weekend": np.where(is_new, weekend, seats["weekend"]),
        "night": np.where(is_new, night, seats["night"]),
    }
