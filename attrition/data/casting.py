"""Text to what a column holds: dates by declared layouts or beyond doubt, numbers, flags; what cannot be read is null."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attrition.data.engine import text
from attrition.data.schema import Column

_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279)"
_MISSING = ("na", "n/a", "#n/a", "null", "none", "nan", "nat", "-", "--", "/", r"\n", "无", "空", "暂无")
_TRUE = ("1", "1.0", "true", "yes", "y", "t", "是", "有", "对", "√")
_FALSE = ("0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "错", "×")
_WIDE = "０１２３４５６７８９．，－＋"
_NARROW = "0123456789.,-+"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
_GROUPED = r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"
_TIME = r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
AMBIGUOUS = r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})( .*)?"
_BEYOND_DOUBT = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d/%b/%Y")
_MONTHS = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月")
OPEN_END = 2200  # a date beyond is an HR system's way of saying "open", such as 9999-12-31
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a source writes: its date layouts, the site's time zone, and whether it is Excel's."""

    dates: tuple[str, ...] = ()
    time_zone: str = "UTC"
    is_excel: bool = False
    allows_months: bool = False


@dataclass(frozen=True, kw_only=True)
class Cast:
    """SQL for one column in two steps: `said`, the tidied text or native value, and `value`, read from it.

    `value` refers to `said` by the alias it was given; it is null where nothing can be read.
    """

    said: str
    value: str
    is_native: bool


def cast(column: Column, raw: str, source_type: str, manner: Manner, *, alias: str) -> Cast:
    """Write the SQL that reads one column.

    Parameters
    ----------
    column : Column
        What it shall hold.
    raw : str
        SQL of the source's column.
    source_type : str
        The engine's type of `raw`.
    manner : Manner
        How this source writes.
    alias : str
        What `said` is called where `value` is used; quoted already.
    """
    native = _native(column.kind, alias, source_type, manner)
    if native is not None:
        return Cast(said=raw, value=native, is_native=True)
    said = tidied(raw if source_type == "VARCHAR" else f"CAST({raw} AS VARCHAR)")
    if column.kind != "text":
        said = f"CASE WHEN NOT {missing(said, column)} THEN {said} END"
    return Cast(said=said, value=_parsed(column, alias, manner), is_native=False)


def tidied(said: str) -> str:
    """Write the SQL of a text without blanks around it, ideographic and unbreakable ones included; nothing is null."""
    return f"nullif(trim({said}, {_BLANKS}), '')"


def missing(said: str, column: Column) -> str:
    """Write the SQL that tells whether a text is a word for "no value"; never asked of text columns."""
    words = [word for word in _MISSING if column.kind != "flag" or word not in _FALSE]
    return f"lower({said}) IN {_listed(words)}"


def _native(kind: str, raw: str, source_type: str, manner: Manner) -> str | None:
    """Give the SQL for a column that came with a type of its own, or None where text has to be parsed."""
    is_number = source_type in NUMERIC or source_type in ("DOUBLE", "FLOAT") or source_type.startswith("DECIMAL")
    if kind == "text" and source_type in NUMERIC:
        return f"CAST({raw} AS VARCHAR)"
    if kind == "number" and is_number:
        value = raw if source_type == "DOUBLE" else f"CAST({raw} AS DOUBLE)"
        return f"CASE WHEN isfinite({value}) THEN {value} END" if source_type in ("DOUBLE", "FLOAT") else value
    if kind == "whole" and is_number:
        return raw if source_type == "BIGINT" else f"CASE WHEN {raw} = trunc({raw}) THEN TRY_CAST({raw} AS BIGINT) END"
    if kind == "flag" and (source_type == "BOOLEAN" or is_number):
        return raw if source_type == "BOOLEAN" else f"CASE WHEN {raw} IN (0, 1) THEN {raw} = 1 END"
    return _native_time(kind, raw, source_type, manner)


def _native_time(kind: str, raw: str, source_type: str, manner: Manner) -> str | None:
    if kind not in ("date", "moment") or not (source_type == "DATE" or source_type.startswith("TIMESTAMP")):
        return None
    local = f"timezone({text(manner.time_zone)}, {raw})" if source_type == "TIMESTAMP WITH TIME ZONE" else raw
    wanted = "DATE" if kind == "date" else "TIMESTAMP"
    return raw if source_type == wanted else f"CAST({local} AS {wanted})"


