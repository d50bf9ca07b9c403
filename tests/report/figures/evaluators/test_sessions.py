"""Sessions bring together who differs beyond chance at one site; what chance may have ordered shares a place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.sessions import narrowing, pairs
from attrition.report.figures.evaluators.severity import Severities

SITES = {"a": "x", "b": "x", "c": "x", "d": "x", "e": "y"}


def severity(error: float, **points: float) -> Severities:
    """Return severities that are known with one standard error."""
    names = pd.Index(points)
    covariance = pd.DataFrame(np.eye(len(names)) * error**2, index=names, columns=names)
    return Severities(pd.Series(points), covariance, spread=1.0, chance=4.0)


def test_the_pair_that_differs_most_meets_first_and_nobody_meets_twice() -> None:
    table = pairs(severity(0.1, a=6, b=-6, c=3, d=-3, e=20), SITES)
    assert table[["stricter", "milder", "priority"]].to_numpy().tolist() == [["a", "b", 1], ["c", "d", 2]]


def test_pairs_whose_order_may_be_chance_have_the_same_priority() -> None:
    assert pairs(severity(0.5, a=6, b=-6, c=5.8, d=-5.8), SITES)["priority"].tolist() == [1, 1]


def test_a_difference_within_chance_or_of_little_weight_is_no_reason_to_meet() -> None:
    assert pairs(severity(3, a=3, b=-3), SITES).empty
    assert pairs(severity(0.01, a=0.5, b=-0.5), SITES).empty


def half_year(mild_after: float) -> pd.DataFrame:
    """Return evaluations of ten agents by two evaluators, who are ten points apart until March."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2026-01-05", periods=24, freq="7D")
    rows = [
        (f"A{number}", evaluator, day, 80 + (0 if evaluator == "strict" else mild_after if day.month > 3 else 10))
        for day in days
        for number in range(10)
        for evaluator in ("strict", "mild")
    ]
    table = pd.DataFrame(rows, columns=["agent_id", "evaluator_id", "evaluated_on", "score"])
    table["score"] += rng.normal(0, 3, len(table))
    return table.assign(month=table["evaluated_on"] + pd.offsets.MonthEnd(0), site="x")


def test_a_session_after_which_two_evaluators_agree_narrowed_the_spread() -> None:
    result = narrowing(half_year(mild_after=1), pd.Timestamp("2026-03-31"), "").iloc[0]
    assert (result["evaluators"], result["verdict"]) == (2, "narrower")


def test_a_session_after_which_nothing_changed_is_within_chance() -> None:
    assert narrowing(half_year(mild_after=10), pd.Timestamp("2026-03-31"), "x")["verdict"].tolist() == ["level"]


def test_a_session_of_today_is_not_judged() -> None:
    assert narrowing(half_year(mild_after=1), pd.Timestamp("2026-12-31"), "").empty
