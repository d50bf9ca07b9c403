"""Rule out checks that no row of a large typed table can meet, by cheap queries, so that they need not be counted.

Counting fifty conditions over ten million rows takes longer than reading the rows. A number can be out of range only if
the minimum or maximum of its column is. A text column mostly has few distinct values, so only those are checked.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.rows.row_checks import RowCheck
from attrition.data.tables import TABLES
from attrition.data.values.column_sql import ColumnSql, columns_query

_UNIQUE_IDS = frozenset(table.key[0] for table in TABLES.values() if len(table.key) == 1) - {"agent_id"}
_ALWAYS_POSSIBLE = (
    "converted",
    "unit converted",
    "no rate",
    "not a month-end",
    "stored as a number",
    "first day away",
)


def possible_checks(
    con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]
) -> list[RowCheck]:
    """Return the checks that some row may meet; no row meets a check that is left out."""
    text_columns = [column for column in columns if not column.is_native]
    native_columns = [column for column in columns if column.is_native and not column.has_missing]
    possible = [check for column in text_columns for check in _by_values(con, relation, column, checks)]
    if native_columns:
        possible += _by_extremes(con, relation, native_columns, checks)
    possible += [check for column in columns if column.has_missing for check in _checks_of(column, checks)]
    possible += [check for check in checks if check.rule in _ALWAYS_POSSIBLE]
    affected_columns = {check.column for check in possible}
    possible += [check for check in checks if check.rule == "not empty" and check.column in affected_columns]
    return list(dict.fromkeys(possible))


def _by_values(con: Connection, relation: str, column: ColumnSql, checks: Sequence[RowCheck]) -> list[RowCheck]:
    """Return the checks of one text column that some of its values meet."""
    candidates = [check for check in _checks_of(column, checks) if check.rule != "not empty"]
    values_relation = f"__values_{column.index}"
    if column.header is None or not candidates:
        return candidates
    # A column that identifies each row has as many distinct values as rows, so DISTINCT would only cost time.
    distinct = "" if column.column.name in _UNIQUE_IDS else "DISTINCT"
    source = f"(SELECT {distinct} {column.raw} FROM {quote_name(relation)})"
    query = columns_query([column], values_relation, with_raw_text=True).replace(quote_name(values_relation), source)
    counts = ", ".join(f"count(*) FILTER ({check.condition})" for check in candidates)
    rows = engine.fetch_rows(con, f"SELECT {counts} FROM ({query})")[0]
    return [check for check, count in zip(candidates, rows, strict=True) if count]


def _by_extremes(
    con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]
) -> list[RowCheck]:
    """Return the checks of typed columns that their counts, minima and maxima do not rule out.

    A Parquet file stores these statistics in its footer, so that its rows need not be read.
    """
    statistics = ", ".join(_statistics(column) for column in columns)
    engine.execute(
        con,
        f"CREATE OR REPLACE TEMP TABLE __extremes AS SELECT count(*) AS n, {statistics} FROM {quote_name(relation)}",
    )
    possible = [check for column in columns for check in _met_checks(con, column, _checks_of(column, checks))]
    lossy_columns = [column for column in columns if column.steps.is_lossy]
    if lossy_columns:
        lost_counts = ", ".join(f"count({column.mapped}) - count({column.value})" for column in lossy_columns)
        rows = engine.fetch_rows(con, f"SELECT {lost_counts} FROM ({columns_query(lossy_columns, relation)})")[0]
        unreadable = {column.column.name for column, count in zip(lossy_columns, rows, strict=True) if count}
        possible += [check for check in checks if check.rule == "unreadable" and check.column in unreadable]
    return possible


def _statistics(column: ColumnSql) -> str:
    """Return the SQL of a column's number of values, minimum and maximum; of floats also whether all are finite."""
    index, raw = column.index, column.raw
    finite = f", isfinite(sum({raw})) AS finite{index}" if column.raw_type in ("DOUBLE", "FLOAT") else ""
    # A Parquet footer has no minimum and maximum of booleans, and no check needs them.
    bounded = "NULL" if column.raw_type == "BOOLEAN" else raw
    return f"count({raw}) AS n{index}, min({bounded}) AS low{index}, max({bounded}) AS high{index}{finite}"


def _met_checks(con: Connection, column: ColumnSql, checks: Sequence[RowCheck]) -> list[RowCheck]:
    """Return the checks of one column that its counts, its minimum or its maximum meet."""
    index = column.index
    limits = [check for check in checks if check.rule in ("out of range", "open end", "not allowed")]
    conditions = {check: f"bool_or(coalesce({check.condition}, false))" for check in limits}
    conditions |= {check: f"any_value(n{index} < n)" for check in checks if check.rule == "missing"}
    if column.raw_type in ("DOUBLE", "FLOAT"):
        conditions |= {check: f"bool_or(NOT finite{index})" for check in checks if check.rule == "not finite"}
    if not conditions:
        return []
    extremes = f"SELECT *, unnest([low{index}, high{index}]) AS {column.mapped} FROM __extremes"
    value = f"SELECT *, {column.steps.value} AS {column.value} FROM ({extremes})"
    results = engine.fetch_rows(con, f"SELECT {', '.join(conditions.values())} FROM ({value})")[0]
    return [check for check, is_met in zip(conditions, results, strict=True) if is_met]


def _checks_of(column: ColumnSql, checks: Sequence[RowCheck]) -> list[RowCheck]:
    return [check for check in checks if check.column == column.column.name]
