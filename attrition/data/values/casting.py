"""SQL that casts a source's text to a column's type, such as date or number; text that cannot be read becomes null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attrition.data.engine import quote_text
from attrition.data.schema import Column
from attrition.data.values import date_text, duration_text, number_text, words_for_nothing
from attrition.data.values.cast_options import CastOptions

# Code points; those up to 32 need not be listed among the leading ones, because `ascii(text) <= 32` finds them.
_LEADING_BLANKS = (160, 12288, 65279)  # no-break space, ideographic space, byte order mark
_TRAILING_BLANKS = (32, 9, 10, 13, 160, 12288)
TRUE_WORDS = ("1", "1.0", "true", "yes", "y", "t", "是", "有", "对", "√")
FALSE_WORDS = ("0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "错", "×")
OPEN_END_YEAR = 2200  # HR systems write "no end" as a date such as 9999-12-31; this year or later is read so
INTEGER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
ALL_INTEGER_TYPES = (*INTEGER_TYPES, "HUGEINT", "UBIGINT")


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
    native = None if values or options.id_rules(column) else _native(column.kind, mapped, source_type, options)
    if native is not None:
        known = _without_missing(column, trimmed, options, is_text=False)
        return CastSteps(trimmed=raw, mapped=known, cleaned="NULL", value=native, is_native=True)
    parsers = {
        "text": _text,
        "boolean": _boolean,
        "number": _number,
        "integer": _number,
        "date": date_text.date_steps,
        "timestamp": date_text.timestamp_steps,
    }
    cleaned_sql, value = parsers[column.kind](column, mapped, cleaned, options)
    return CastSteps(
        trimmed=trim(raw if source_type == "VARCHAR" else f"CAST({raw} AS VARCHAR)"),
        mapped=_mapped_value(column, trimmed, values, options),
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
    meanings = FALSE_WORDS if column.kind == "boolean" else ()
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
    if options.source_zone and not has_zone and source_type != "DATE":
        return None  # read as text, so that midnights of another zone are seen
    local = f"timezone({quote_text(options.time_zone)}, {raw})" if has_zone else raw
    target = "DATE" if kind == "date" else "TIMESTAMP"
    return raw if source_type == target else f"CAST({local} AS {target})"


def _text(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a text: choices in lower case, numbers of people by declared rules."""
    rules = options.id_rules(column)
    if rules is not None:
        return rules.sql(mapped), cleaned
    return "NULL", f"lower({mapped})" if column.choices else mapped


def _boolean(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a boolean, written as 1 or 0, or as yes or no in both languages."""
    true, false = _sql_list(TRUE_WORDS), _sql_list(FALSE_WORDS)
    value = f"CASE WHEN {cleaned} IN {true} THEN true WHEN {cleaned} IN {false} THEN false END"
    return f"lower({mapped})", value


def _number(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a number or, in a column with a unit of time, of a duration."""
    cleaned_sql = number_text.cleaned_number(column, mapped)
    value = number_text.number(column, cleaned, options.decimal, has_typed_cells=options.has_typed_cells)
    if not duration_text.unit(column):
        return cleaned_sql, value
    four_parts = duration_text.four_parts(column, mapped, options.durations)
    duration = duration_text.duration(column, cleaned)
    return (
        f"CASE WHEN contains({mapped}, ':') THEN {four_parts} "
        f"WHEN {duration_text.is_worded(mapped)} THEN {duration_text.four_parts_of_words(mapped)} "
        f"ELSE {cleaned_sql} END",
        f"CASE WHEN contains({cleaned}, ':') THEN {duration} ELSE {value} END",
    )


def _sql_list(words: Sequence[str]) -> str:
    return f"({', '.join(quote_text(word) for word in words)})"
