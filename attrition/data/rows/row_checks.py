"""Build the checks of a table as SQL conditions, so that a single query counts the rows that meet each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from attrition.data.engine import quote_text
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.data.sources import Site
from attrition.data.values import date_text, duration_text, money
from attrition.data.values.casting import INTEGER_TYPES, OPEN_END_YEAR, outer_blanks_condition
from attrition.data.values.column_sql import ColumnSql
from attrition.data.values.date_text import AMBIGUOUS_DATE, MONTH, SERIAL
from attrition.data.values.duration_text import TWO_PARTS
from attrition.data.values.number_text import DECIMAL_COMMA, TWO_READINGS, percent_divisor
from attrition.data.values.words_for_nothing import without_words

NUMBER_LIKE_ID = r"\d+\.0+|\d(\.\d+)?[eE]\+\d+|\d{16,}\.?0*"


class RowCheck(NamedTuple):
    """One check: the column it is about, the name of its rule, and the SQL condition that the counted rows meet.

    No row meets it unless some row of the column meets the rule `only_if`; "" for a check that is always counted.
    """

    column: str
    rule: str
    condition: str
    only_if: str = ""


def empty_row_condition(columns: Sequence[ColumnSql]) -> str:
    """Return the SQL condition that a row has no value in any supplied column; constants do not count."""
    supplied = [
        column.trimmed if column.fills_blanks else column.mapped for column in columns if column.header is not None
    ]
    return " AND ".join(f"{text} IS NULL" for text in supplied) or "false"


def set_aside_checks(columns: Sequence[ColumnSql], source: Source) -> list[RowCheck]:
    """Return the checks of rows to set aside: empty rows, and rows without a column of `only_with`.

    A row that several of these concern is counted by the first.
    """
    not_yet_set_aside = f"NOT ({empty_row_condition(columns)})"
    checks = [RowCheck("", Phrase("empty row", "空行"), empty_row_condition(columns))]
    for name in source.only_with:
        column = next((column for column in columns if column.column.name == name), None)
        if column is not None:
            rule = Phrase("without {name}", "缺少 {name}", name=name)
            checks.append(RowCheck(name, rule, f"{not_yet_set_aside} AND NOT {_is_given(column)}"))
            not_yet_set_aside += f" AND {_is_given(column)}"
    return checks


def _is_given(column: ColumnSql) -> str:
    """Return the SQL condition that a column of `only_with` has a value; a date far in the future is none."""
    if column.column.kind not in ("date", "timestamp"):
        return f"{column.mapped} IS NOT NULL"
    return f"({column.mapped} IS NOT NULL AND NOT coalesce({open_end_condition(column)}, false))"


def kept_row_condition(columns: Sequence[ColumnSql], source: Source) -> str:
    """Return the SQL condition that a row is not set aside, see `set_aside_checks`."""
    by_name = {column.column.name: column for column in columns}
    required = [_is_given(by_name[name]) for name in source.only_with if name in by_name]
    return " AND ".join([f"NOT ({empty_row_condition(columns)})", *required])


def table_checks(table: str, columns: Sequence[ColumnSql], *, source: Source, site: Site) -> list[RowCheck]:
    """Return the checks of every column of a table, and those of its currency, its months and its exit dates."""
    checks = [check for column in columns for check in column_checks(column)]
    currency = money.currency_column(columns)
    if currency is not None:
        checks.append(RowCheck("currency", "no rate", money.missing_rate_condition(currency, site)))
        checks.append(RowCheck("currency", "converted", money.foreign_currency_condition(currency, site)))
    else:
        checks += [
            RowCheck(
                column.column.name,
                "other currency",
                money.foreign_sign_condition(column, site),
                "separators or signs",
            )
            for column in columns
            if (table, column.column.name) in money.MONEY and not column.is_native
        ]
    month = next((column for column in columns if column.column.name == "as_of"), None)
    if table == "snapshots" and month is not None:
        checks.append(RowCheck("as_of", "not a month-end", f"{month.value} <> last_day({month.value})"))
    if table == "exits" and source.exit_date_is == "first_day_away":
        exit_date = next((column for column in columns if column.column.name == "exit_date"), None)
        checks += [RowCheck("exit_date", "first day away", f"{exit_date.value} IS NOT NULL")] if exit_date else []
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
    if column.has_missing:
        yield RowCheck(column.column.name, "null word", f"{column.trimmed} IS NOT NULL AND {column.mapped} IS NULL")
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
    name, mapped = column.column.name, column.mapped
    yield RowCheck(name, "outer blanks", outer_blanks_condition(column.raw_text))
    if column.fills_blanks:
        is_blank = f"{without_words(column.column, column.trimmed)} IS NULL"
        yield RowCheck(name, "blank filled", f"{mapped} IS NOT NULL AND {is_blank}")
    else:
        yield RowCheck(name, "null word", f"{column.trimmed} IS NOT NULL AND {mapped} IS NULL")
        if column.column.kind in ("number", "integer"):
            yield RowCheck(name, "zero", f"{column.value} = 0", "null word")
    if column.is_id:
        yield RowCheck(name, "read as a number", f"regexp_full_match({column.value}, {quote_text(NUMBER_LIKE_ID)})")
    if column.has_id_rules:
        yield RowCheck(name, "rewritten", f"{mapped} <> {column.value}")
    if column.column.kind in ("date", "timestamp"):
        yield from _date_checks(column)
    if column.column.kind in ("number", "integer"):
        yield from _number_checks(column)


def _date_checks(column: ColumnSql) -> Iterator[RowCheck]:
    name, mapped, unread = column.column.name, column.mapped, f"{column.value} IS NULL"
    day_first = f"{unread} AND regexp_full_match({mapped}, '(1[3-9]|2\\d|3[01])[-/. ].*')"
    month_first = f"{unread} AND regexp_full_match({mapped}, '\\d{{1,2}}[-/. ](1[3-9]|2\\d|3[01])[-/. ].*')"
    yield RowCheck(name, "ambiguous", f"{unread} AND regexp_full_match({mapped}, {quote_text(AMBIGUOUS_DATE)})")
    yield RowCheck(name, "day first", day_first, "ambiguous")
    yield RowCheck(name, "month first", month_first, "ambiguous")
    yield from _day_checks(column)
    options = column.options
    if column.column.kind == "timestamp" and options.source_zone:
        yield RowCheck(name, "other clock", f"contains({mapped}, ':') AND {column.value} IS NOT NULL")
    if column.column.kind == "date":
        is_instant, is_midnight = date_text.is_instant(mapped, options), date_text.is_midnight(mapped, options)
        is_other_day = f"{is_instant} AND {column.value} <> {date_text.written_day(mapped, options)}"
        yield RowCheck(name, "colon", f"contains({mapped}, ':')")
        yield RowCheck(name, "instant", is_instant, "colon")
        yield RowCheck(name, "other day", is_other_day, "colon")
        yield RowCheck(name, "midnight of another day", f"{is_midnight} AND {is_other_day}", "colon")


def _day_checks(column: ColumnSql) -> Iterator[RowCheck]:
    """Yield the checks of texts that are no day as it is written: numbers that count days, and months."""
    name, mapped, value = column.column.name, column.mapped, column.value
    # Most dates have ten bytes, and are told apart from both by their length, which costs far less than a pattern.
    is_short = f"(strlen({mapped}) < 8 OR contains({mapped}, '.'))"
    is_serial = f"({is_short} AND regexp_full_match({mapped}, {quote_text(SERIAL)}))"
    is_month = f"(strlen({mapped}) <> 10 AND regexp_full_match({mapped}, {quote_text(MONTH)}))"
    yield RowCheck(name, "counted days", is_serial)
    yield RowCheck(name, "serial", f"{value} IS NOT NULL AND {is_serial}", "counted days")
    yield RowCheck(name, "serial not declared", f"{value} IS NULL AND {is_serial}", "counted days")
    yield RowCheck(name, "only a month", is_month)
    yield RowCheck(name, "month not declared", f"{value} IS NULL AND {is_month}", "only a month")
    if name != "as_of":
        yield RowCheck(name, "month", f"{value} IS NOT NULL AND {is_month}", "only a month")


def _number_checks(column: ColumnSql) -> Iterator[RowCheck]:
    name, mapped, cleaned, value = column.column.name, column.mapped, column.cleaned, column.value
    has_signs = f"{value} IS NOT NULL AND ({cleaned} <> {mapped} OR contains({mapped}, ','))"
    yield RowCheck(name, "separators or signs", f"{has_signs} AND NOT contains({cleaned}, ':')")
    if column.column.kind == "number" and column.options.decimal is None:
        yield from _separator_checks(column)
    if percent_divisor(column.column):
        yield RowCheck(name, "percent sign", f"{value} <> 0 AND suffix({cleaned}, '%')")
        yield RowCheck(name, "no percent sign", f"{value} <> 0 AND NOT suffix({cleaned}, '%')", "percent sign")
    if duration_text.unit(column.column):
        unread = f"{value} IS NULL AND regexp_full_match({mapped}, {quote_text(TWO_PARTS)})"
        above_a_day = f"{unread} AND TRY_CAST(split_part({mapped}, ':', 1) AS INTEGER) > 23"
        yield RowCheck(name, "colon", f"contains({mapped}, ':')")
        yield RowCheck(name, "duration", f"{value} IS NOT NULL AND contains({cleaned}, ':')")
        yield RowCheck(name, "two parts", unread, "colon")
        yield RowCheck(name, "above a day", above_a_day, "colon")


def _separator_checks(column: ColumnSql) -> Iterator[RowCheck]:
    """Yield the checks of dots and commas, each of which may stand between thousands or before decimals."""
    name, cleaned, value, maximum = column.column.name, column.cleaned, column.value, column.column.maximum
    has_separator = f"(contains({cleaned}, '.') OR contains({cleaned}, ','))"
    both = f"regexp_full_match({cleaned}, {quote_text(TWO_READINGS)})"
    thousands = f"TRY_CAST(translate({cleaned}, '.,%', '') AS DOUBLE) * {column.factor!r}"
    is_possible = "true" if maximum is None else f"{thousands} <= {maximum!r}"
    with_comma = f"({value} IS NULL AND regexp_full_match({cleaned}, {quote_text(DECIMAL_COMMA)}))"
    too_large = f"({both} AND contains({cleaned}, ',') AND NOT ({is_possible}))"
    two_readings = f"({both} AND {is_possible})"
    yield RowCheck(name, "separator", has_separator)
    yield RowCheck(name, "two readings", two_readings, "separator")
    yield RowCheck(name, "ambiguous number", f"({two_readings} OR {too_large} OR {with_comma})", "separator")
    yield RowCheck(name, "only with a comma", with_comma, "separator")
    yield RowCheck(name, "separators read", f"{has_separator} AND {value} IS NOT NULL", "separator")
    yield RowCheck(name, "too large with comma", too_large, "separator")
