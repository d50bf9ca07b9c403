"""Text to what a column holds: dates by declared layouts or beyond doubt, numbers, flags; the unreadable is null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attrition.data.engine import text
from attrition.data.schema import Column

_FIRST = (160, 12288, 65279)  # blanks beyond ASCII: unbreakable, ideographic, and a byte order mark
_LAST = (32, 9, 10, 13, 160, 12288)
_MISSING = ("na", "n/a", "#n/a", "null", "none", "nan", "nat", "-", "--", "/", r"\n", "无", "空", "暂无")
_TRUE = ("1", "1.0", "true", "yes", "y", "t", "是", "有", "对", "√")
_FALSE = ("0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "错", "×")
_WIDE = "０１２３４５６７８９．，－＋"
_NARROW = "0123456789.,-+"
_WHOLE = r"[+-]?\d+(\.0*)?"
_GROUPED = r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"
_TIME = r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_ZONE = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
AMBIGUOUS = r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})( .*)?"
_BEYOND_DOUBT = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_NAMED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d/%b/%Y")
_MONTHS = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月")
OPEN_END = 2200  # the year from which on a date says "open"
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
NUMERIC = (*WHOLE, "HUGEINT", "UBIGINT")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a source writes: its date layouts, the site's time zone, and whether it is Excel's."""

    dates: tuple[str, ...] = ()
    time_zone: str = "UTC"
    is_excel: bool = False
    allows_months: bool = False


@dataclass(frozen=True, kw_only=True)
class Cast:
    """SQL for one column in four steps, each of which reads the one before by its alias.

    `tidy` is the source's text without blanks around it (or the native value), `said` what is left when values are
    mapped and words for nothing are nothing, `draft` the text without what does not matter (a time of day in a date,
    a currency sign in a number), `value` of the contract's kind; null where nothing can be read. Steps, since an
    expression that repeats its parts makes the engine plan longer than it reads.
    """

    tidy: str
    said: str
    draft: str
    value: str
    is_native: bool

    @property
    def is_lossy(self) -> bool:
        """Whether some values cannot be read."""
        return not self.is_native or "CASE" in self.value


class Aliases(NamedTuple):
    """What the steps of one column are called in the steps after them."""

    tidy: str
    said: str
    draft: str


