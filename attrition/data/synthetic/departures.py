"""Simulate who leaves in a month, how and when, and who gets a retention action."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.month_context import MonthContext

VOLUNTARY, INVOLUNTARY, OTHER = 1, 2, 3
KINDS = ("", "voluntary", "involuntary", "other")


def exits(seats: Frame, now: MonthContext, *, hazards: tuple[NDArray, NDArray, NDArray]) -> Frame:
    """Draw who hands in notice, is dismissed or leaves otherwise this month, and on which day."""
    rng, size = now.rng, len(seats["person"])
    start = np.maximum(now.month.first, seats["hire_day"] + 1)
    exposed = hazards * np.maximum(0, now.month.last - start + 1) / (now.month.last - now.month.first + 1)
    total = exposed.sum(axis=0)
    leaves = seats["may_change"] & (rng.random(size) < -np.expm1(-total))
    chance = rng.random(size) * total
    kind = 1 + (chance > exposed[0]).astype(int) + (chance > exposed[0] + exposed[1])
    day = start + np.floor(rng.random(size) * np.maximum(now.month.last - start + 1, 1)).astype(int)
    ends = seats["may_change"] & (seats["contract_end"] >= start) & (seats["contract_end"] <= now.month.last)
    lapsed = ends & ~leaves & (rng.random(size) < np.array(parameters.NOT_RENEWED_SHARE)[seats["employment"]])
    kind = np.where(lapsed, OTHER, kind)
    day = np.where(lapsed, seats["contract_end"], day)
    is_leaving = leaves | lapsed
    notice = np.where(kind == VOLUNTARY, day, NEVER)
    exit_day = np.where(kind == VOLUNTARY, day + _notice_days(seats, now, day), day)
    return seats | {
        "leaving": is_leaving,
        "exit_kind": np.where(is_leaving, kind, seats["exit_kind"]),
        "notice_day": np.where(is_leaving, notice, seats["notice_day"]),
        "exit_day": np.where(is_leaving, exit_day, seats["exit_day"]),
    }


def _notice_days(seats: Frame, now: MonthContext, day: NDArray) -> NDArray:
    """Return days of notice: about three in probation, thirty after it (Labour Contract Law); some leave at once."""
    rng, size = now.rng, len(day)
    usual = np.clip(np.round(rng.normal(30, 4, size)), 12, 45)
    short = rng.integers(0, 6, size)
    at_once = rng.random(size) < 0.06
    return np.where(at_once, 0, np.where(day <= seats["probation_end"], short, usual)).astype(int)


# Kinds of retention action and their cost in CNY: raise, career talk, talk with the leader, calmer queue, fixed shifts.
RETENTION_ACTIONS = ("none", "market_adjustment", "career_plan", "talk_first", "queue_rotation", "fixed_pattern")
ACTION_COSTS = (0.0, 3600.0, 150.0, 120.0, 400.0, 300.0)


def assign_retention_actions(seats: Frame, now: MonthContext, *, parts: Frame) -> Frame:
    """Assign a retention action to a few agents who seem at risk, by the likely cause; a pilot assigns at random.

    Adds ``action`` and ``action_taken`` (indices of `RETENTION_ACTIONS`), ``declined`` and ``arm`` (0 none, 1 treated,
    2 control); ``action_taken`` is 0 where the action was declined or the agent is a control.
    """
    rng, size = now.rng, len(seats["person"])
    causes = np.array([parts["pay"], parts["career"], parts["team"], parts["workload"], parts["schedule"]])
    kind = 1 + (causes + rng.normal(0, 0.3, causes.shape)).argmax(axis=0)
    apparent_risk = np.where(seats["may_change"], causes.sum(axis=0) + rng.normal(0, 0.8, size), -np.inf)
    is_chosen = np.zeros(size, dtype=bool)
    is_chosen[np.argsort(-apparent_risk, kind="stable")[: max(1, round(now.layout.retention_share * size))]] = True
    is_chosen &= seats["may_change"]
    in_pilot = seats["may_change"] & ~is_chosen & (rng.random(size) < 0.02) & _is_pilot_running(now)
    arm = np.where(in_pilot, rng.integers(1, 3, size), 0)
    action = np.where(in_pilot, RETENTION_ACTIONS.index("talk_first"), np.where(is_chosen, kind, 0))
    declined = (action > 0) & (rng.random(size) < 0.06)
    return seats | {
        "action": action,
        "arm": arm,
        "declined": declined,
        "action_taken": np.where(declined | (arm == 2), 0, action),
    }


def _is_pilot_running(now: MonthContext) -> bool:
    """Return whether the pilot is running: for six months, until half a year before the data end."""
    return 6 <= now.layout.last_month - now.month.number < 12
