"""The features of a panel are joined as one table, on an engine that keeps its rows to itself."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pandas as pd
import pytest

from attrition.data.engine import open_duckdb
from attrition.exposure.open_past import open_past
from attrition.exposure.past import Past
from attrition.features.declare import UNKNOWN_PREFIX, Family, Feature
from attrition.features.joined import joined_features
from tests.text_tables import tables

AGENTS = """
agent_id | hire_date
A        | 2025-01-01
B        | 2025-02-01
"""
NO_EXITS = "agent_id | exit_date | exit_type"


@pytest.fixture
def past() -> Past:
    first, last = pd.Timestamp("2025-03-01"), pd.Timestamp("2025-04-01")
    return open_past(tables(open_duckdb(), agents=AGENTS, exits=NO_EXITS), first, last)


def family(build, *names: str) -> Family:
    features = [
        Feature(name=name, family="pay", lever="pay", en="x", zh="x", unit="count", absence="zero") for name in names
    ]
    return Family(name="pay", features=tuple(features), build=build)


def of_agent_a(past: Past) -> Iterator[ir.Table]:
    rows = past.months.filter(past.months.agent_id == "A")
    yield rows.select("agent_id", "as_of", pay_raises=ibis.literal(2))


def unknown_of_agent_b(past: Past) -> Iterator[ir.Table]:
    is_b = past.months.agent_id == "B"
    yield past.months.select(
        "agent_id", "as_of", pay_bonuses=ibis.null("int64"), **{f"{UNKNOWN_PREFIX}pay_bonuses": is_b}
    )


def twice(past: Past) -> Iterator[ir.Table]:
    rows = past.months.select("agent_id", "as_of", pay_raises=ibis.literal(1))
    yield rows.union(rows)


def test_no_rows_mean_zero_unless_a_flag_says_that_the_value_is_unknown(past: Past) -> None:
    families = [family(of_agent_a, "pay_raises"), family(unknown_of_agent_b, "pay_bonuses")]
    built = joined_features(past, families).order_by("agent_id", "as_of").to_pandas()
    assert built["agent_id"].tolist() == ["A", "A", "B", "B"]
    assert built["pay_raises"].tolist() == [2, 2, 0, 0]
    assert built["pay_bonuses"].fillna(-1).tolist() == [0, 0, -1, -1]


def test_two_rows_for_one_agent_month_are_an_error(past: Past) -> None:
    with pytest.raises(LookupError, match="two rows for one agent-month"):
        joined_features(past, [family(twice, "pay_raises")])
