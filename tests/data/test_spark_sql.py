"""What is translated for Spark, and what is refused since its result could be another than DuckDB's."""

from __future__ import annotations

import pytest
from sqlglot import parse_one

from attrition.data.spark_sql import spark_query

TYPES = {"n": "BIGINT", "small": "SMALLINT", "x": "DOUBLE", "word": "VARCHAR", "day": "DATE", "moment": "TIMESTAMP"}


@pytest.mark.parametrize(
    "expression",
    [
        *("hash(word)", "CAST(word AS DOUBLE)", "TRY_CAST(word AS DATE)", "lower(word)", "word LIKE 'a%'"),
        *("sum(x)", "avg(n)", "first(word)", "quantile_cont(x, 0.5)", "row_number() OVER (ORDER BY n)"),
        *("CAST(x AS BIGINT)", "trunc(x)", "x / 2", "n % 2", "small * small", "isfinite(x)"),
        *("timezone('Asia/Shanghai', moment)", "date_trunc('month', moment)", "date_trunc('week', day)"),
        *("datediff('month', day, day)", "extract(week FROM day)", "day = '2026-01-01'", "n = word", "n IN (word)"),
        *("n IN (SELECT n FROM shifts)", "chr(n)", "unknown_column"),
    ],
)
def test_what_spark_could_understand_otherwise_is_refused(expression: str) -> None:
    assert _translated(f"SELECT {expression} AS value FROM shifts") is None


def test_an_order_and_a_limit_are_refused_since_rows_that_are_alike_have_none() -> None:
    assert _translated("SELECT n FROM shifts ORDER BY n LIMIT 1") is None


def test_columns_are_listed_since_spark_does_not_replace_one_of_all() -> None:
    query = "SELECT * EXCLUDE (x, word, day, moment) REPLACE (n + 1 AS n) FROM shifts"
    assert _translated(query) == (
        "SELECT `shifts`.`n` + 1 AS `n`, `shifts`.`small` AS `small` FROM `shifts` AS `shifts`"
    )


def _translated(query: str) -> str | None:
    return spark_query(parse_one(query, dialect="duckdb"), {"shifts": TYPES})
