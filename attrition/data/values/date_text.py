"""SQL that reads dates and times: declared layouts in their order, then those that can be read in one way only."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.engine import quote_text
from attrition.data.schema import Column
from attrition.data.values.cast_options import CastOptions

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


def date_steps(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
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


def timestamp_steps(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
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
