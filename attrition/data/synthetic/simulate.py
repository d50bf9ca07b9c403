"""Simulate a centre month by month: agents are hired, work, are evaluated and leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import (
    attendance,
    careers,
    departures,
    evaluations,
    hazard,
    hiring,
    parameters,
    teams,
    work,
)
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.month_context import MonthContext
from attrition.data.synthetic.state import agent_state, clear_seats, empty_window, push_month
from attrition.data.synthetic.worlds.thresholds import THRESHOLDS
from attrition.data.synthetic.worlds.world import World


@dataclass(frozen=True, kw_only=True)
class SimulatedMonth:
    """The tables of one simulated month.

    `seats` (what happened) and `state` (the agents' state at its end) have a row per seat, vacant or not; `teams` has a
    row per team, `evaluations` a row per evaluation, `persons` a row per person hired so far. `hazards` are the hazards
    of resignation, dismissal and other exits in the month after, one value per seat each, by the mechanism of `world`.
    """

    month: Month
    seats: Frame
    teams: Frame
    evaluations: Frame
    persons: Frame
    state: Frame
    hazards: tuple[NDArray, NDArray, NDArray]
    world: World


def simulate_months(layout: Layout, market: Market, world: World = THRESHOLDS) -> Iterator[SimulatedMonth]:
    """Yield all months from the start of the simulation to the end of the exports."""
    severity = teams.evaluator_severities(layout)
    rng = layout.rng(4)
    seats, team_state = _vacant_seats(layout), teams.initial_teams(layout)
    persons, recent = hiring.empty_register(), empty_window(len(layout.seat_site))
    state: Frame = {}
    for number in range(layout.start_month, layout.last_month + 1):
        context = MonthContext(layout=layout, market=market, month=Month(number), rng=rng, world=world)
        severity = teams.next_severities(severity, context)
        seats, persons = _refill(seats, persons, context)
        recent = clear_seats(recent, seats["is_new"])
        team_state = teams.next_month(team_state, seats, context)
        state = _with_newcomers(state, agent_state(seats, team_state, recent, context), seats["is_new"])
        family_effects = world.effects(state)
        seats = _careers(seats, team_state, context, family_effects=family_effects)
        seats = departures.exits(seats, context, hazards=_hazards(state, family_effects, seats["is_new"]))
        seats = _work(seats, team_state, context)
        rows = evaluations.evaluations(seats, team_state, context, severity=severity)
        seats = evaluations.add_evaluation_sums(seats, rows, context)
        team_state = _count_resignations(team_state, seats, context)
        recent = push_month(recent, seats)
        state = agent_state(seats, team_state, recent, context)
        family_effects = world.effects(state)
        seats = seats | {"latent": np.asarray(sum(family_effects.values()) + state["frailty"])}
        yield SimulatedMonth(
            month=context.month, seats=seats, teams=team_state, evaluations=rows, persons=persons, state=state,
            hazards=_hazards(state, family_effects, np.zeros(len(seats["person"]), dtype=bool)),
            world=world,
        )  # fmt: skip
        seats, persons = _vacate(seats, persons, context)


def _vacant_seats(layout: Layout) -> Frame:
    """Return the seats at the start, all of them vacant."""
    size = len(layout.seat_site)
    context = MonthContext(
        layout=layout, market=_placeholder_market(), month=Month(layout.start_month), rng=layout.rng(5)
    )
    _, register = hiring.hire(context, layout.seat_site, hiring.empty_register())
    seats = hiring.first_day_state(context, np.arange(size), layout.seat_site, register)
    seats |= attendance.first_attendance(layout)
    return seats | {"active": np.zeros(size, dtype=bool), "team": layout.seat_team, "spell": np.full(size, -1)}


def _placeholder_market() -> Market:
    """Return a market of ones, to make the columns of vacant seats, whose values do not matter."""
    one = np.ones((1, len(parameters.SITES)))
    return Market(
        median=np.ones((1, len(parameters.SITES), len(parameters.GRADES))),
        published=one > 0, unemployment=one, vacancies=one, bonus_cut=one,
    )  # fmt: skip


def _refill(seats: Frame, persons: Frame, context: MonthContext) -> tuple[Frame, Frame]:
    """Return the seats, with agents hired for most of the open vacant ones, and the register of persons."""
    layout = context.layout
    is_vacant = ~seats["active"] & (layout.seat_open <= context.month.number)
    filled = np.flatnonzero(is_vacant & (context.rng.random(len(is_vacant)) < parameters.REFILL_SHARE))
    is_new = np.zeros(len(is_vacant), dtype=bool)
    is_new[filled] = True
    hired, persons = hiring.hire(context, layout.seat_site[filled], persons)
    new_seats = hiring.first_day_state(context, hired, layout.seat_site[filled], persons)
    new_seats["spell"] = seats["spell"].max() + 1 + np.arange(len(filled))
    updated = {}
    for name, column in new_seats.items():
        updated[name] = seats[name].astype(np.result_type(seats[name], column))
        updated[name][filled] = column
    working = persons["is_working"].copy()
    working[hired] = 1
    return seats | updated | {"is_new": is_new}, persons | {"is_working": working}


def _careers(seats: Frame, team_state: Frame, context: MonthContext, *, family_effects: Frame) -> Frame:
    """Return the seats after retention actions, promotions, raises, training and moves of agents not on notice."""
    steady = seats["active"] & (seats["exit_day"] == NEVER)
    seats = seats | {
        "may_change": steady & ~seats["is_new"],
        "in_class": seats["training_end"] >= context.month.last_day,
        "team_tightness": team_state["tightness"][seats["team"]],
    }
    seats = departures.assign_retention_actions(seats, context, family_effects=family_effects)
    for step in (careers.promotions, careers.raises, careers.development, careers.moves):
        seats = step(seats, context)
    return seats | {"may_change": steady}


def _work(seats: Frame, team_state: Frame, context: MonthContext) -> Frame:
    """Return the seats with the counts of the month's work."""
    seats = work.presence(seats, context)
    seats = work.workload(seats, team_state, context)
    seats = work.schedule(seats, team_state, context)
    seats = attendance.attendance(seats, context)
    seats = work.leave(seats, team_state, context)
    seats = work.symptoms(seats, context)
    seats = work.bonus(seats, context)
    return teams.count_interactions(seats, team_state, context)


def _hazards(state: Frame, family_effects: Frame, is_new: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Return the hazards of the coming month; a newcomer, without a history, has only effects of pay and context."""
    log_effect = hazard.baseline(np.zeros(len(is_new))) + family_effects["pay"] + family_effects["context"]
    first_month_hazard = np.exp(log_effect + state["frailty"] + state["climate"])
    resign = np.where(is_new, first_month_hazard + parameters.SHOCK_RATE, hazard.hazard(state, family_effects))
    return (resign, *hazard.competing(state))


def _with_newcomers(last_state: Frame, new_state: Frame, is_new: NDArray) -> Frame:
    """Return the state at the last month-end, and for newcomers that of their first day."""
    if not last_state:
        return new_state
    return {name: np.where(is_new, new_state[name], last_state[name]) for name in new_state}


def _count_resignations(team_state: Frame, seats: Frame, context: MonthContext) -> Frame:
    """Return the teams with the resignations handed in during each of the last three months."""
    has_resigned = (
        seats["active"]
        & (seats["notice_day"] >= context.month.first_day)
        & (seats["notice_day"] <= context.month.last_day)
    )
    counts = np.bincount(seats["team"][has_resigned], minlength=len(team_state["leader"]))
    return team_state | {"resigned": np.concatenate([counts[None], team_state["resigned"][:-1]])}


def _vacate(seats: Frame, persons: Frame, context: MonthContext) -> tuple[Frame, Frame]:
    """Return the seats without the agents whose last day has passed, and the register of persons."""
    has_left = seats["active"] & (seats["exit_day"] <= context.month.last_day)
    left_on, working = persons["left_on"].copy(), persons["is_working"].copy()
    leavers = seats["person"][has_left]
    left_on[leavers] = np.where(
        seats["exit_kind"][has_left] == departures.VOLUNTARY, seats["exit_day"][has_left], NEVER
    )
    working[leavers] = 0
    return seats | {"active": seats["active"] & ~has_left}, persons | {"left_on": left_on, "is_working": working}
