"""Choose the checks that can have rows at all, by a cheap query on a large table in its own types.

Counting fifty conditions over ten million rows takes longer than reading them. A column of numbers can be out of range
only if its minimum or maximum is; a text column holds few distinct values, and only those are examined.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.column_sql import ColumnSql, columns_query
from attrition.data.engine import Connection, quote_name
from attrition.data.row_checks import RowCheck
from attrition.data.tables import TABLES

_UNIQUE_IDS = frozenset(table.key[0] for table in TABLES.values() if len(table.key) == 1) - {"agent_id"}
_ALWAYS = ("converted", "no rate", "not a month-end", "stored as a number")


def possible_checks(
    con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]
) -> list[RowCheck]:
    """Return the checks that may have rows; a check that is left out has none."""
    text = [column for column in columns if not column.is_native]
    native = [column for column in columns if column.is_native]
    possible = [check for column in text for check in _by_values(con, relation, column, checks)]
    if native:
        possible += _by_extremes(con, relation, native, checks)
    possible += [check for check in checks if check.rule in _ALWAYS]
    concerned = {check.column for check in possible}
    possible += [check for check in checks if check.rule == "not empty" and check.column in concerned]
    return list(dict.fromkeys(possible))


def _by_values(con: Connection, relation: str, column: ColumnSql, checks: Sequence[RowCheck]) -> list[RowCheck]:
    """Return the checks of one text column that one of its distinct values meets."""
    candidates = [check for check in _checks_of(column, checks) if check.rule != "not empty"]
    values = f"__values_{column.index}"
    if column.header is None or not candidates:
        return candidates
    # A column that identifies each row has as many values as rows: listing them first would only cost time.
    distinct = "" if column.column.name in _UNIQUE_IDS else "DISTINCT"
    source = f"(SELECT {distinct} {column.raw} FROM {quote_name(relation)})"
    query = columns_query([column], values, with_raw_text=True).replace(quote_name(values), source)
    counts = ", ".join(f"count(*) FILTER ({check.condition})" for check in candidates)
    rows = engine.fetch_rows(con, f"SELECT {counts} FROM ({query})")[0]
    return [check for check, count in zip(candidates, rows, strict=True) if count]


def _by_extremes(
    con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]
) -> list[RowCheck]:
    """Return the checks of typed columns that their counts, minima and maxima allow.

    Those of a Parquet file are stored in its footer, so that no row is read.
    """
    statistics = ", ".join(_statistics(column) for column in columns)
    engine.execute(
        con, f"CREATE OR REPLACE TEMP TABLE __ends AS SELECT count(*) AS n, {statistics} FROM {quote_name(relation)}"
    )
    possible = [check for column in columns for check in _met_checks(con, column, _checks_of(column, checks))]
    lossy = [column for column in columns if column.steps.is_lossy]
    if lossy:
        lost = ", ".join(f"count({column.mapped}) - count({column.value})" for column in lossy)
        rows = engine.fetch_rows(con, f"SELECT {lost} FROM ({columns_query(lossy, relation)})")[0]
        unreadable = {column.column.name for column, count in zip(lossy, rows, strict=True) if count}
        possible += [check for check in checks if check.rule == "unreadable" and check.column in unreadable]
    return possible


def _statistics(column: ColumnSql) -> str:
    index, raw = column.index, column.raw
    finite = f", isfinite(sum({raw})) AS finite{index}" if column.raw_type in ("DOUBLE", "FLOAT") else ""
    ends = (
        "NULL" if column.raw_type == "BOOLEAN" else raw
    )  # a footer has no extremes of booleans, and no check uses them
    return f"count({raw}) AS n{index}, min({ends}) AS low{index}, max({ends}) AS high{index}{finite}"


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
    ends = f"SELECT *, unnest([low{index}, high{index}]) AS {column.mapped} FROM __ends"
    value = f"SELECT *, {column.steps.value} AS {column.value} FROM ({ends})"
    is_met = engine.fetch_rows(con, f"SELECT {', '.join(conditions.values())} FROM ({value})")[0]
    return [check for check, met in zip(conditions, is_met, strict=True) if met]


def _checks_of(column: ColumnSql, checks: Sequence[RowCheck]) -> list[RowCheck]:
    return [check for check in checks if check.column == column.column.name]
