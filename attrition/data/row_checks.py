"""The checks of a table: each is a condition whose rows are counted, all of them in a single query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from attrition.data import money
from attrition.data.casting import AMBIGUOUS, INTEGERS, OPEN_END_YEAR, has_outer_blanks
from attrition.data.column_sql import ColumnSql
from attrition.data.engine import quote_text
from attrition.data.sources import Site, Source

READ_AS_NUMBER = r"\d+\.0+|\d(\.\d+)?[eE]\+\d+|\d{16,}\.?0*"


class RowCheck(NamedTuple):
    """Rows in which one column meets a condition; `rule` names what such a row has or breaks."""

    column: str
    rule: str
    condition: str


def is_empty_row(columns: Sequence[ColumnSql]) -> str:
    """Return the condition of a row without any value."""
    supplied = [column.mapped for column in columns if column.header is not None]
    return " AND ".join(f"{mapped} IS NULL" for mapped in supplied) or "false"


def set_aside_checks(columns: Sequence[ColumnSql], source: Source) -> list[RowCheck]:
    """Return the checks for rows to set aside: empty, or without a column of `only_with`; each row counts once."""
    is_kept = f"NOT ({is_empty_row(columns)})"
    checks = [RowCheck("", "empty row", is_empty_row(columns))]
    for name in source.only_with:
        column = next((column for column in columns if column.column.name == name), None)
        if column is not None:
            checks.append(RowCheck(name, f"without {name}", f"{is_kept} AND {column.mapped} IS NULL"))
            is_kept += f" AND {column.mapped} IS NOT NULL"
    return checks


def is_kept_row(columns: Sequence[ColumnSql], source: Source) -> str:
    """Return the condition of the rows that belong to this table."""
    by_name = {column.column.name: column for column in columns}
    required = [f"{by_name[name].mapped} IS NOT NULL" for name in source.only_with if name in by_name]
    return " AND ".join([f"NOT ({is_empty_row(columns)})", *required])


def table_checks(table: str, columns: Sequence[ColumnSql], site: Site) -> list[RowCheck]:
    """Return the checks of every column of a table."""
    checks = [check for column in columns for check in column_checks(column)]
    currency = money.currency_column(columns)
    if currency is not None:
        checks.append(RowCheck("currency", "no rate", money.has_no_rate(currency, site)))
        checks.append(RowCheck("currency", "converted", money.is_foreign(currency, site)))
    month = next((column for column in columns if column.column.name == "as_of"), None)
    if table == "snapshots" and month is not None:
        checks.append(RowCheck("as_of", "not a month-end", f"{month.value} <> last_day({month.value})"))
    return checks


def column_checks(column: ColumnSql) -> Iterator[RowCheck]:
    """Yield the checks of one column."""
    name, mapped, value = column.column.name, column.mapped, column.value
    yield RowCheck(name, "not empty", f"{mapped} IS NOT NULL")
    if column.column.required:
        yield RowCheck(name, "missing", f"{mapped} IS NULL")
    if column.is_cast:
        yield RowCheck(name, "unreadable", f"{mapped} IS NOT NULL AND {value} IS NULL")
    if column.column.choices:
        choices = ", ".join(quote_text(choice) for choice in column.column.choices)
        yield RowCheck(name, "not allowed", f"{value} NOT IN ({choices})")
    yield from _range_checks(column)
    yield from _native_checks(column) if column.is_native else _text_checks(column)


def _range_checks(column: ColumnSql) -> Iterator[RowCheck]:
    limits = _outside_limits(column)
    if limits:
        yield RowCheck(column.column.name, "out of range", limits)
    if column.column.kind in ("date", "timestamp") and not column.column.required:
        yield RowCheck(column.column.name, "open end", is_open_end(column))


def _native_checks(column: ColumnSql) -> Iterator[RowCheck]:
    if column.is_id:
        yield RowCheck(column.column.name, "stored as a number", f"{column.mapped} IS NOT NULL")
    if column.column.kind == "number" and column.raw_type not in INTEGERS:
        yield RowCheck(column.column.name, "not finite", f"NOT isfinite({column.value})")


def is_open_end(column: ColumnSql) -> str:
    """Return the condition of a date that means "no end" in an HR system, such as 9999-12-31."""
    return f"year({column.value}) >= {OPEN_END_YEAR}"


def _outside_limits(column: ColumnSql) -> str:
    declared, value = column.column, column.value
    if declared.kind in ("date", "timestamp"):
        too_late = f" OR {is_open_end(column)}" if declared.required else ""
        return f"(year({value}) < 1900{too_late})"
    low = [] if declared.minimum is None else [f"{value} < {declared.minimum!r}"]
    high = [] if declared.maximum is None else [f"{value} > {declared.maximum!r}"]
    limits = " OR ".join(low + high)
    if limits and column.is_native and declared.kind == "number" and column.raw_type not in INTEGERS:
        return f"isfinite({value}) AND ({limits})"
    return limits and f"({limits})"


def _text_checks(column: ColumnSql) -> Iterator[RowCheck]:
    name, mapped, value = column.column.name, column.mapped, column.value
    yield RowCheck(name, "outer blanks", has_outer_blanks(column.raw_text))
    if column.is_id:
        yield RowCheck(name, "read as a number", f"regexp_full_match({mapped}, {quote_text(READ_AS_NUMBER)})")
    if column.column.kind in ("date", "timestamp"):
        yield RowCheck(name, "ambiguous", f"{value} IS NULL AND regexp_full_match({mapped}, {quote_text(AMBIGUOUS)})")
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
