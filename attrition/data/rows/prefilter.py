"""Rule out checks that no row of a large typed table can meet, by cheap queries, so that they need not be counted.

Counting fifty conditions over ten million rows takes longer than reading the rows. A number can be out of range only if
the minimum or maximum of its column is. A text column mostly has few distinct values, so only those are checked, and
only those are trimmed and mapped: a row looks its value up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.rows.row_checks import RowCheck
from attrition.data.tables import PEOPLE_COLUMNS, TABLES
from attrition.data.values.column_sql import ColumnSql, columns_query, joined, looking_up, lookup_query

_UNIQUE_IDS = frozenset(name for table in TABLES.values() for name in table.key if name.endswith("_id"))
_UNIQUE_IDS -= frozenset(PEOPLE_COLUMNS)
_ALWAYS_POSSIBLE = (
    "converted",
    "unit converted",
    "no rate",
    "not a month-end",
    "stored as a number",
    "first day away",
)


MOST_LOOKED_UP = 32
"""Values that change, such as words that are mapped; a column with more of them is mapped row by row."""
MOST_JOINED = 20_000
"""Texts of dates and numbers that are parsed once each; a column with more of them is parsed row by row."""


class Prefiltered(NamedTuple):
    """The checks that some row may meet, and columns with the SQL by which their values are found the quickest."""

    checks: list[RowCheck]
    columns: list[ColumnSql]


def prefilter(con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]) -> Prefiltered:
    """Return the checks that some row may meet, and the columns; no row meets a check that is left out.

    Where two columns have one name, which is a fault, nothing is ruled out.
    """
    if len({column.column.name for column in columns}) < len(columns):
        return Prefiltered(list(checks), list(columns))
    native_columns = [column for column in columns if column.is_native and not column.has_missing]
    by_values = {column.index: _by_values(con, relation, column, checks) for column in columns if not column.is_native}
    possible = [check for met, _ in by_values.values() for check in met]
    if native_columns:
        possible += _by_extremes(con, relation, native_columns, checks)
    possible += [check for column in columns if column.has_missing for check in _checks_of(column, checks)]
    possible += [check for check in checks if check.rule in _ALWAYS_POSSIBLE]
    affected_columns = {check.column for check in possible}
    possible += [check for check in checks if check.rule == "not empty" and check.column in affected_columns]
    quickest = [by_values[column.index][1] if column.index in by_values else column for column in columns]
    return Prefiltered(list(dict.fromkeys(possible)), quickest)


def _by_values(
    con: Connection, relation: str, column: ColumnSql, checks: Sequence[RowCheck]
) -> tuple[list[RowCheck], ColumnSql]:
    """Return the checks of one text column that some of its values meet, and the column, read the quickest way."""
    candidates = [check for check in _checks_of(column, checks) if check.rule != "not empty"]
    if column.header is None or not candidates:
        return candidates, column
    # A column that identifies each row has as many distinct values as rows, so DISTINCT would only cost time.
    is_unique = column.column.name in _UNIQUE_IDS
    values = relation if is_unique else f"__values_{column.index}"
    if not is_unique:
        texts = f"SELECT DISTINCT {column.raw} FROM {quote_name(relation)}"
        engine.execute(con, f"CREATE OR REPLACE TEMP TABLE {values} AS {texts}")
    query = columns_query([column], values, with_raw_text=True)
    counts = ", ".join(f"count(*) FILTER ({check.condition})" for check in candidates)
    rows = engine.fetch_rows(con, f"SELECT {counts} FROM ({query})")[0]
    met = [check for check, count in zip(candidates, rows, strict=True) if count]
    rules = {check.rule for check in met}
    possible = [check for check in met if not check.only_if or check.only_if in rules]
    return possible, column if is_unique else _looked_up(con, column, values)


def _looked_up(con: Connection, column: ColumnSql, values: str) -> ColumnSql:
    """Return a column of texts that are looked up instead of trimmed, mapped and parsed, if not too many of them are.

    Texts stay texts in a view, where a few cases are the quickest. Other kinds are parsed and stored at once, so that
    their lookup may be a table of this thread's connection.
    """
    if column.raw_type != "VARCHAR":
        return column
    if column.column.kind != "text":
        count = engine.fetch_rows(con, f"SELECT count(*) FROM {values}")[0][0]
        if count > MOST_JOINED:
            return column
        lookup = f"__lookup_{column.index}"
        engine.execute(con, f"CREATE OR REPLACE TEMP TABLE {lookup} AS {lookup_query(column, values)}")
        return joined(column, lookup)
    if column.fills_blanks:
        return column
    query = columns_query([column], values, with_raw_text=True)
    changed = f"{column.raw_text} IS NOT NULL AND {column.raw_text} IS DISTINCT FROM {column.value}"
    found = f"SELECT {column.raw_text}, {column.value} FROM ({query}) WHERE {changed} LIMIT {MOST_LOOKED_UP + 1}"
    pairs = engine.fetch_rows(con, found)
    return column if len(pairs) > MOST_LOOKED_UP else looking_up(column, dict(pairs))


def _by_extremes(
    con: Connection, relation: str, columns: Sequence[ColumnSql], checks: Sequence[RowCheck]
) -> list[RowCheck]:
    """Return the checks of typed columns that their counts, minima and maxima do not rule out.

    A Parquet file stores these statistics in its footer, so that its rows need not be read. Each column has a query of
    its own, since one column without statistics would let all of them be read.
    """
    statistics = ["count(*) AS n", *map(_statistics, columns)]
    queries = [f"(SELECT {one} FROM {quote_name(relation)})" for one in statistics]
    engine.execute(con, f"CREATE OR REPLACE TEMP TABLE __extremes AS SELECT * FROM {' CROSS JOIN '.join(queries)}")
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
