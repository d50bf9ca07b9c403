"""SQL that casts a source's text to a column's type, such as date or number; text that cannot be read becomes null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from attrition.data import duration_text, number_text, words_for_nothing
from attrition.data.duration_text import Parts
from attrition.data.engine import quote_text
from attrition.data.id_rules import IdRules
from attrition.data.number_text import Decimal
from attrition.data.schema import Column
from attrition.data.tables import PEOPLE_COLUMNS

# Code points; those up to 32 need not be listed among the leading ones, because `ascii(text) <= 32` finds them.
_LEADING_BLANKS = (160, 12288, 65279)  # no-break space, ideographic space, byte order mark
_TRAILING_BLANKS = (32, 9, 10, 13, 160, 12288)
_TRUE = ("1", "1.0", "true", "yes", "y", "t", "是", "有", "对", "√")
_FALSE = ("0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "错", "×")
_TIME = r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_OFFSET = r" ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)"
INSTANT = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}" + _TIME + _OFFSET
"""Pattern of a day with a time and an offset."""
MIDNIGHT = r".*[ T]0?0:00(:00(\.0+)?)?" + _OFFSET
"""Pattern of an instant that is a midnight where it was written."""
AMBIGUOUS_DATE = r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})( .*)?"
_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_NAMED_MONTH = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d/%b/%Y")
_MONTHS = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月")
OPEN_END_YEAR = 2200  # HR systems write "no end" as a date such as 9999-12-31; this year or later is read so
INTEGER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
ALL_INTEGER_TYPES = (*INTEGER_TYPES, "HUGEINT", "UBIGINT")


@dataclass(frozen=True, kw_only=True)
class CastOptions:
    """How a source writes its values.

    `dates` are its date layouts, in the order in which they are tried. With a `day_zero`, five-digit numbers are
    Excel's day numbers, with `allows_months` a month such as 2026-03 as its first day. `ids` are the declared rules for
    the numbers of people. `decimal` and `durations` say how numbers and durations of two parts are written, None that
    it is not declared; with `has_typed_cells` some texts were numbers in the source. `missing` holds, by column, values
    that mean nothing.
    """

    dates: tuple[str, ...] = ()
    time_zone: str = "UTC"
    day_zero: str = ""
    allows_months: bool = False
    ids: IdRules | None = None
    decimal: Decimal | None = None
    durations: Parts | None = None
    has_typed_cells: bool = False
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def id_rules(self, column: Column) -> IdRules | None:
        """Return the rules that rewrite a column's values; None where there are none."""
        is_rewritten = self.ids is not None and self.ids.rewrites and column.name in PEOPLE_COLUMNS
        return self.ids if is_rewritten else None


@dataclass(frozen=True, kw_only=True)
class CastSteps:
    """SQL of one column in four steps; each step refers to the one before by an alias.

    `trimmed` is the source's text without blanks around it (or the native value); `mapped` has values mapped and words
    for "no value" turned into null; `cleaned` is the text without irrelevant parts (a time of day in a date, a currency
    sign in a number); `value` has the contract's type and is null where the text cannot be read. In a single expression
    each part would be repeated many times, and DuckDB would take longer to plan it than to read the data.
    """

    trimmed: str
    mapped: str
    cleaned: str
    value: str
    is_native: bool

    @property
    def is_lossy(self) -> bool:
        """Whether `value` may be null where `mapped` is not, because some values cannot be read."""
        return not self.is_native or "CASE" in self.value


class Aliases(NamedTuple):
    """Aliases of the first three steps of one column, by which later steps refer to them."""

    trimmed: str
    mapped: str
    cleaned: str


def cast(
    column: Column, raw: str, source_type: str, options: CastOptions, *, aliases: Aliases, values: Mapping[str, str]
) -> CastSteps:
    """Return the SQL that casts one column of a source to a column of the contract.

    Parameters
    ----------
    column : Column
        The column of the contract.
    raw : str
        SQL of the source's column.
    source_type : str
        DuckDB's type of `raw`.
    options : CastOptions
        How this source writes its values.
    aliases : Aliases
        Aliases of the steps.
    values : mapping of str to str
        Declared mapping from values of the source to values of the contract; empty if there is none.
    """
    trimmed, mapped, cleaned = aliases
    rules = options.id_rules(column)
    native = None if values or rules else _native(column.kind, mapped, source_type, options)
    if native is not None:
        known = _without_missing(column, trimmed, options, is_text=False)
        return CastSteps(trimmed=raw, mapped=known, cleaned="NULL", value=native, is_native=True)
    parsers = {
        "text": _text,
        "boolean": _boolean,
        "number": _number,
        "integer": _number,
        "date": _date,
        "timestamp": _timestamp,
    }
    mapped_sql = _mapped_value(column, trimmed, values, options)
    cleaned_sql, value = parsers[column.kind](column, mapped, cleaned, options)
    return CastSteps(
        trimmed=trim(raw if source_type == "VARCHAR" else f"CAST({raw} AS VARCHAR)"),
        mapped=rules.sql(mapped_sql) if rules else mapped_sql,
        cleaned=cleaned_sql,
        value=value,
        is_native=False,
    )


