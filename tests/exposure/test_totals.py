"""Totals add up each measure over its windows, by further columns where given, and exactly."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
"""
EVALUATIONS = """
evaluation_id | agent_id | evaluated_on | evaluator_id | score
1             | A        | 2026-01-10   | E1           | 80
2             | A        | 2026-01-20   | E2           | 95
3             | A        | 2026-01-25   | E1           | 90
"""


def past_of(con: ibis.BaseBackend, **texts: str) -> Past:
    texts = {"agents": AGENTS, "exits": "agent_id | exit_date | exit_type | notice_date"} | texts
    return open_past(tables(con, **texts), pd.Timestamp("2026-01-31"), pd.Timestamp("2026-01-31"))


def test_rows_of_different_evaluators_are_added_up_separately(con: ibis.BaseBackend) -> None:
    past = past_of(con, qa_evaluations=EVALUATIONS)
    totals = past.totals("qa_evaluations", {"score": lambda t: t.score}, windows=(1,), by=("evaluator_id",)).execute()
    assert dict(zip(totals["evaluator_id"], totals["score_1m"], strict=True)) == {"E1": 170, "E2": 95}


def test_each_measure_is_added_up_over_its_own_windows(con: ibis.BaseBackend) -> None:
    sums = {"score": lambda t: t.score, "passed": lambda t: t.score > 85}
    past = past_of(con, qa_evaluations=EVALUATIONS)
    totals = past.totals("qa_evaluations", sums, windows={"score": (1,), "passed": (3, 6)}).execute()
    assert totals.drop(columns=["agent_id", "as_of"]).iloc[0].to_dict() == {
        "score_1m": 265,
        "passed_3m": 2,
        "passed_6m": 2,
    }


def test_a_number_too_large_to_be_one_is_added_up_without_an_error(con: ibis.BaseBackend) -> None:
    bonuses = """
    agent_id | pay_date   | amount
    A        | 2026-01-15 | 1e300
    A        | 2026-01-16 | 0.1
    """
    past = past_of(con, bonuses=bonuses)
    paid = past.totals("bonuses", {"paid": lambda t: t.amount}, windows=(1,)).execute()
    assert paid["paid_1m"][0] > 1e299


def test_sums_are_the_same_whatever_the_order_of_rows(con: ibis.BaseBackend) -> None:
    amounts = ["0.1", "0.2", "0.3", "1000000.7", "0.6", "0.4"]
    lines = [f"A | 2026-01-{10 + day} | {amount}" for day, amount in enumerate(amounts)]
    head = ["agent_id | pay_date | amount"]
    sums = {"paid": lambda t: t.amount}
    one = past_of(con, bonuses="\n".join(head + lines)).totals("bonuses", sums, windows=(1,)).execute()
    other = past_of(con, bonuses="\n".join(head + lines[::-1])).totals("bonuses", sums, windows=(1,)).execute()
    assert one["paid_1m"][0] == other["paid_1m"][0] == 1000002.3