def cast(
    column: Column, raw: str, source_type: str, manner: Manner, *, aliases: Aliases, values: Mapping[str, str]
) -> Cast:
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
    aliases : Aliases
        What the steps are called.
    values : mapping of str to str
        What the source writes to what the contract says.
    """
    tidy, said, draft = aliases
    native = None if values else _native(column.kind, said, source_type, manner)
    if native is not None:
        return Cast(tidy=raw, said=tidy, draft="NULL", value=native, is_native=True)
    read = {"text": _text, "flag": _flag, "number": _number, "whole": _number, "date": _date, "moment": _moment}
    drafted, value = read[column.kind](column, said, draft, manner)
    return Cast(
        tidy=tidied(raw if source_type == "VARCHAR" else f"CAST({raw} AS VARCHAR)"),
        said=_meant(column, tidy, values),
        draft=drafted,
        value=value,
        is_native=False,
    )


def untidy(said: str) -> str:
    """Write the condition of a text with blanks around it, or with nothing in it; quick, as most texts have none."""
    first = [f"prefix({said}, chr({code}))" for code in _FIRST]
    last = [f"suffix({said}, chr({code}))" for code in _LAST]
    return f"(ascii({said}) <= 32 OR {' OR '.join([*first, *last])})"


def tidied(said: str) -> str:
    """Write the SQL of a text without blanks around it; nothing left is null."""
    blanks = " || ".join(f"chr({code})" for code in dict.fromkeys((*_LAST, *_FIRST)))
    return f"CASE WHEN {untidy(said)} THEN nullif(trim({said}, {blanks}), '') ELSE {said} END"


def _meant(column: Column, tidy: str, values: Mapping[str, str]) -> str:
    """Write the SQL of what a tidy text means: its mapped value, nothing for a word that says so, else itself."""
    if values:
        cases = " ".join(f"WHEN {text(before.strip())} THEN {text(after)}" for before, after in values.items())
        return f"CASE {tidy} {cases} ELSE {tidy} END"
    if column.kind == "text":
        return tidy
    words = [word for word in _MISSING if column.kind != "flag" or word not in _FALSE]
    longest = max(len(word.encode()) for word in words)
    return f"CASE WHEN strlen({tidy}) > {longest} OR lower({tidy}) NOT IN {_listed(words)} THEN {tidy} END"


def _native(kind: str, raw: str, source_type: str, manner: Manner) -> str | None:
    """Give the SQL for a column that came with a type of its own, or None where text has to be parsed."""
    is_number = source_type in NUMERIC or source_type in ("DOUBLE", "FLOAT") or source_type.startswith("DECIMAL")
    if kind == "text" and source_type in NUMERIC:
        return f"CAST({raw} AS VARCHAR)"
    if kind == "number" and is_number:
        wanted = "BIGINT" if source_type in WHOLE else "DOUBLE"  # whole numbers add up faster, and exactly
        return raw if source_type == wanted else f"CAST({raw} AS {wanted})"
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


def _text(column: Column, said: str, draft: str, manner: Manner) -> tuple[str, str]:
    return "NULL", f"lower({said})" if column.choices else said


def _flag(column: Column, said: str, draft: str, manner: Manner) -> tuple[str, str]:
    value = f"CASE WHEN {draft} IN {_listed(_TRUE)} THEN true WHEN {draft} IN {_listed(_FALSE)} THEN false END"
    return f"lower({said})", value


def _number(column: Column, said: str, draft: str, manner: Manner) -> tuple[str, str]:
    """Read a number; thousands separators, full-width figures and currency signs are understood."""
    bare = f"regexp_replace(translate({said}, {text(_WIDE)}, {text(_NARROW)}), '^[¥￥$€£]\\s*|\\s*元$', '')"
    drafted = f"CASE WHEN TRY_CAST({said} AS DOUBLE) IS NOT NULL THEN {said} ELSE {bare} END"
    plain = f"isfinite(TRY_CAST({draft} AS DOUBLE)) AND NOT contains({draft}, '_')"
    accepted, wanted = (plain, "DOUBLE")
    if column.kind == "whole":
        accepted, wanted = f"regexp_full_match({draft}, {text(_WHOLE)})", "BIGINT"
    return drafted, (
        f"CASE WHEN {accepted} THEN TRY_CAST({draft} AS {wanted}) "
        f"WHEN regexp_full_match({draft}, {text(_GROUPED)}) THEN TRY_CAST(replace({draft}, ',', '') AS {wanted}) END"
    )


def _date(column: Column, said: str, draft: str, manner: Manner) -> tuple[str, str]:
    """Read a date: the declared layouts in their order, then those that leave no doubt."""
    day = f"regexp_replace({said}, {text(_TIME + '(' + _ZONE + ')?$')}, '')"
    day = f"CASE WHEN contains({said}, ':') THEN {day} ELSE {said} END"
    return day, f"CAST(coalesce({', '.join(_days(said, draft, manner))}) AS DATE)"


def _days(said: str, draft: str, manner: Manner) -> list[str]:
    """Write one expression per way to read a day; the first that succeeds counts."""
    tried = [_strptime(said, manner.dates), _strptime(draft, manner.dates)] if manner.dates else []
    tried.append(
        f"CASE WHEN {draft} LIKE '____-__-__' THEN CAST(TRY_CAST({draft} AS DATE) AS TIMESTAMP) "
        f"WHEN regexp_full_match({draft}, '\\d{{4}}[-/.年]\\d{{1,2}}[-/.月]\\d{{1,2}}日?') "
        f"THEN {_strptime(draft, _BEYOND_DOUBT)} "
        f"WHEN regexp_full_match({draft}, '\\d{{8}}') THEN try_strptime({draft}, '%Y%m%d') "
        f"WHEN regexp_matches({draft}, '[A-Za-z]{{3}}') THEN {_strptime(draft, _NAMED)} END"
    )
    if manner.is_excel:
        serial = f"TRY_CAST(split_part({said}, '.', 1) AS INTEGER)"
        since = f"CAST(DATE '1899-12-30' + {serial} AS TIMESTAMP)"
        tried.append(f"CASE WHEN regexp_full_match({said}, '[2-7]\\d{{4}}(\\.\\d+)?') THEN {since} END")
    if manner.allows_months:
        six = f"CASE WHEN regexp_full_match({draft}, '\\d{{6}}') THEN try_strptime({draft}, '%Y%m')"
        tried.append(f"{six} ELSE {_strptime(draft, _MONTHS)} END")
    return tried


def _moment(column: Column, said: str, draft: str, manner: Manner) -> tuple[str, str]:
    """Read a moment in the site's clock; one with an offset is converted, a bare date is its midnight."""
    stamp = f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}{_TIME}"
    layouts = [f"{layout}{time}" for layout in manner.dates for time in (" %H:%M:%S", " %H:%M")]
    tried = [_strptime(said, layouts)] if layouts else []
    offset = f"timezone({text(manner.time_zone)}, TRY_CAST({draft} AS TIMESTAMPTZ))"
    tried += [
        f"CASE WHEN regexp_full_match({draft}, {text(stamp)}) THEN TRY_CAST({draft} AS TIMESTAMP) "
        f"WHEN regexp_full_match({draft}, {text(stamp + _ZONE)}) THEN {offset} END",
        f"CASE WHEN NOT contains({said}, ':') THEN coalesce({', '.join(_days(said, draft, manner))}) END",
    ]
    return f"replace(replace({said}, '/', '-'), 'T', ' ')", f"coalesce({', '.join(tried)})"


def _strptime(said: str, layouts: Sequence[str]) -> str:
    return f"try_strptime({said}, [{', '.join(text(layout) for layout in layouts)}])"


def _listed(words: Sequence[str]) -> str:
    return f"({', '.join(text(word) for word in words)})"
