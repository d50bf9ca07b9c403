"""The story of a centre, month by month: hire, work, judge, leave; each month says all that happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import careers, hazard, leaving, people, quality, teams, work, world
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.people import Now
from attrition.data.synthetic.plan import Month, Plan
from attrition.data.synthetic.standing import cleared, forgotten, remember, standing
from attrition.data.synthetic.world import NEVER, Frame


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A month that was lived.

    `seats` and `at` (the standing at its end) have a row a seat, `teams` a row a team,
    `evaluations` a row an evaluation, `persons` a row a person; `hazards` are three arrays:
    resigning, dismissal, other, for the month after.
    """

    month: Month
    seats: Frame
    teams: Frame
    evaluations: Frame
    persons: Frame
    at: Frame
    hazards: tuple[NDArray, NDArray, NDArray]


def lived(plan: Plan, market: Market) -> Iterator[Lived]:
    """Live all months from the beginning of the story to the end of the exports."""
    severity = teams.severities(plan)
    rng = plan.rng(4)
    seats, crews = _empty(plan), teams.founded(plan)
    persons, recent = people.nobody(), forgotten(len(plan.seat_site))
    at: Frame = {}
    for number in range(plan.begins, plan.last_month + 1):
        now = Now(plan=plan, market=market, month=Month(number), rng=rng)
        seats, persons = _refill(seats, persons, now)
        recent = cleared(recent, seats["is_new"])
        crews = teams.month_of(crews, seats, now)
        at = _with_newcomers(at, standing(seats, crews, recent, now), seats["is_new"])
        parts = hazard.contributions(at)
        seats = _careers(seats, crews, now, parts=parts)
        seats = leaving.exits(seats, now, hazards=_hazards(at, parts, seats["is_new"]))
        seats = _work(seats, crews, now)
        rows = quality.evaluations(seats, crews, now, severity=severity)
        seats = quality.summed(seats, rows, now)
        crews = _resigned(crews, seats, now)
        recent = remember(recent, seats)
        at = standing(seats, crews, recent, now)
        parts = hazard.contributions(at)
        seats = seats | {"latent": np.asarray(sum(parts.values()) + at["frailty"])}
        yield Lived(
            month=now.month, seats=seats, teams=crews, evaluations=rows, persons=persons, at=at,
            hazards=_hazards(at, parts, np.zeros(len(seats["person"]), dtype=bool)),
        )  # fmt: skip
        seats, persons = _vacated(seats, persons, now)


def _empty(plan: Plan) -> Frame:
    """Start with every seat vacant."""
    size = len(plan.seat_site)
    now = Now(plan=plan, market=_no_market(), month=Month(plan.begins), rng=plan.rng(5))
    _, register = people.newcomers(now, plan.seat_site, people.nobody())
    seats = people.first_day(now, np.arange(size), plan.seat_site, register)
    return seats | {"active": np.zeros(size, dtype=bool), "team": plan.seat_team, "spell": np.full(size, -1)}


def _no_market() -> Market:
    """Stand in for a market where only the form of a seat is wanted."""
    one = np.ones((1, len(world.SITES)))
    return Market(
        median=np.ones((1, len(world.SITES), len(world.GRADES))),
        published=one > 0, unemployment=one, vacancies=one, bonus_cut=one,
    )  # fmt: skip


def _refill(seats: Frame, persons: Frame, now: Now) -> tuple[Frame, Frame]:
    """Hire for most of the seats that are open and vacant."""
    plan = now.plan
    wanted = ~seats["active"] & (plan.seat_open <= now.month.number)
    where = np.flatnonzero(wanted & (now.rng.random(len(wanted)) < world.REFILL_SHARE))
    is_new = np.zeros(len(wanted), dtype=bool)
    is_new[where] = True
    chosen, persons = people.newcomers(now, plan.seat_site[where], persons)
    fresh = people.first_day(now, chosen, plan.seat_site[where], persons)
    fresh["spell"] = seats["spell"].max() + 1 + np.arange(len(where))
    filled = {}
    for name, column in fresh.items():
        filled[name] = seats[name].astype(np.result_type(seats[name], column))
        filled[name][where] = column
    working = persons["is_working"].copy()
    working[chosen] = 1
    return seats | filled | {"is_new": is_new}, persons | {"is_working": working}


def _careers(seats: Frame, crews: Frame, now: Now, *, parts: Frame) -> Frame:
    """Help, promote, pay, train and move those who are there and not on notice."""
    steady = seats["active"] & (seats["exit_day"] == NEVER)
    seats = seats | {
        "may_change": steady & ~seats["is_new"],
        "in_class": seats["training_end"] >= now.month.last,
        "team_tightness": crews["tightness"][seats["team"]],
    }
    seats = leaving.help_given(seats, now, parts=parts)
    for step in (careers.promotions, careers.raises, careers.growth, careers.moves):
        seats = step(seats, now)
    return seats | {"may_change": steady}


def _work(seats: Frame, crews: Frame, now: Now) -> Frame:
    """Live the month's work in counts."""
    seats = work.presence(seats, now)
    seats = work.workload(seats, crews, now)
    seats = work.schedule(seats, crews, now)
    seats = work.leave(seats, crews, now)
    seats = work.symptoms(seats, now)
    seats = work.bonus(seats, now)
    return teams.talk(seats, crews, now)


def _hazards(at: Frame, parts: Frame, is_new: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Give the hazards of the coming month; a newcomer has no past that could matter yet."""
    first = np.exp(hazard.baseline(np.zeros(len(is_new))) + parts["pay"] + parts["context"] + at["frailty"])
    resign = np.where(is_new, first + world.SHOCK_RATE, hazard.hazard(at, parts))
    return (resign, *hazard.competing(at))


def _with_newcomers(before: Frame, fresh: Frame, is_new: NDArray) -> Frame:
    """Keep the standing of the last month's end, and give newcomers that of their first day."""
    if not before:
        return fresh
    return {name: np.where(is_new, fresh[name], before[name]) for name in fresh}


def _resigned(crews: Frame, seats: Frame, now: Now) -> Frame:
    """Count the resignations handed in this month in each team; three months are remembered."""
    handed = seats["active"] & (seats["notice_day"] >= now.month.first) & (seats["notice_day"] <= now.month.last)
    counts = np.bincount(seats["team"][handed], minlength=len(crews["leader"]))
    return crews | {"resigned": np.concatenate([counts[None], crews["resigned"][:-1]])}


def _vacated(seats: Frame, persons: Frame, now: Now) -> tuple[Frame, Frame]:
    """Empty the seats of those whose last day has come."""
    gone = seats["active"] & (seats["exit_day"] <= now.month.last)
    left, working = persons["left_on"].copy(), persons["is_working"].copy()
    who = seats["person"][gone]
    left[who] = np.where(seats["exit_kind"][gone] == leaving.VOLUNTARY, seats["exit_day"][gone], NEVER)
    working[who] = 0
    return seats | {"active": seats["active"] & ~gone}, persons | {"left_on": left, "is_working": working}
