"""The bonus that goes with a point of score is that of the same agent from quarter to quarter."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures.evaluators.bonus import BonusPerPoint, bonus_per_point
from tests.report.figures.evaluators.tables import typed

LAST = pd.Timestamp("2026-09-30")
WELL_PAID_HAVE_HIGH_SCORES = """
agent_id | as_of   | pay_base_amount | pay_bonus_share_3m | quality_score_3m
A        | 2026-03 | 1000            | 0.5                | 90
A        | 2026-06 | 1000            | 0.5                | 80
B        | 2026-03 | 1000            | 0.2                | 60
B        | 2026-06 | 1000            | 0.2                | 70
"""
A_POINT_PAYS_TEN = """
agent_id | as_of   | pay_base_amount | pay_bonus_share_3m | quality_score_3m
A        | 2026-06 | 900             | 0.1                | 80
A        | 2026-08 | 900             | 0.9                | 1
A        | 2026-09 | 800             | 0.2                | 90
B        | 2026-06 | 800             | 0.2                | 80
B        | 2026-09 | 800             | 0.2                | 80
"""


def test_that_better_agents_are_paid_better_is_not_what_a_point_pays() -> None:
    result = bonus_per_point(typed(WELL_PAID_HAVE_HIGH_SCORES), LAST)
    assert result is not None
    assert result.money == pytest.approx(0, abs=1e-6)


def test_months_that_share_their_windows_are_not_compared() -> None:
    result = bonus_per_point(typed(A_POINT_PAYS_TEN), LAST)
    assert result is not None
    assert result.money == pytest.approx(10)


def test_an_agent_of_one_quarter_says_nothing() -> None:
    rows = typed(A_POINT_PAYS_TEN)
    assert bonus_per_point(rows[rows["as_of"] == LAST], LAST) is None


def test_the_pay_of_a_severity_has_both_errors_and_the_right_sign() -> None:
    money, low, high = BonusPerPoint(money=10, error=1, agents=50).of(3, 0.5)
    assert money == -30
    assert (high - low) / 2 == pytest.approx(1.96 * (3**2 + 5**2 + 0.5**2) ** 0.5)
