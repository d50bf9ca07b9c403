"""Build the checks of a table as SQL conditions, so that a single query counts the rows that meet each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from attrition.data import money
from attrition.data.casting import AMBIGUOUS_DATE, INTEGER_TYPES, OPEN_END_YEAR, outer_blanks_condition
from attrition.data.column_sql import ColumnSql
from attrition.data.engine import quote_text
from attrition.data.sources import Site, Source

NUMBER_LIKE_ID = r"\d+\.0+|\d(\.\d+)?[eE]\+\d+|\d{16,}\.?0*"


class RowCheck(NamedTuple):
    """One check: the column it is about, the name of its rule, and the SQL condition that the counted rows meet."""

    column: str
    rule: str
    condition: str


def empty_row_condition(columns: Sequence[ColumnSql]) -> str:
    """Return the SQL condition that a row has no value in any supplied column; constants do not count."""
    supplied = [column.mapped for column in columns if column.header is not None]
    return " AND ".join(f"{mapped} IS NULL" for mapped in supplied) or "false"


def set_aside_checks(columns: Sequence[ColumnSql], source: Source) -> list[RowCheck]:
    """Return the checks of rows to set aside: empty rows, and rows without a column of `only_with`.

    A row that several of these concern is counted by the first.
    """
    not_yet_set_aside = f"NOT ({empty_row_condition(columns)})"
    checks = [RowCheck("", "empty row", empty_row_condition(columns))]
    for name in source.only_with:
        column = next((column for column in columns if column.column.name == name), None)
        if column is not None:
            checks.append(RowCheck(name, f"without {name}", f"{not_yet_set_aside} AND {column.mapped} IS NULL"))
            not_yet_set_aside += f" AND {column.mapped} IS NOT NULL"
    return checks


def kept_row_condition(columns: Sequence[ColumnSql], source: Source) -> str:
    """Return the SQL condition that a row is not set aside, see `set_aside_checks`."""
    by_name = {column.column.name: column for column in columns}
    required = [f"{by_name[name].mapped} IS NOT NULL" for name in source.only_with if name in by_name]
    return " AND ".join([f"NOT ({empty_row_condition(columns)})", *required])


def table_checks(table: str, columns: Sequence[ColumnSql], site: Site) -> list[RowCheck]:
    """Return the checks of every column of a table, and those of its currency and its months."""
    checks = [check for column in columns for check in column_checks(column)]
    currency = money.currency_column(columns)
    if currency is not None:
        checks.append(RowCheck("currency", "no rate", money.missing_rate_condition(currency, site)))
        checks.append(RowCheck("currency", "converted", money.foreign_currency_condition(currency, site)))
    month = next((column for column in columns if column.column.name == "as_of"), None)
    if table == "snapshots" and month is not None:
        checks.append(RowCheck("as_of", "not a month-end", f"{month.value} <> last_day({month.value})"))
    return checks


def column_checks(column: ColumnSql) -> Iterator[RowCheck]:
    """Yield the checks of one column: completeness, readability, choices, range, and those of its source's type."""
    name, mapped, value = column.column.name, column.mapped, column.value
    yield RowCheck(name, "not empty", f"{mapped} IS NOT NULL")
    if column.column.required:
        yield RowCheck(name, "missing", f"{mapped} IS NULL")
    if column.is_cast:
        yield RowCheck(name, "unreadable", f"{mapped} IS NOT NULL AND {value} IS NULL")
    if column.column.choices:
        choices = ", ".join(quote_text(choice) for choice in column.column.choices)
        yield RowCheck(name, "not allowed", f"{value} NOT IN ({choices})")
    if column.converted_from:
        yield RowCheck(name, "unit converted", f"{mapped} IS NOT NULL")
    yield from _range_checks(column)
    yield from _native_checks(column) if column.is_native else _text_checks(column)


def _range_checks(column: ColumnSql) -> Iterator[RowCheck]:
    limits = _outside_limits(column)
    if limits:
        yield RowCheck(column.column.name, "out of range", limits)
    if column.column.kind in ("date", "timestamp") and not column.column.required:
        yield RowCheck(column.column.name, "open end", open_end_condition(column))


def _native_checks(column: ColumnSql) -> Iterator[RowCheck]:
    if column.is_id:
        yield RowCheck(column.column.name, "stored as a number", f"{column.mapped} IS NOT NULL")
    if column.column.kind == "number" and column.raw_type not in INTEGER_TYPES:
        yield RowCheck(column.column.name, "not finite", f"NOT isfinite({column.value})")


def open_end_condition(column: ColumnSql) -> str:
    """Return the SQL condition that a date means "no end" in an HR system, such as 9999-12-31."""
    return f"year({column.value}) >= {OPEN_END_YEAR}"


def _outside_limits(column: ColumnSql) -> str:
    """Return the SQL condition that a value is out of range; "" for a column without limits."""
    declared, value = column.column, column.value
    if declared.kind in ("date", "timestamp"):
        too_late = f" OR {open_end_condition(column)}" if declared.required else ""
        return f"(year({value}) < 1900{too_late})"
    low = [] if declared.minimum is None else [f"{value} < {declared.minimum!r}"]
    high = [] if declared.maximum is None else [f"{value} > {declared.maximum!r}"]
    limits = " OR ".join(low + high)
    if limits and column.is_native and declared.kind == "number" and column.raw_type not in INTEGER_TYPES:
        return f"isfinite({value}) AND ({limits})"
    return limits and f"({limits})"


def _text_checks(column: ColumnSql) -> Iterator[RowCheck]:
    name, mapped, value = column.column.name, column.mapped, column.value
    yield RowCheck(name, "outer blanks", outer_blanks_condition(column.raw_text))
    if column.is_id:
        yield RowCheck(name, "read as a number", f"regexp_full_match({mapped}, {quote_text(NUMBER_LIKE_ID)})")
    if column.has_id_rules:
        yield RowCheck(name, "rewritten", f"{column.trimmed} IS DISTINCT FROM {mapped}")
    if column.column.kind in ("date", "timestamp"):
        yield RowCheck(
            name, "ambiguous", f"{value} IS NULL AND regexp_full_match({mapped}, {quote_text(AMBIGUOUS_DATE)})"
        )
        yield RowCheck(
            name, "day first", f"{value} IS NULL AND regexp_full_match({mapped}, '(1[3-9]|2\\d|3[01])[-/. ].*')"
        )
        yield RowCheck(
            name,
            "month first",
            f"{value} IS NULL AND regexp_full_match({mapped}, '\\d{{1,2}}[-/. ](1[3-9]|2\\d|3[01])[-/. ].*')",
        )
    if column.column.kind in ("number", "integer"):
        has_signs = f"{value} IS NOT NULL AND ({column.cleaned} <> {mapped} OR contains({mapped}, ','))"
        yield RowCheck(name, "separators or signs", has_signs)
    if column.column.kind != "text":
        yield RowCheck(name, "null word", f"{column.trimmed} IS NOT NULL AND {mapped} IS NULL")