def outer_blanks_condition(text: str) -> str:
    """Return the SQL condition that a text is empty or has blanks around it; cheaper than trimming every text."""
    leading = [f"prefix({text}, chr({code}))" for code in _LEADING_BLANKS]
    trailing = [f"suffix({text}, chr({code}))" for code in _TRAILING_BLANKS]
    return f"(ascii({text}) <= 32 OR {' OR '.join([*leading, *trailing])})"


def trim(text: str) -> str:
    """Return the SQL of a text without blanks around it; null where nothing is left."""
    blanks = " || ".join(f"chr({code})" for code in dict.fromkeys((*_TRAILING_BLANKS, *_LEADING_BLANKS)))
    return f"CASE WHEN {outer_blanks_condition(text)} THEN nullif(trim({text}, {blanks}), '') ELSE {text} END"


def _mapped_value(column: Column, trimmed: str, values: Mapping[str, str], options: CastOptions) -> str:
    """Return the SQL of a text's mapped value, or of the text itself, without words for nothing such as "n/a".

    A mapping of "" is the value of blanks, and of words for nothing that are not mapped themselves.
    """
    meanings = _FALSE if column.kind == "boolean" else ()
    known = words_for_nothing.without_words(column, trimmed, meanings)
    if options.missing.get(column.name):
        known = _without_missing(column, f"({known})", options, is_text=True)
    mapped = {before.strip(): after for before, after in values.items()}
    if "" in mapped:
        known = f"coalesce({known}, {quote_text(mapped.pop(''))})"
    cases = " ".join(f"WHEN {quote_text(before)} THEN {quote_text(after)}" for before, after in mapped.items())
    return f"CASE {trimmed} {cases} ELSE {known} END" if cases else known


def _without_missing(column: Column, value: str, options: CastOptions, *, is_text: bool) -> str:
    """Return the SQL of a value that is null where it is declared to mean nothing; numbers are compared as numbers."""
    missing = options.missing.get(column.name, ())
    if not missing:
        return value
    numbers = [repr(number) for word in missing if (number := _as_number(word)) is not None]
    if numbers and column.kind in ("number", "integer"):
        means_nothing = f"TRY_CAST({value} AS DOUBLE) IN ({', '.join(numbers)})"
    else:
        written = (
            value if is_text else f"CAST({f'CAST({value} AS DATE)' if column.kind == 'date' else value} AS VARCHAR)"
        )
        means_nothing = f"{written} IN {_sql_list(missing)}"
    return f"CASE WHEN NOT coalesce({means_nothing}, false) THEN {value} END"


def _as_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _native(kind: str, raw: str, source_type: str, options: CastOptions) -> str | None:
    """Return the SQL that casts a typed source column, or None if its values have to be parsed as text."""
    is_number = (
        source_type in ALL_INTEGER_TYPES or source_type in ("DOUBLE", "FLOAT") or source_type.startswith("DECIMAL")
    )
    if kind == "text" and source_type in ALL_INTEGER_TYPES:
        return f"CAST({raw} AS VARCHAR)"
    if kind == "number" and is_number:
        target = "BIGINT" if source_type in INTEGER_TYPES else "DOUBLE"  # integers add up faster, and exactly
        return raw if source_type == target else f"CAST({raw} AS {target})"
    if kind == "integer" and is_number:
        return raw if source_type == "BIGINT" else f"CASE WHEN {raw} = trunc({raw}) THEN TRY_CAST({raw} AS BIGINT) END"
    if kind == "boolean" and (source_type == "BOOLEAN" or is_number):
        return raw if source_type == "BOOLEAN" else f"CASE WHEN {raw} IN (0, 1) THEN {raw} = 1 END"
    return _native_time(kind, raw, source_type, options)


def _native_time(kind: str, raw: str, source_type: str, options: CastOptions) -> str | None:
    """Return the SQL that casts a source column of dates or timestamps, or None if it is of another type."""
    if kind not in ("date", "timestamp") or not (source_type == "DATE" or source_type.startswith("TIMESTAMP")):
        return None
    has_zone = source_type == "TIMESTAMP WITH TIME ZONE"
    local = f"timezone({quote_text(options.time_zone)}, {raw})" if has_zone else raw
    target = "DATE" if kind == "date" else "TIMESTAMP"
    return raw if source_type == target else f"CAST({local} AS {target})"


