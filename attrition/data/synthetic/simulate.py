"""Simulate a centre month by month: agents are hired, work, are evaluated and leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import careers, departures, evaluations, hazard, hiring, parameters, teams, work
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.state import agent_state, clear_seats, empty_window, push_month


@dataclass(frozen=True, kw_only=True)
class SimulatedMonth:
    """One simulated month.

    `seats` and `state` (the agents' state at its end) have a row per seat, `teams` a row per team,
    `evaluations` a row per evaluation, `persons` a row per person; `hazards` are three arrays
    for the month after: resignation, dismissal, other.
    """

    month: Month
    seats: Frame
    teams: Frame
    evaluations: Frame
    persons: Frame
    state: Frame
    hazards: tuple[NDArray, NDArray, NDArray]


def simulate_months(layout: Layout, market: Market) -> Iterator[SimulatedMonth]:
    """Yield all months from the start of the simulation to the end of the exports."""
    severity = teams.evaluator_severities(layout)
    rng = layout.rng(4)
    seats, team_state = _vacant_seats(layout), teams.initial_teams(layout)
    persons, recent = hiring.empty_register(), empty_window(len(layout.seat_site))
    state: Frame = {}
    for number in range(layout.start_month, layout.last_month + 1):
        now = MonthContext(layout=layout, market=market, month=Month(number), rng=rng)
        seats, persons = _refill(seats, persons, now)
        recent = clear_seats(recent, seats["is_new"])
        team_state = teams.next_month(team_state, seats, now)
        state = _with_newcomers(state, agent_state(seats, team_state, recent, now), seats["is_new"])
        parts = hazard.contributions(state)
        seats = _careers(seats, team_state, now, parts=parts)
        seats = departures.exits(seats, now, hazards=_hazards(state, parts, seats["is_new"]))
        seats = _work(seats, team_state, now)
        rows = evaluations.evaluations(seats, team_state, now, severity=severity)
        seats = evaluations.add_evaluation_sums(seats, rows, now)
        team_state = _count_resignations(team_state, seats, now)
        recent = push_month(recent, seats)
        state = agent_state(seats, team_state, recent, now)
        parts = hazard.contributions(state)
        seats = seats | {"latent": np.asarray(sum(parts.values()) + state["frailty"])}
        yield SimulatedMonth(
            month=now.month, seats=seats, teams=team_state, evaluations=rows, persons=persons, state=state,
            hazards=_hazards(state, parts, np.zeros(len(seats["person"]), dtype=bool)),
        )  # fmt: skip
        seats, persons = _vacate(seats, persons, now)


def _vacant_seats(layout: Layout) -> Frame:
    """Return the seats at the start, all of them vacant."""
    size = len(layout.seat_site)
    now = MonthContext(layout=layout, market=_placeholder_market(), month=Month(layout.start_month), rng=layout.rng(5))
    _, register = hiring.hire(now, layout.seat_site, hiring.empty_register())
    seats = hiring.first_day_state(now, np.arange(size), layout.seat_site, register)
    return seats | {"active": np.zeros(size, dtype=bool), "team": layout.seat_team, "spell": np.full(size, -1)}


def _placeholder_market() -> Market:
    """Return a market of ones, for where only the columns of a seat are needed."""
    one = np.ones((1, len(parameters.SITES)))
    return Market(
        median=np.ones((1, len(parameters.SITES), len(parameters.GRADES))),
        published=one > 0, unemployment=one, vacancies=one, bonus_cut=one,
    )  # fmt: skip


def _refill(seats: Frame, persons: Frame, now: MonthContext) -> tuple[Frame, Frame]:
    """Hire agents for most of the seats that are open and vacant."""
    layout = now.layout
    is_vacant = ~seats["active"] & (layout.seat_open <= now.month.number)
    filled = np.flatnonzero(is_vacant & (now.rng.random(len(is_vacant)) < parameters.REFILL_SHARE))
    is_new = np.zeros(len(is_vacant), dtype=bool)
    is_new[filled] = True
    hired, persons = hiring.hire(now, layout.seat_site[filled], persons)
    new_seats = hiring.first_day_state(now, hired, layout.seat_site[filled], persons)
    new_seats["spell"] = seats["spell"].max() + 1 + np.arange(len(filled))
    updated = {}
    for name, column in new_seats.items():
        updated[name] = seats[name].astype(np.result_type(seats[name], column))
        updated[name][filled] = column
    working = persons["is_working"].copy()
    working[hired] = 1
    return seats | updated | {"is_new": is_new}, persons | {"is_working": working}


def _careers(seats: Frame, team_state: Frame, now: MonthContext, *, parts: Frame) -> Frame:
    """Simulate retention actions, promotions, raises, training and moves of agents who are not on notice."""
    steady = seats["active"] & (seats["exit_day"] == NEVER)
    seats = seats | {
        "may_change": steady & ~seats["is_new"],
        "in_class": seats["training_end"] >= now.month.last,
        "team_tightness": team_state["tightness"][seats["team"]],
    }
    seats = departures.assign_retention_actions(seats, now, parts=parts)
    for step in (careers.promotions, careers.raises, careers.development, careers.moves):
        seats = step(seats, now)
    return seats | {"may_change": steady}


def _work(seats: Frame, team_state: Frame, now: MonthContext) -> Frame:
    """Simulate the month's work as counts per seat."""
    seats = work.presence(seats, now)
    seats = work.workload(seats, team_state, now)
    seats = work.schedule(seats, team_state, now)
    seats = work.leave(seats, team_state, now)
    seats = work.symptoms(seats, now)
    seats = work.bonus(seats, now)
    return teams.count_interactions(seats, team_state, now)


def _hazards(state: Frame, parts: Frame, is_new: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Return the hazards of the coming month; a newcomer has no history yet that could matter."""
    first = np.exp(hazard.baseline(np.zeros(len(is_new))) + parts["pay"] + parts["context"] + state["frailty"])
    resign = np.where(is_new, first + parameters.SHOCK_RATE, hazard.hazard(state, parts))
    return (resign, *hazard.competing(state))


def _with_newcomers(last_state: Frame, new_state: Frame, is_new: NDArray) -> Frame:
    """Return the state at the last month-end, and for newcomers that of their first day."""
    if not last_state:
        return new_state
    return {name: np.where(is_new, new_state[name], last_state[name]) for name in new_state}


def _count_resignations(team_state: Frame, seats: Frame, now: MonthContext) -> Frame:
    """Return the teams with the resignations handed in during each of the last three months."""
    has_resigned = seats["active"] & (seats["notice_day"] >= now.month.first) & (seats["notice_day"] <= now.month.last)
    counts = np.bincount(seats["team"][has_resigned], minlength=len(team_state["leader"]))
    return team_state | {"resigned": np.concatenate([counts[None], team_state["resigned"][:-1]])}


def _vacate(seats: Frame, persons: Frame, now: MonthContext) -> tuple[Frame, Frame]:
    """Vacate the seats of agents whose last day has passed."""
    has_left = seats["active"] & (seats["exit_day"] <= now.month.last)
    left_on, working = persons["left_on"].copy(), persons["is_working"].copy()
    leavers = seats["person"][has_left]
    left_on[leavers] = np.where(
        seats["exit_kind"][has_left] == departures.VOLUNTARY, seats["exit_day"][has_left], NEVER
    )
    working[leavers] = 0
    return seats | {"active": seats["active"] & ~has_left}, persons | {"left_on": left_on, "is_working": working}
