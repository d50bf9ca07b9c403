"""SQL that reads numbers with separators, currency, percent signs or a minus behind them, written in one of two ways.

With `decimal = "."` a dot stands before the decimals and commas between thousands, with `decimal = ","` the other way
round. Without either the first is tried, and `attrition.data.rows.row_checks` counts values that may be read in both.
"""

from __future__ import annotations

from typing import Literal

from attrition.data.engine import quote_text
from attrition.data.schema import Column
from attrition.data.values.currency_signs import any_sign
from attrition.data.values.duration_text import CLOCK_TIMES

Decimal = Literal[".", ","]
"""The character before the decimals."""

TWO_READINGS = r"[+-]?[1-9]\d{0,2}[.,]\d{3}%?"
"""Pattern of a number with three digits behind its only separator, which are decimals or the end of a thousand."""
DECIMAL_COMMA = r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+%?|[+-]?[1-9]\d{0,2}(\.\d{3}){2,}%?"
"""Pattern of a number with a decimal comma, or with dots between thousands."""

_FULL_WIDTH = "０１２３４５６７８９．，－＋％（）−–"
_HALF_WIDTH = "0123456789.,-+%()--"
_BLANKS = r"'’ \x{a0}\x{2009}\x{202f}"  # what stands between thousands in Swiss and French exports
_DIGITS = rf"\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?:[.,]\d+)?|[.,]?\d(?:[\d.,]*\d)?"
_INTEGER = r"[+-]?\d+(\.0*)?"
_COMMA_INTEGER = r"[+-]?\d+(,0*)?"
_GROUPED = r"[+-]?([1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})+,\d{3})(\.\d*)?"  # the second as in India
_DOT_GROUPED = r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?"
_DECIMAL_COMMA = r"[+-]?(\d+(,\d*)?|,\d+)"
_AMOUNTS = ("amount", "target_amount", "cost")
_COMMON_SIGNS = "[¥￥$€£元]"  # in a column that holds no money; the pattern of all signs takes a millisecond to compile
_PER_MONTH = r"(?:\s?/\s?(?:每?月|month|mo|Monat)|\s?每月|\s?per month)?"
_PERCENT = {"share": 100, "percent": 1, "of 100": 1, "score": 1, "index": 1}


def percent_divisor(column: Column) -> int:
    """Return what a percentage is divided by: 1 in a column that counts to 100, 100 in a share; 0 in any other.

    Examples
    --------
    >>> from attrition.data.tables import AGENTS, QA_EVALUATIONS
    >>> percent_divisor(AGENTS["fte"]), percent_divisor(QA_EVALUATIONS["score"]), percent_divisor(AGENTS["site"])
    (100, 1, 0)
    """
    return _PERCENT.get(column.unit, 0) if column.kind == "number" else 0


def cleaned_number(column: Column, text: str) -> str:
    """Return the SQL of a number's text without currency and blanks, and with the minus in front.

    A percent sign stays. A text that already is a number, or that cannot be one, stays as it is.
    """
    half_width = f"translate({text}, {quote_text(_FULL_WIDTH)}, {quote_text(_HALF_WIDTH)})"
    without_brackets = f"regexp_replace({half_width}, '^\\((.*)\\)$', '-\\1')"
    is_money = column.unit in ("per month", "money") or column.name in _AMOUNTS
    signs = any_sign() if is_money else _COMMON_SIGNS
    per_month = _PER_MONTH if column.unit == "per month" else ""
    # minus, currency, minus, digits, ".-" for no decimals, percent, currency, "a month", minus
    pattern = (
        rf"^([+-]?)\s*(?:{signs})?\s*([+-]?)\s*({_DIGITS})(?:[.,]-{{1,2}})?\s*(%?)\s*(?:{signs})?{per_month}\s*(-?)$"
    )
    is_number = f"regexp_full_match({without_brackets}, {quote_text(pattern)})"
    reordered = f"regexp_replace({without_brackets}, {quote_text(pattern)}, '\\1\\2\\5\\3\\4')"
    without_blanks = f"regexp_replace({reordered}, {quote_text(f'[{_BLANKS}]')}, '', 'g')"
    return (
        f"CASE WHEN TRY_CAST({text} AS DOUBLE) IS NOT NULL THEN {text} WHEN {is_number} THEN {without_blanks} "
        f"ELSE {text} END"
    )


def number(column: Column, cleaned: str, decimal: Decimal | None, *, has_typed_cells: bool) -> str:
    """Return the SQL of the number in a cleaned text; null where it cannot be read.

    With `has_typed_cells` numbers of the source that were no text, such as an Excel cell's, are written with a dot even
    where its texts have a decimal comma, see `attrition.data.files.raw_table.to_text`.
    """
    divisor = percent_divisor(column)
    parse = _with_comma if decimal == "," else _with_dot
    value = parse(column, cleaned, has_typed_cells) if decimal == "," else parse(column, cleaned, False)
    if column.name in CLOCK_TIMES:
        value = f"CASE WHEN NOT regexp_full_match({cleaned}, '0\\d{{3}}') THEN {value} END"  # 0900 is no 900 minutes
    if not divisor:
        return value
    percentage = parse(column, f"rtrim({cleaned}, '%')", has_typed_cells)
    return f"CASE WHEN suffix({cleaned}, '%') THEN {percentage} / {divisor} ELSE {value} END"


def _with_dot(column: Column, text: str, has_typed_cells: bool) -> str:
    is_plain, target = f"isfinite(TRY_CAST({text} AS DOUBLE)) AND NOT contains({text}, '_')", "DOUBLE"
    if column.kind == "integer":
        is_plain, target = f"regexp_full_match({text}, {quote_text(_INTEGER)})", "BIGINT"
    return (
        f"CASE WHEN {is_plain} THEN TRY_CAST({text} AS {target}) "
        f"WHEN regexp_full_match({text}, {quote_text(_GROUPED)}) "
        f"THEN TRY_CAST(replace({text}, ',', '') AS {target}) END"
    )


def _with_comma(column: Column, text: str, has_typed_cells: bool) -> str:
    is_plain, target = _DECIMAL_COMMA, "DOUBLE"
    if column.kind == "integer":
        is_plain, target = _COMMA_INTEGER, "BIGINT"
    typed = f"WHEN contains({text}, '.') THEN {_with_dot(column, text, False)} " if has_typed_cells else ""
    exponent = f"contains({text}, 'e') AND isfinite(TRY_CAST({text} AS DOUBLE))"
    return (
        f"CASE WHEN regexp_full_match({text}, {quote_text(is_plain)}) "
        f"THEN TRY_CAST(replace({text}, ',', '.') AS {target}) "
        f"WHEN regexp_full_match({text}, {quote_text(_DOT_GROUPED)}) "
        f"THEN TRY_CAST(replace(replace({text}, '.', ''), ',', '.') AS {target}) "
        f"WHEN {exponent} THEN TRY_CAST({text} AS {target}) {typed}END"
    )
