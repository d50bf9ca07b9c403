"""Simulate which agents leave in a month, how and when, and which get a retention action."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.month_context import MonthContext

VOLUNTARY, INVOLUNTARY, OTHER = 1, 2, 3  # codes of exits, the positions in EXIT_TYPES
EXIT_TYPES = ("", "voluntary", "involuntary", "other")


def exits(seats: Frame, context: MonthContext, *, hazards: tuple[NDArray, NDArray, NDArray]) -> Frame:
    """Return the seats with the exits of the month: ``leaving``, ``exit_kind``, ``notice_day`` and ``exit_day``.

    A voluntary exit is the day on which notice is handed in; ``exit_day`` may then be in a later month.
    """
    rng, size = context.rng, len(seats["person"])
    start = np.maximum(context.month.first_day, seats["hire_day"] + 1)
    hazards_in_month = (
        hazards
        * np.maximum(0, context.month.last_day - start + 1)
        / (context.month.last_day - context.month.first_day + 1)
    )
    total = hazards_in_month.sum(axis=0)
    leaves = seats["may_change"] & (rng.random(size) < -np.expm1(-total))
    threshold = rng.random(size) * total
    is_not_voluntary = threshold > hazards_in_month[0]
    kind = 1 + is_not_voluntary.astype(int) + (threshold > hazards_in_month[0] + hazards_in_month[1])
    day = start + np.floor(rng.random(size) * np.maximum(context.month.last_day - start + 1, 1)).astype(int)
    contract_ends = (
        seats["may_change"] & (seats["contract_end"] >= start) & (seats["contract_end"] <= context.month.last_day)
    )
    is_not_renewed = (
        contract_ends & ~leaves & (rng.random(size) < np.array(parameters.NOT_RENEWED_SHARE)[seats["employment"]])
    )
    kind = np.where(is_not_renewed, OTHER, kind)
    day = np.where(is_not_renewed, seats["contract_end"], day)
    is_leaving = leaves | is_not_renewed
    notice = np.where(kind == VOLUNTARY, day, NEVER)
    exit_day = np.where(kind == VOLUNTARY, day + _notice_days(seats, context, day), day)
    return seats | {
        "leaving": is_leaving,
        "exit_kind": np.where(is_leaving, kind, seats["exit_kind"]),
        "notice_day": np.where(is_leaving, notice, seats["notice_day"]),
        "exit_day": np.where(is_leaving, exit_day, seats["exit_day"]),
    }


def _notice_days(seats: Frame, context: MonthContext, day: NDArray) -> NDArray:
    """Return days of notice: 0 to 5 in probation, about 30 after it (Labour Contract Law); 6 % leave at once."""
    rng, size = context.rng, len(day)
    after_probation = np.clip(np.round(rng.normal(30, 4, size)), 12, 45)
    in_probation = rng.integers(0, 6, size)
    at_once = rng.random(size) < 0.06
    return np.where(at_once, 0, np.where(day <= seats["probation_end"], in_probation, after_probation)).astype(int)


# Kinds of retention action and their cost in CNY: raise, career talk, talk with the leader, calmer queue, fixed shifts.
RETENTION_ACTIONS = ("none", "market_adjustment", "career_plan", "talk_first", "queue_rotation", "fixed_pattern")
ACTION_COSTS = (0.0, 3600.0, 150.0, 120.0, 400.0, 300.0)


def assign_retention_actions(seats: Frame, context: MonthContext, *, family_effects: Frame) -> Frame:
    """Return the seats with retention actions: for agents who seem at risk by the likely cause, in a pilot at random.

    Adds ``action`` and ``action_taken`` (indices of `RETENTION_ACTIONS`), ``declined`` and ``arm`` (0 none, 1 treated,
    2 control); ``action_taken`` is 0 where the action was declined or the agent is a control.
    """
    rng, size = context.rng, len(seats["person"])
    causes = np.array(
        [
            family_effects["pay"],
            family_effects["career"],
            family_effects["team"],
            family_effects["workload"],
            family_effects["schedule"],
        ]
    )
    kind = 1 + (causes + rng.normal(0, 0.3, causes.shape)).argmax(axis=0)
    apparent_risk = np.where(seats["may_change"], causes.sum(axis=0) + rng.normal(0, 0.8, size), -np.inf)
    is_chosen = np.zeros(size, dtype=bool)
    is_chosen[np.argsort(-apparent_risk, kind="stable")[: max(1, round(context.layout.retention_share * size))]] = True
    is_chosen &= seats["may_change"]
    in_pilot = seats["may_change"] & ~is_chosen & (rng.random(size) < 0.02) & _is_pilot_running(context)
    arm = np.where(in_pilot, rng.integers(1, 3, size), 0)
    action = np.where(in_pilot, RETENTION_ACTIONS.index("talk_first"), np.where(is_chosen, kind, 0))
    declined = (action > 0) & (rng.random(size) < 0.06)
    return seats | {
        "action": action,
        "arm": arm,
        "declined": declined,
        "action_taken": np.where(declined | (arm == 2), 0, action),
    }


def _is_pilot_running(context: MonthContext) -> bool:
    """Return whether the pilot is running: for six months, until half a year before the data end."""
    return 6 <= context.layout.last_month - context.month.number < 12
