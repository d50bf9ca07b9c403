"""The features of a panel are put together month by month, on an engine that keeps its rows to itself."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from attrition.data.engine import open_duckdb
from attrition.exposure.open_past import GROUP_COLUMNS, open_past
from attrition.exposure.past import Past
from attrition.features.declare import UNKNOWN_PREFIX, Family, Feature
from attrition.features.joined import features_of_family, features_of_month
from attrition.features.registry import build_features, declared_features
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


def put_together(past: Past, families: list[Family]) -> pa.Table:
    declared = declared_features(families)
    built = [features_of_family(family, past, declared).to_pyarrow() for family in families]
    months = past.months.select("agent_id", "as_of", *GROUP_COLUMNS).to_pyarrow()
    by_month = [
        features_of_month(_of_month(months, as_of), [_of_month(rows, as_of) for rows in built], declared)
        for as_of in months["as_of"].unique()
    ]
    return pa.concat_tables(by_month).sort_by([("as_of", "ascending"), ("agent_id", "ascending")])


def _of_month(rows: pa.Table, as_of: pa.Scalar) -> pa.Table:
    return rows.filter(pc.equal(rows["as_of"], as_of))


def test_no_rows_mean_zero_unless_a_flag_says_that_the_value_is_unknown(past: Past) -> None:
    families = [family(of_agent_a, "pay_raises"), family(unknown_of_agent_b, "pay_bonuses")]
    built = put_together(past, families)
    assert built["agent_id"].to_pylist() == ["A", "B", "A", "B"]
    assert built["pay_raises"].to_pylist() == [2, 0, 2, 0]
    assert built["pay_bonuses"].to_pylist() == [0, None, 0, None]
    assert built.equals(build_features(past, families))


def test_two_rows_for_one_agent_month_are_an_error(past: Past) -> None:
    with pytest.raises(LookupError, match="two rows for one agent-month"):
        put_together(past, [family(twice, "pay_raises")])
