"""What HR writes down of a month: the rows of the small tables, still by seat and day numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import leaving, world
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.world import NEVER, Frame

ASSIGNED = ("team", "leader", "level", "skills", "pattern", "mode")
CAREER_KINDS = (
    ("promoted", "promotion"), ("applied", "application"),
    ("rejected", "application_rejected"), ("talk", "career_talk"),
    ("plan_made", "development_plan"), ("trained", "training"), ("cancelled", "training_cancelled"),
    ("certified", "certification"), ("moved", "lateral_move"),
)  # fmt: skip
SURVEY_ITEMS = ("leader", "workload", "pay", "growth", "recommend")


def chosen(seats: Frame, where: NDArray, *names: str) -> Frame:
    """Take the spell, the person and the named columns of some seats."""
    return {name: seats[name][where] for name in ("spell", "person", *names)}


def spells(month: Lived) -> Frame:
    """Everything about the employment spells that began."""
    names = ("hire_day", "source", "employment", "contract_end", "probation_end", "training_end", "fte", "team")
    return chosen(month.seats, month.seats["is_new"], *names)


def assignments(month: Lived, before: Frame) -> tuple[Frame, Frame]:
    """Rows for newcomers and for whoever's team, leader, role, skills, pattern or mode is another than before.

    Returns the rows and what to compare the next month with.
    """
    seats = month.seats | {"leader": month.teams["leader"][month.seats["team"]]}
    held = {name: seats[name] for name in ("spell", *ASSIGNED)}
    moved = seats["is_new"].copy()
    for name in before:
        moved |= held[name] != before[name]
    day = np.where(seats["is_new"], seats["hire_day"], month.month.first)
    return chosen(seats | {"day": day}, moved & seats["active"], "day", *ASSIGNED), held


def pay(month: Lived) -> Frame:
    """First pay, and every rise."""
    seats = month.seats
    day = np.where(seats["is_new"], seats["hire_day"], month.month.first)
    paid = seats["active"] & (seats["is_new"] | (seats["raise_kind"] > 0))
    kind = np.where(seats["is_new"], 0, seats["raise_kind"])
    return chosen(seats | {"day": day, "kind": kind}, paid, "day", "kind", "base_pay")


def bonuses(month: Lived) -> Frame:
    """What was paid on the fifteenth."""
    seats = month.seats
    target = np.round(seats["base_pay"] * world.BONUS_TARGET_SHARE)
    extra = {
        "day": np.full(len(target), month.month.first + 14),
        "target": target,
        "amount": np.round(target * seats["attained"]),
    }
    return chosen(seats | extra, seats["bonus_paid"], "day", "target", "amount")


def career_events(month: Lived, rng: np.random.Generator) -> Frame:
    """One row an event; promotions and moves on the first, the others on a day that was worked."""
    seats = month.seats | {"trained": month.seats["training_hours"] > 0}
    parts = []
    for code, (flag, _) in enumerate(CAREER_KINDS):
        rows = chosen(seats, seats["active"] & (seats[flag] > 0), "start", "end", "training_hours")
        size = len(rows["spell"])
        day = rows["start"] + np.floor(rng.random(size) * (rows["end"] - rows["start"] + 1)).astype(int)
        rows["day"] = rows["start"] if flag in ("promoted", "moved") else day
        rows["hours"] = np.where(flag == "trained", rows["training_hours"], np.nan)
        parts.append(rows | {"kind": np.full(size, code)})
    return stacked(parts)


def leave_requests(month: Lived) -> Frame:
    """What was asked for this month and how it was decided."""
    return chosen(month.seats, month.seats["asked"], "ask_day", "decided_day", "wished", "leave_next_days", "denied")


def exits(month: Lived) -> Frame:
    """Notices handed in and other exits decided this month."""
    return chosen(month.seats, month.seats["active"] & month.seats["leaving"], "exit_kind", "notice_day", "exit_day")


def interventions(month: Lived, rng: np.random.Generator) -> Frame:
    """Help that was given, offered or drawn by lot as a control."""
    seats = month.seats
    rows = chosen(seats, seats["active"] & (seats["help"] > 0), "start", "help", "declined", "arm")
    cost = np.array(leaving.HELP_COST)[rows["help"]] * rng.uniform(0.8, 1.2, len(rows["help"]))
    return rows | {"cost": np.where(rows["declined"] | (rows["arm"] == 2), 0.0, np.round(cost))}


def surveys(month: Lived, rng: np.random.Generator) -> Frame:
    """A pulse in May and November, answered by most, less by those who are on their way."""
    seats, at = month.seats, month.at
    pulse = month.month.of_year in (4, 10)
    there = seats["active"] & (seats["exit_day"] == NEVER) & (seats["start"] <= month.month.first) & pulse
    answers = np.flatnonzero(there & (rng.random(len(there)) < 0.68 * np.exp(-0.12 * seats["latent"])))
    moods = (
        0.5 * at["leader_quality"] + 0.4 * (at["talks"] - 1),
        -9 * (at["occupancy"] - 0.81) - 0.06 * (at["overtime"] - 5),
        6 * (at["market_ratio"] - 0.98),
        -0.5 * (at["role_months"] > 18) - 0.6 * (at["rejected_months"] < 6),
        -0.7 * seats["latent"],
    )
    parts = []
    for item, mood in enumerate(moods):
        score = np.clip(np.round(3.4 + mood[answers] + rng.normal(0, 0.8, len(answers))), 1, 5)
        rows = chosen(seats, answers) | {"score": score, "item": np.full(len(score), item)}
        parts.append(rows | {"day": month.month.first + rng.integers(9, 17, len(score))})
    return _one_day(parts)


def _one_day(parts: list[Frame]) -> Frame:
    """Answer all questions on the same day."""
    return stacked([part | {"day": parts[0]["day"]} for part in parts])


def benchmarks(market: Market, now: Now) -> Frame:
    """Pay benchmarks that were published this month, a row a site and grade."""
    grades = len(world.GRADES)
    sites = np.flatnonzero(market.published[now.index])
    site, grade = np.repeat(sites, grades), np.tile(np.arange(grades), len(sites))
    day = np.full(len(site), now.month.first)
    return {"site": site, "grade": grade, "p50": market.median[now.index, site, grade], "day": day}


def stacked(parts: list[Frame]) -> Frame:
    """Put frames with the same columns under each other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
