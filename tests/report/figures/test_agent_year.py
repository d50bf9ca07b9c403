"""A year of one agent: what moved the estimate is what changed most since the month before."""

from __future__ import annotations

import pandas as pd

from attrition.report.figures.agent_year import agent_year

POINTS = {"2026-08-31": 0.5, "2026-09-30": 3.0, "2026-10-31": 3.2}
"""Points of pay by month; those of being busy stay as they are."""


def months() -> pd.DataFrame:
    ends = [pd.Timestamp(end) for end in POINTS]
    scores = pd.DataFrame({"as_of": ends, "risk_low": 0.1, "risk_high": 0.3, "band": "high", "is_backtest": False})
    names = {"agent_id": "a", "feature": ["pay_now", "busy_3m"], "topic": ["pay", "busy"]}
    drivers = {
        end: pd.DataFrame(names | {"points": [pay, 1.0], "contribution": 1.0})
        for end, pay in zip(ends, POINTS.values(), strict=True)
    }
    year = agent_year(scores, drivers)
    return year.set_index(year["as_of"].dt.month)


def test_the_topic_that_changed_most_is_named() -> None:
    assert months().loc[9, ["moved", "moved_points"]].tolist() == ["pay_now", 2.5]


def test_a_first_month_and_one_of_small_changes_name_nothing() -> None:
    assert months()["moved"].to_dict() == {8: "", 9: "pay_now", 10: ""}
