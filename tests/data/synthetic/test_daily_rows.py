"""The daily rows of a month add up to the month's counts, and agents on notice work less."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic.daily_rows import NONE, UNPLANNED, contacts, pick, roster, shifts
from attrition.data.synthetic.frames import NEVER, Frame
from attrition.data.synthetic.simulate import SimulatedMonth


@pytest.fixture(scope="module")
def simulated_month(months: list[SimulatedMonth]) -> SimulatedMonth:
    return months[5]


@pytest.fixture(scope="module")
def shift_rows(simulated_month: SimulatedMonth) -> Frame:
    return roster(simulated_month.seats, simulated_month.month, np.random.default_rng(1))


def test_picks_are_exact_and_allowed() -> None:
    allowed = np.array([[True, True, False, True], [False, False, False, True]])
    picked = pick(np.random.default_rng(1), allowed, np.array([2, 3]))
    assert picked.sum(axis=1).tolist() == [2, 1]
    assert not (picked & ~allowed).any()


def test_preferred_places_are_picked_first() -> None:
    allowed, preferred = np.ones((200, 5), dtype=bool), np.zeros((200, 5), dtype=bool)
    preferred[:, 3] = True
    assert pick(np.random.default_rng(1), allowed, np.ones(200, dtype=int), preferred=preferred)[:, 3].all()


def test_the_daily_rows_add_up_to_the_counts_of_the_month(simulated_month: SimulatedMonth, shift_rows: Frame) -> None:
    seats, size = simulated_month.seats, len(simulated_month.seats["person"])
    full = seats["active"] & (seats["leave_start"] == NEVER)
    for flag in ("changed", "late"):
        counted = np.bincount(shift_rows["seat"], shift_rows[flag], minlength=size)
        assert (counted <= seats[flag]).all()
        assert (counted == seats[flag])[full].mean() > 0.97
    assert (np.bincount(shift_rows["seat"], minlength=size)[full] == seats["shifts"][full]).all()


def test_an_agent_on_notice_is_away_more_and_handles_less(months: list[SimulatedMonth]) -> None:
    away, handled = {True: [], False: []}, {True: [], False: []}
    for simulated_month in months:
        rng = np.random.default_rng(simulated_month.month.number)
        rows = roster(simulated_month.seats, simulated_month.month, rng)
        log = contacts(rows, shifts(rows, simulated_month.seats, rng), simulated_month.seats, rng)
        on_notice = log["day"] > simulated_month.seats["notice_day"][log["seat"]]
        for noticed in (True, False):
            away[noticed] += [(rows["absence"] == UNPLANNED)[rows["noticed"] == noticed]]
            handled[noticed] += [log["handled"][on_notice == noticed]]
    assert np.concatenate(away[True]).mean() > 2 * np.concatenate(away[False]).mean()
    assert np.concatenate(handled[True]).mean() < 0.9 * np.concatenate(handled[False]).mean()


def test_contacts_are_logged_on_days_worked_after_class(simulated_month: SimulatedMonth, shift_rows: Frame) -> None:
    rng = np.random.default_rng(2)
    log = contacts(shift_rows, shifts(shift_rows, simulated_month.seats, rng), simulated_month.seats, rng)
    worked = set(
        zip(
            shift_rows["seat"][shift_rows["absence"] == NONE],
            shift_rows["day"][shift_rows["absence"] == NONE],
            strict=True,
        )
    )
    assert set(zip(log["seat"], log["day"], strict=True)) <= worked
    assert (log["day"] > simulated_month.seats["training_end"][log["seat"]]).all()
    assert (log["abusive"] <= log["handled"]).all()


def test_occupancy_from_daily_rows_is_the_occupancy_of_the_month(
    simulated_month: SimulatedMonth, shift_rows: Frame
) -> None:
    rng = np.random.default_rng(2)
    log = contacts(shift_rows, shifts(shift_rows, simulated_month.seats, rng), simulated_month.seats, rng)
    handling = log["talk_seconds"] + log["hold_seconds"] + log["wrap_seconds"]
    total = [np.bincount(log["seat"], part) for part in (handling, handling + log["idle_seconds"])]
    has_many_days = np.bincount(log["seat"]) >= 15
    gap = (total[0] / np.maximum(total[1], 1) - simulated_month.seats["occupancy"][: len(total[0])])[has_many_days]
    steady = simulated_month.seats["notice_day"][: len(has_many_days)][has_many_days] == NEVER
    assert np.abs(gap[steady]).mean() < 0.01
