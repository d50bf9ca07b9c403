"""Rows of any table of agent-months are placed in the panel's order by their number."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from attrition.features.agent_months import AgentMonths

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


def agent_months() -> AgentMonths:
    agents, months = ["b", "a", "b", "c"], [FEBRUARY, JANUARY, JANUARY, FEBRUARY]
    return AgentMonths.of(pa.table({"agent_id": agents, "as_of": months, "site": ["y", "x", "y", None]}))


def test_agent_months_are_sorted_by_month_and_agent() -> None:
    rows = AgentMonths.of(pa.table({"agent_id": ["a", "c", "b"], "as_of": [FEBRUARY, JANUARY, JANUARY]})).rows
    assert rows["agent_id"].to_pylist() == ["b", "c", "a"]
    assert rows["as_of"].to_pylist() == [JANUARY, JANUARY, FEBRUARY]


def test_a_part_without_a_row_for_an_agent_month_is_null_there_and_rows_of_others_are_left_out() -> None:
    part = {"agent_id": ["c", "d", "b", "c", None], "as_of": [FEBRUARY, JANUARY, JANUARY, JANUARY, JANUARY]}
    aligned = agent_months().aligned(pa.table({**part, "pay": [1.0, 2.0, 3.0, 4.0, 5.0], "grade": list("vwxyz")}))
    assert aligned.to_pydict() == {"pay": [None, 3.0, None, 1.0], "grade": [None, "x", None, "v"]}


def test_a_part_with_two_rows_for_one_agent_month_is_refused() -> None:
    part = pa.table({"agent_id": ["a", "a"], "as_of": [JANUARY, JANUARY], "pay": [1.0, 1.0]})
    with pytest.raises(LookupError, match="two rows for one agent-month"):
        agent_months().aligned(part)


def test_a_part_may_be_empty() -> None:
    part = pa.table({"agent_id": ["a"], "as_of": [JANUARY], "pay": [1.0]}).slice(0, 0)
    assert agent_months().aligned(part)["pay"].null_count == 4