def _parsed(column: Column, said: str, manner: Manner) -> str:
    if column.kind == "text":
        return f"lower({said})" if column.choices else said
    if column.kind == "flag":
        return f"CASE WHEN lower({said}) IN {_listed(_TRUE)} THEN true WHEN lower({said}) IN {_listed(_FALSE)} THEN false END"
    if column.kind in ("number", "whole"):
        number = _number(said)
        return number if column.kind == "number" else f"CASE WHEN {number} = trunc({number}) THEN CAST({number} AS BIGINT) END"
    return _date(said, manner) if column.kind == "date" else _moment(said, manner)


def _number(said: str) -> str:
    """Read a number; thousands separators, full-width figures and currency signs are understood."""
    plain = f"regexp_replace(translate({said}, {text(_WIDE)}, {text(_NARROW)}), '^[¥￥$€£]\\s*|\\s*元$', '')"
    return (
        f"CASE WHEN regexp_full_match({said}, {text(NUMBER)}) THEN TRY_CAST({said} AS DOUBLE) "
        f"WHEN regexp_full_match({plain}, {text(_GROUPED)}) THEN TRY_CAST(replace({plain}, ',', '') AS DOUBLE) "
        f"WHEN regexp_full_match({plain}, {text(NUMBER)}) THEN TRY_CAST({plain} AS DOUBLE) END"
    )


def _date(said: str, manner: Manner) -> str:
    """Read a date: the declared layouts in their order, then those that leave no doubt."""
    day = f"regexp_replace({said}, {text(_TIME + '(' + _ZONE + ')?$')}, '')"
    tried = [_strptime(said, manner.dates), _strptime(day, manner.dates)] if manner.dates else []
    tried.append(
        f"CASE WHEN regexp_full_match({day}, '\\d{{4}}[-/.年]\\d{{1,2}}[-/.月]\\d{{1,2}}日?') "
        f"THEN {_strptime(day, _BEYOND_DOUBT)} "
        f"WHEN regexp_full_match({day}, '\\d{{8}}') THEN try_strptime({day}, '%Y%m%d') "
        f"WHEN regexp_matches({day}, '[A-Za-z]{{3}}') THEN {_strptime(day, _NAMED)} END"
    )
    if manner.is_excel:
        serial = f"TRY_CAST(trunc(TRY_CAST({said} AS DOUBLE)) AS INTEGER)"
        tried.append(
            f"CASE WHEN regexp_full_match({said}, '[2-7]\\d{{4}}(\\.\\d+)?') THEN CAST(DATE '1899-12-30' + {serial} AS TIMESTAMP) END"
        )
    if manner.allows_months:
        tried.append(
            f"CASE WHEN regexp_full_match({day}, '\\d{{6}}') THEN try_strptime({day}, '%Y%m') ELSE {_strptime(day, _MONTHS)} END"
        )
    found = f"coalesce({', '.join(tried)})"
    return f"CASE WHEN year({found}) BETWEEN 1900 AND 9999 THEN CAST({found} AS DATE) END"


def _moment(said: str, manner: Manner) -> str:
    """Read a moment in the site's clock; one with an offset is converted, a bare date is its midnight."""
    iso = f"replace(replace(replace({said}, '/', '-'), 'T', ' '), '.000', '')"
    stamp = f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}{_TIME}"
    tried = []
    if manner.dates:
        layouts = [f"{layout}{time}" for layout in manner.dates for time in (" %H:%M:%S", " %H:%M", "")]
        tried.append(_strptime(said, layouts))
    tried += [
        f"CASE WHEN regexp_full_match({iso}, {text(stamp)}) THEN TRY_CAST({iso} AS TIMESTAMP) END",
        f"CASE WHEN regexp_full_match({iso}, {text(stamp + _ZONE)}) "
        f"THEN timezone({text(manner.time_zone)}, TRY_CAST({iso} AS TIMESTAMPTZ)) END",
        f"CASE WHEN NOT regexp_matches({said}, ':') THEN CAST({_date(said, manner)} AS TIMESTAMP) END",
    ]
    return f"coalesce({', '.join(tried)})"


def _strptime(said: str, layouts: Sequence[str]) -> str:
    return f"try_strptime({said}, [{', '.join(text(layout) for layout in layouts)}])"


def _listed(words: Sequence[str]) -> str:
    return f"({', '.join(text(word) for word in words)})"

