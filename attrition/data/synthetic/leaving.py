"""Who leaves in a month, how and when; and whom somebody tries to keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.world import NEVER, Frame

VOLUNTARY, INVOLUNTARY, OTHER = 1, 2, 3
KINDS = ("", "voluntary", "involuntary", "other")


def exits(seats: Frame, now: Now, *, hazards: tuple[NDArray, NDArray, NDArray]) -> Frame:
    """Draw who hands in notice, is dismissed or leaves otherwise this month, and on which days."""
    rng, size = now.rng, len(seats["person"])
    start = np.maximum(now.month.first, seats["hire_day"] + 1)
    exposed = hazards * np.maximum(0, now.month.last - start + 1) / (now.month.last - now.month.first + 1)
    total = exposed.sum(axis=0)
    leaves = seats["may_change"] & (rng.random(size) < -np.expm1(-total))
    chance = rng.random(size) * total
    kind = 1 + (chance > exposed[0]).astype(int) + (chance > exposed[0] + exposed[1])
    day = start + np.floor(rng.random(size) * np.maximum(now.month.last - start + 1, 1)).astype(int)
    ends = seats["may_change"] & (seats["contract_end"] >= start) & (seats["contract_end"] <= now.month.last)
    lapsed = ends & ~leaves & (rng.random(size) < np.array(world.NOT_RENEWED)[seats["employment"]])
    kind = np.where(lapsed, OTHER, kind)
    day = np.where(lapsed, seats["contract_end"], day)
    gone = leaves | lapsed
    notice = np.where(kind == VOLUNTARY, day, NEVER)
    exit_day = np.where(kind == VOLUNTARY, day + _notice_days(seats, now, day), day)
    return seats | {
        "leaving": gone,
        "exit_kind": np.where(gone, kind, seats["exit_kind"]),
        "notice_day": np.where(gone, notice, seats["notice_day"]),
        "exit_day": np.where(gone, exit_day, seats["exit_day"]),
    }


def _notice_days(seats: Frame, now: Now, day: NDArray) -> NDArray:
    """Three days' notice in probation, thirty after it (the Labour Contract Law), more or less; some just go."""
    rng, size = now.rng, len(day)
    usual = np.clip(np.round(rng.normal(30, 4, size)), 12, 45)
    short = rng.integers(0, 6, size)
    at_once = rng.random(size) < 0.06
    return np.where(at_once, 0, np.where(day <= seats["probation_end"], short, usual)).astype(int)


# The kinds of help and their cost in CNY: a raise, a career talk, a talk with the leader, a calmer queue, set shifts.
HELP = ("none", "market_adjustment", "career_plan", "talk_first", "queue_rotation", "fixed_pattern")
HELP_COST = (0.0, 3600.0, 150.0, 120.0, 400.0, 300.0)


def help_given(seats: Frame, now: Now, *, parts: Frame) -> Frame:
    """Help a few agents whom a leader thinks at risk, by what seems to be wrong; a pilot is drawn by lot.

    Adds ``kept_by`` (a place in `HELP`), ``declined``, ``arm`` (0 none, 1 treated, 2 control).
    """
    rng, size = now.rng, len(seats["person"])
    causes = np.array([parts["pay"], parts["career"], parts["team"], parts["workload"], parts["schedule"]])
    kind = 1 + (causes + rng.normal(0, 0.3, causes.shape)).argmax(axis=0)
    looked = np.where(seats["may_change"], causes.sum(axis=0) + rng.normal(0, 0.8, size), -np.inf)
    few = np.zeros(size, dtype=bool)
    few[np.argsort(-looked, kind="stable")[: max(1, round(now.plan.retention_share * size))]] = True
    few &= seats["may_change"]
    pilot = seats["may_change"] & ~few & (rng.random(size) < 0.02) & _pilot_runs(now)
    arm = np.where(pilot, rng.integers(1, 3, size), 0)
    given = np.where(pilot, HELP.index("talk_first"), np.where(few, kind, 0))
    declined = (given > 0) & (rng.random(size) < 0.06)
    return seats | {
        "help": given,
        "arm": arm,
        "declined": declined,
        "kept_by": np.where(declined | (arm == 2), 0, given),
    }


def _pilot_runs(now: Now) -> bool:
    """A pilot of six months ran until half a year before the data end."""
    return 6 <= now.plan.last_month - now.month.number < 12