def _text(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a text; one with a list of choices is written in lower case."""
    return "NULL", f"lower({mapped})" if column.choices else mapped


def _boolean(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a boolean, written as 1 or 0, or as yes or no in both languages."""
    value = f"CASE WHEN {cleaned} IN {_sql_list(_TRUE)} THEN true WHEN {cleaned} IN {_sql_list(_FALSE)} THEN false END"
    return f"lower({mapped})", value


def _number(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a number or, in a column with a unit of time, of a duration."""
    cleaned_sql = number_text.cleaned_number(mapped)
    value = number_text.number(column, cleaned, options.decimal, has_typed_cells=options.has_typed_cells)
    if not duration_text.unit(column):
        return cleaned_sql, value
    four_parts = duration_text.four_parts(column, mapped, options.durations)
    duration = duration_text.duration(column, cleaned)
    return (
        f"CASE WHEN contains({mapped}, ':') THEN {four_parts} ELSE {cleaned_sql} END",
        f"CASE WHEN contains({cleaned}, ':') THEN {duration} ELSE {value} END",
    )


def _date(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a date: declared layouts in their order, then unambiguous ones.

    A day with a time and an offset is an instant: `cleaned` is its day on the site's clock. Other times are cut off.
    """
    local = f"strftime({_local_time(mapped, options)}, '%Y-%m-%d')"
    is_instant = f"regexp_full_match({mapped}, {quote_text(INSTANT)})"
    without_time = f"regexp_replace({mapped}, {quote_text(_TIME + '$')}, '')"
    day = f"CASE WHEN NOT contains({mapped}, ':') THEN {mapped} WHEN {is_instant} THEN {local} ELSE {without_time} END"
    return day, f"CAST(coalesce({', '.join(_day_parsers(mapped, cleaned, options))}) AS DATE)"


def _local_time(text: str, options: CastOptions) -> str:
    """Return the SQL of an instant's time on the site's clock."""
    with_hyphens = f"regexp_replace({text}, '^(\\d{{4}})[-/.](\\d{{1,2}})[-/.](\\d{{1,2}})[ T]+', '\\1-\\2-\\3 ')"
    with_seconds = f"regexp_replace({with_hyphens}, '( \\d{{1,2}}:\\d{{2}})({_OFFSET})$', '\\1:00\\2')"
    with_sign = f"regexp_replace({with_seconds}, ' ?(Z|UTC|GMT)$', '+00')"
    with_offset = f"regexp_replace({with_sign}, ' ([+-][0-9:]+)$', '\\1')"
    return f"timezone({quote_text(options.time_zone)}, TRY_CAST({with_offset} AS TIMESTAMPTZ))"


def _day_parsers(mapped: str, cleaned: str, options: CastOptions) -> list[str]:
    """Return one SQL expression per way to read a day, in the order in which they are tried."""
    parsers = [_strptime(mapped, options.dates), _strptime(cleaned, options.dates)] if options.dates else []
    parsers.append(
        f"CASE WHEN {cleaned} LIKE '____-__-__' THEN CAST(TRY_CAST({cleaned} AS DATE) AS TIMESTAMP) "
        f"WHEN regexp_full_match({cleaned}, '\\d{{4}}[-/.年]\\d{{1,2}}[-/.月]\\d{{1,2}}日?') "
        f"THEN {_strptime(cleaned, _YEAR_FIRST)} "
        f"WHEN regexp_full_match({cleaned}, '\\d{{8}}') THEN try_strptime({cleaned}, '%Y%m%d') "
        f"WHEN regexp_matches({cleaned}, '[A-Za-z]{{3}}') THEN {_strptime(cleaned, _NAMED_MONTH)} END"
    )
    if options.day_zero:
        serial = f"TRY_CAST(split_part({mapped}, '.', 1) AS INTEGER)"
        day = f"CAST(DATE {quote_text(options.day_zero)} + {serial} AS TIMESTAMP)"
        parsers.append(f"CASE WHEN regexp_full_match({mapped}, '[1-7]\\d{{4}}(\\.\\d+)?') THEN {day} END")
    if options.allows_months:
        six_digits = f"CASE WHEN regexp_full_match({cleaned}, '\\d{{6}}') THEN try_strptime({cleaned}, '%Y%m')"
        parsers.append(f"{six_digits} ELSE {_strptime(cleaned, _MONTHS)} END")
    return parsers


def _timestamp(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a time in the site's time zone.

    A time with an offset is converted to the site's time zone; a date without a time is read as its midnight.
    """
    layout = f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}{_TIME}"
    declared = [f"{date}{time}" for date in options.dates for time in (" %H:%M:%S", " %H:%M")]
    parsers = [_strptime(mapped, declared)] if declared else []
    days = f"coalesce({', '.join(_day_parsers(mapped, cleaned, options))})"
    parsers += [
        f"CASE WHEN regexp_full_match({cleaned}, {quote_text(layout)}) THEN TRY_CAST({cleaned} AS TIMESTAMP) "
        f"WHEN regexp_full_match({mapped}, {quote_text(INSTANT)}) THEN {_local_time(mapped, options)} END",
        f"CASE WHEN NOT contains({mapped}, ':') THEN {days} END",
    ]
    return f"replace(replace({mapped}, '/', '-'), 'T', ' ')", f"coalesce({', '.join(parsers)})"


def _strptime(text: str, layouts: Sequence[str]) -> str:
    return f"try_strptime({text}, [{', '.join(quote_text(layout) for layout in layouts)}])"


def _sql_list(words: Sequence[str]) -> str:
    return f"({', '.join(quote_text(word) for word in words)})"
