"""The level alarms when it is off, and not by chance, by shocks, by a level that was never known better, or by few."""

from __future__ import annotations

import numpy as np

from attrition.monitor.counts import SHOCKS, CountModel, level_evidence
from attrition.monitor.evidence import Evidence

WELL_KNOWN = CountModel.calibrated_on(1_000)


def watched(observed: list[float], expected: float, model: CountModel = WELL_KNOWN) -> Evidence:
    return level_evidence(np.array(observed), np.full(len(observed), expected), model=model, months_between=24)


def test_a_level_that_is_half_again_as_high_from_the_first_month_on_is_an_alarm_in_two_months() -> None:
    evidence = watched([60.0, 60.0], 40.0)
    assert evidence.is_alarm.tolist() == [False, True]
    assert evidence.start == 0


def test_a_level_that_falls_in_the_seventh_month_is_an_alarm_that_says_so() -> None:
    evidence = watched([100.0] * 6 + [65.0] * 3, 100.0)
    assert evidence.is_alarm.tolist() == [False] * 6 + [True, True, True]
    assert (evidence.start, evidence.start_low, evidence.start_high) == (6, 6, 6)


def test_one_month_of_shock_is_no_alarm_where_shocks_are_usual() -> None:
    shaken = np.array([100.0, 140.0, 70.0, 110.0, 60.0, 130.0, 100.0, 75.0, 135.0, 90.0, 125.0, 70.0])
    usual = CountModel.calibrated_on(1_000, earlier=(shaken, np.full(12, 100.0)))
    months = [100.0] * 5 + [150.0]
    assert not watched(months, 100.0, usual).is_alarm.any()
    assert watched(months, 100.0).is_alarm.any()


def test_shocks_are_learnt_from_earlier_months_whatever_their_level() -> None:
    quiet = np.full(24, 130.0)
    shocks = CountModel.calibrated_on(100, earlier=(quiet, np.full(24, 100.0))).shocks
    assert dict(zip(SHOCKS, shocks, strict=True))[0.35] < 0.001


def test_a_level_calibrated_on_twenty_people_may_be_off_by_a_third_without_alarm() -> None:
    months = [28.0, 26.0, 27.0, 26.0]
    assert watched(months, 20.0).is_alarm.any()
    assert not watched(months, 20.0, CountModel.calibrated_on(20)).is_alarm.any()


def test_three_resignations_instead_of_two_are_no_alarm() -> None:
    assert not watched([3.0] * 6, 2.0).is_alarm.any()


def test_an_alarm_ends_when_the_level_is_right_again() -> None:
    evidence = watched([100.0] * 3 + [140.0] * 2 + [100.0] * 12, 100.0)
    assert evidence.is_alarm[4]
    assert not evidence.is_alarm[-1]
    assert evidence.alarms == 1


def test_a_steady_world_has_fewer_false_alarms_than_declared() -> None:
    random, months = np.random.default_rng(5), 24
    expected = np.full(months, 30.0)
    model, alarms = CountModel.calibrated_on(360), 0
    for _ in range(60):
        level = np.exp(random.normal(0.0, 1.0 / np.sqrt(360)))
        observed = random.poisson(expected * level * random.gamma(100.0, 0.01, months))
        alarms += level_evidence(observed, expected, model=model, months_between=24).alarms
    assert alarms <= 60
