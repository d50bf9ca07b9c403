"""Make the rows that a simulated month adds to the small tables; persons, days and categories are still numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import departures, parameters
from attrition.data.synthetic.frames import NEVER, Frame, concat_rows
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.simulate import SimulatedMonth

ASSIGNMENT_COLUMNS = ("team", "leader", "level", "skills", "pattern", "mode")
CAREER_KINDS = (
    ("promoted", "promotion"), ("applied", "application"),
    ("rejected", "application_rejected"), ("talk", "career_talk"),
    ("plan_made", "development_plan"), ("trained", "training"), ("cancelled", "training_cancelled"),
    ("certified", "certification"), ("moved", "lateral_move"),
)  # fmt: skip
SURVEY_ITEMS = ("leader", "workload", "pay", "growth", "recommend")


def select_rows(seats: Frame, rows: NDArray, *names: str) -> Frame:
    """Return the spell, the person and the named columns of some seats."""
    return {name: seats[name][rows] for name in ("spell", "person", *names)}


def spells(simulated_month: SimulatedMonth) -> Frame:
    """Return the employment spells that began in the month."""
    names = ("hire_day", "source", "employment", "contract_end", "probation_end", "training_end", "fte", "team")
    return select_rows(simulated_month.seats, simulated_month.seats["is_new"], *names)


def assignments(simulated_month: SimulatedMonth, previous: Frame) -> tuple[Frame, Frame]:
    """Return the rows of newcomers and changed assignments, and this month's assignments of all seats.

    The latter are `previous` of the next month; an assignment has changed if one of `ASSIGNMENT_COLUMNS` has.
    """
    seats = simulated_month.seats | {"leader": simulated_month.teams["leader"][simulated_month.seats["team"]]}
    assigned = {name: seats[name] for name in ("spell", *ASSIGNMENT_COLUMNS)}
    has_changed = seats["is_new"].copy()
    for name in previous:
        has_changed |= assigned[name] != previous[name]
    day = np.where(seats["is_new"], seats["hire_day"], simulated_month.month.first_day)
    return select_rows(seats | {"day": day}, has_changed & seats["active"], "day", *ASSIGNMENT_COLUMNS), assigned


def pay(simulated_month: SimulatedMonth) -> Frame:
    """Return the first pay of newcomers, and every rise."""
    seats = simulated_month.seats
    day = np.where(seats["is_new"], seats["hire_day"], simulated_month.month.first_day)
    is_row = seats["active"] & (seats["is_new"] | (seats["raise_kind"] > 0))
    kind = np.where(seats["is_new"], 0, seats["raise_kind"])
    return select_rows(seats | {"day": day, "kind": kind}, is_row, "day", "kind", "base_pay")


def bonuses(simulated_month: SimulatedMonth) -> Frame:
    """Return the bonuses paid on the fifteenth."""
    seats = simulated_month.seats
    target = np.round(seats["base_pay"] * parameters.BONUS_TARGET_SHARE)
    extra = {
        "day": np.full(len(target), simulated_month.month.first_day + 14),
        "target": target,
        "amount": np.round(target * seats["attained"]),
    }
    return select_rows(seats | extra, seats["bonus_paid"], "day", "target", "amount")


def career_events(simulated_month: SimulatedMonth, rng: np.random.Generator) -> Frame:
    """Return one row per event; promotions and moves are on the first day, others on a random day of the month."""
    seats = simulated_month.seats | {"trained": simulated_month.seats["training_hours"] > 0}
    parts = []
    for code, (flag, _) in enumerate(CAREER_KINDS):
        rows = select_rows(seats, seats["active"] & (seats[flag] > 0), "start", "end", "training_hours")
        size = len(rows["spell"])
        day = rows["start"] + np.floor(rng.random(size) * (rows["end"] - rows["start"] + 1)).astype(int)
        rows["day"] = rows["start"] if flag in ("promoted", "moved") else day
        rows["hours"] = np.where(flag == "trained", rows["training_hours"], np.nan)
        parts.append(rows | {"kind": np.full(size, code)})
    return concat_rows(parts)


def leave_requests(simulated_month: SimulatedMonth) -> Frame:
    """Return the leave requested this month and how it was decided."""
    return select_rows(
        simulated_month.seats,
        simulated_month.seats["leave_requested"],
        "request_day",
        "decided_day",
        "request_start",
        "next_leave_days",
        "denied",
    )


def exits(simulated_month: SimulatedMonth) -> Frame:
    """Return the notices handed in and the other exits of this month."""
    return select_rows(
        simulated_month.seats,
        simulated_month.seats["active"] & simulated_month.seats["leaving"],
        "exit_kind",
        "notice_day",
        "exit_day",
    )


def interventions(simulated_month: SimulatedMonth, rng: np.random.Generator) -> Frame:
    """Return the retention actions of the month, among them those that were declined or assigned to controls."""
    seats = simulated_month.seats
    rows = select_rows(seats, seats["active"] & (seats["action"] > 0), "start", "action", "declined", "arm")
    cost = np.array(departures.ACTION_COSTS)[rows["action"]] * rng.uniform(0.8, 1.2, len(rows["action"]))
    return rows | {"cost": np.where(rows["declined"] | (rows["arm"] == 2), 0.0, np.round(cost))}


def surveys(simulated_month: SimulatedMonth, rng: np.random.Generator) -> Frame:
    """Return the answers of a pulse survey in May and November; agents at high risk answer less often."""
    seats, state = simulated_month.seats, simulated_month.state
    pulse = simulated_month.month.month_of_year in (4, 10)
    is_asked = (
        seats["active"] & (seats["exit_day"] == NEVER) & (seats["start"] <= simulated_month.month.first_day) & pulse
    )
    respondents = np.flatnonzero(is_asked & (rng.random(len(is_asked)) < 0.68 * np.exp(-0.12 * seats["latent"])))
    moods = (
        0.5 * state["leader_quality"] + 0.4 * (state["talks"] - 1),
        -9 * (state["occupancy"] - 0.81) - 0.06 * (state["overtime"] - 5),
        6 * (state["market_ratio"] - 0.98),
        -0.5 * (state["role_months"] > 18) - 0.6 * (state["rejected_months"] < 6),
        -0.7 * seats["latent"],
    )
    parts = []
    for item, mood in enumerate(moods):
        score = np.clip(np.round(3.4 + mood[respondents] + rng.normal(0, 0.8, len(respondents))), 1, 5)
        rows = select_rows(seats, respondents) | {"score": score, "item": np.full(len(score), item)}
        parts.append(rows | {"day": simulated_month.month.first_day + rng.integers(9, 17, len(score))})
    return _on_one_day(parts)


def _on_one_day(parts: list[Frame]) -> Frame:
    """Return the answers, with the day of the first question for all questions of an agent."""
    return concat_rows([part | {"day": parts[0]["day"]} for part in parts])


def benchmarks(market: Market, context: MonthContext) -> Frame:
    """Return the pay benchmarks published this month, one row per site and grade."""
    grades = len(parameters.GRADES)
    sites = np.flatnonzero(market.published[context.index])
    site, grade = np.repeat(sites, grades), np.tile(np.arange(grades), len(sites))
    day = np.full(len(site), context.month.first_day)
    return {"site": site, "grade": grade, "p50": market.median[context.index, site, grade], "day": day}
