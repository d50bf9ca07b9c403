"""Waits, errors and their recurrence are counted over what could have happened, beside those without coaching."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures.evaluators.feedback import errors, recurrence, waits
from tests.report.figures.evaluators.tables import typed


def test_an_evaluation_waits_a_month_before_it_counts_as_one_without_feedback() -> None:
    scores = typed("""
    agent_id | site | evaluated_on | feedback_on
    A        | x    | 2026-01-01   | 2026-01-03
    B        | x    | 2026-01-01   | 2026-01-07
    C        | x    | 2026-01-01   |
    C        | x    | 2026-03-30   |
    """)
    table = waits(scores, pd.Timestamp("2026-03-31")).set_index("site").loc["x"]
    assert (table["evaluations"], table["median_days"]) == (3, 4)
    assert table["without"] == pytest.approx(1 / 3)


def test_errors_are_per_hundred_evaluations_and_a_change_of_few_agents_is_chance() -> None:
    now = typed("agent_id | critical_errors \n A | 1 \n A | 0 \n B | 0 \n B | 0")
    before = typed("agent_id | critical_errors \n A | 0 \n B | 0")
    assert errors(now, before).loc[0, ["now", "before", "verdict"]].tolist() == [25, 0, "level"]


MONTHS = """
agent_id | month   | critical_errors
A        | 2026-01 | 1
A        | 2026-02 | 2
A        | 2026-04 | 0
B        | 2026-01 | 1
B        | 2026-02 | 1
B        | 2026-04 | 1
"""
COACHED = """
agent_id | month   | is_coached
A        | 2026-03 | true
B        | 2026-03 | false
"""


def test_errors_recur_or_not_beside_those_of_agents_who_were_not_coached() -> None:
    result = recurrence(typed(MONTHS), typed(COACHED), "critical_errors", pd.Timestamp("2026-06-30"))
    assert result is not None
    assert (result.coached_before, result.coached_after) == (100, 0)
    assert (result.others_before, result.others_after) == (100, 100)
    assert result.difference == -100


def test_errors_of_the_last_months_are_not_yet_followed() -> None:
    assert recurrence(typed(MONTHS), typed(COACHED), "critical_errors", pd.Timestamp("2026-05-31")) is None
