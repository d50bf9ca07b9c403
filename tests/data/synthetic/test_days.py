"""The days of a month hold exactly what the month counted, and agents on notice slow down."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic.days import NONE, UNPLANNED, contacts, pick, roster, shifts
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.world import NEVER, Frame


@pytest.fixture(scope="module")
def month(story: list[Lived]) -> Lived:
    return story[5]


@pytest.fixture(scope="module")
def days(month: Lived) -> Frame:
    return roster(month.seats, month.month, np.random.default_rng(1))


def test_picks_are_exact_and_allowed() -> None:
    allowed = np.array([[True, True, False, True], [False, False, False, True]])
    picked = pick(np.random.default_rng(1), allowed, np.array([2, 3]))
    assert picked.sum(axis=1).tolist() == [2, 1]
    assert not (picked & ~allowed).any()


def test_sooner_places_are_picked_first() -> None:
    allowed, sooner = np.ones((200, 5), dtype=bool), np.zeros((200, 5), dtype=bool)
    sooner[:, 3] = True
    assert pick(np.random.default_rng(1), allowed, np.ones(200, dtype=int), sooner=sooner)[:, 3].all()


def test_the_days_hold_the_months_counts(month: Lived, days: Frame) -> None:
    seats, size = month.seats, len(month.seats["person"])
    full = seats["active"] & (seats["leave_start"] == NEVER)
    for flag in ("changed", "late"):
        counted = np.bincount(days["seat"], days[flag], minlength=size)
        assert (counted <= seats[flag]).all()
        assert (counted == seats[flag])[full].mean() > 0.97
    assert (np.bincount(days["seat"], minlength=size)[full] == seats["shifts"][full]).all()


def test_an_agent_on_notice_is_away_more_and_handles_less(story: list[Lived]) -> None:
    away, handled = {True: [], False: []}, {True: [], False: []}
    for month in story:
        rng = np.random.default_rng(month.month.number)
        rows = roster(month.seats, month.month, rng)
        log = contacts(rows, shifts(rows, month.seats, rng), month.seats, rng)
        gone = log["day"] > month.seats["notice_day"][log["seat"]]
        for noticed in (True, False):
            away[noticed] += [(rows["absence"] == UNPLANNED)[rows["noticed"] == noticed]]
            handled[noticed] += [log["handled"][gone == noticed]]
    assert np.concatenate(away[True]).mean() > 2 * np.concatenate(away[False]).mean()
    assert np.concatenate(handled[True]).mean() < 0.9 * np.concatenate(handled[False]).mean()


def test_contacts_are_logged_on_days_worked_after_class(month: Lived, days: Frame) -> None:
    rng = np.random.default_rng(2)
    log = contacts(days, shifts(days, month.seats, rng), month.seats, rng)
    worked = set(zip(days["seat"][days["absence"] == NONE], days["day"][days["absence"] == NONE], strict=True))
    assert set(zip(log["seat"], log["day"], strict=True)) <= worked
    assert (log["day"] > month.seats["training_end"][log["seat"]]).all()
    assert (log["abusive"] <= log["handled"]).all()


def test_measured_occupancy_is_the_months_occupancy(month: Lived, days: Frame) -> None:
    rng = np.random.default_rng(2)
    log = contacts(days, shifts(days, month.seats, rng), month.seats, rng)
    handling = log["talk_seconds"] + log["hold_seconds"] + log["wrap_seconds"]
    total = [np.bincount(log["seat"], part) for part in (handling, handling + log["idle_seconds"])]
    there = np.bincount(log["seat"]) >= 15
    gap = (total[0] / np.maximum(total[1], 1) - month.seats["occupancy"][: len(total[0])])[there]
    steady = month.seats["notice_day"][: len(there)][there] == NEVER
    assert np.abs(gap[steady]).mean() < 0.01
