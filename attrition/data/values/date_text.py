"""SQL that reads dates and times: declared layouts in their order, then those that can be read in one way only."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.engine import quote_text
from attrition.data.schema import Column
from attrition.data.values.cast_options import CastOptions

_TIME = r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_OFFSET = r" ?(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)"
_MIDNIGHT = r".*[ T]0?0:00(:00(\.0+)?)?"
_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
_INSTANT = _DAY + _TIME + _OFFSET
AMBIGUOUS_DATE = r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})( .*)?"
SERIAL = r"([1-7]\d{4}|295(7003|8465))(\.\d+)?"
"""Pattern of a number that counts days, from the year 1927 on; or of 9999-12-31."""
MONTH = r"\d{4}(\d{2}|[-/.]\d{1,2}|年\d{1,2}月)"
"""Pattern of a month without a day."""
_DECIMAL_MONTH = r"\d{4}\.\d"  # 2025.1 is January or, where a spreadsheet took 2025.10 for a number, October
_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月%d号")
_NAMED_MONTH = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d/%b/%Y")
_MONTHS = ("%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月")


def is_instant(text: str, options: CastOptions) -> str:
    """Return the SQL condition that a text is an instant: it has an offset, or any time where a zone is declared."""
    return f"contains({text}, ':')" if options.source_zone else f"regexp_full_match({text}, {quote_text(_INSTANT)})"


def is_midnight(text: str, options: CastOptions) -> str:
    """Return the SQL condition that an instant is a midnight where it was written."""
    pattern = rf"{_MIDNIGHT}({_OFFSET})?" if options.source_zone else _MIDNIGHT + _OFFSET
    return f"regexp_full_match({text}, {quote_text(pattern)})"


def written_day(text: str, options: CastOptions) -> str:
    """Return the SQL of the day that stands in a text with a time, whatever its zone."""
    day = f"regexp_replace({text}, {quote_text(f'{_TIME}({_OFFSET})?$')}, '')"
    return f"CAST(coalesce({', '.join(_day_parsers(day, day, options))}) AS DATE)"


def date_steps(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a date: declared layouts in their order, then unambiguous ones.

    A day with a time and an offset, or with a time of the source's declared zone, is an instant: `cleaned` is its day
    on the site's clock. Other times are cut off.
    """
    has_offset = f"regexp_full_match({mapped}, {quote_text(_INSTANT)})"
    local = [f"WHEN {has_offset} THEN strftime({_local_time(mapped, options)}, '%Y-%m-%d')"]
    if options.source_zone:
        time = f"coalesce({', '.join(_naive_times(mapped, options))})"
        local.append(f"ELSE strftime({_from_zone(time, options)}, '%Y-%m-%d')")
    else:
        local.append(f"ELSE regexp_replace({mapped}, {quote_text(_TIME + '$')}, '')")
    day = f"CASE WHEN NOT contains({mapped}, ':') THEN {mapped} {' '.join(local)} END"
    return day, f"CAST(coalesce({', '.join(_day_parsers(mapped, cleaned, options))}) AS DATE)"


def _from_zone(time: str, options: CastOptions) -> str:
    """Return the SQL of a time of the source's zone on the site's clock."""
    zone = quote_text(options.source_zone)
    return f"timezone({quote_text(options.time_zone)}, timezone({zone}, {time}))" if options.source_zone else time


def _local_time(text: str, options: CastOptions) -> str:
    """Return the SQL of an instant's time on the site's clock."""
    with_hyphens = f"regexp_replace({text}, '^(\\d{{4}})[-/.](\\d{{1,2}})[-/.](\\d{{1,2}})[ T]+', '\\1-\\2-\\3 ')"
    with_seconds = f"regexp_replace({with_hyphens}, '( \\d{{1,2}}:\\d{{2}})({_OFFSET})$', '\\1:00\\2')"
    with_sign = f"regexp_replace({with_seconds}, ' ?(Z|UTC|GMT)$', '+00')"
    with_offset = f"regexp_replace({with_sign}, ' ([+-][0-9:]+)$', '\\1')"
    return f"timezone({quote_text(options.time_zone)}, TRY_CAST({with_offset} AS TIMESTAMPTZ))"


def _day_parsers(mapped: str, cleaned: str, options: CastOptions) -> list[str]:
    """Return one SQL expression per way to read a day, in the order in which they are tried."""
    parsers = [_strptime(cleaned, options.dates)] if options.dates else []
    if options.dates and not options.source_zone:
        parsers.insert(0, _strptime(mapped, options.dates))
    parsers.append(
        f"CASE WHEN {cleaned} LIKE '____-__-__' THEN CAST(TRY_CAST({cleaned} AS DATE) AS TIMESTAMP) "
        f"WHEN regexp_full_match({cleaned}, '\\d{{4}}[-/.年]\\d{{1,2}}[-/.月]\\d{{1,2}}[日号]?') "
        f"THEN {_strptime(cleaned, _YEAR_FIRST)} "
        f"WHEN regexp_full_match({cleaned}, '\\d{{8}}') THEN try_strptime({cleaned}, '%Y%m%d') "
        f"WHEN regexp_matches({cleaned}, '[A-Za-z]{{3}}') THEN {_strptime(cleaned, _NAMED_MONTH)} END"
    )
    if options.day_zero:
        serial = f"TRY_CAST(split_part({mapped}, '.', 1) AS INTEGER)"
        day = f"CAST(DATE {quote_text(options.day_zero)} + {serial} AS TIMESTAMP)"
        parsers.append(f"CASE WHEN regexp_full_match({mapped}, {quote_text(SERIAL)}) THEN {day} END")
    if options.allows_months:
        parsers.append(
            f"CASE WHEN regexp_full_match({cleaned}, '\\d{{6}}') THEN try_strptime({cleaned}, '%Y%m') "
            f"WHEN NOT regexp_full_match({cleaned}, {quote_text(_DECIMAL_MONTH)}) "
            f"THEN {_strptime(cleaned, _MONTHS)} END"
        )
    return parsers


def timestamp_steps(column: Column, mapped: str, cleaned: str, options: CastOptions) -> tuple[str, str]:
    """Return the SQL of `cleaned` and `value` of a time in the site's time zone.

    A time with an offset, or of the source's declared zone, is converted to the site's time zone; a date without a time
    is read as its midnight.
    """
    days = f"coalesce({', '.join(_day_parsers(mapped, cleaned, options))})"
    parsers = [
        f"CASE WHEN regexp_full_match({mapped}, {quote_text(_INSTANT)}) THEN {_local_time(mapped, options)} END",
        f"CASE WHEN NOT contains({mapped}, ':') THEN {days} END",
    ]
    naive = ", ".join(_from_zone(time, options) for time in _naive_times(mapped, options))
    return _with_hyphens(mapped), f"coalesce({naive}, {', '.join(parsers)})"


def _naive_times(text: str, options: CastOptions) -> list[str]:
    """Return one SQL expression per way to read a time without an offset."""
    declared = [f"{date}{time}" for date in options.dates for time in (" %H:%M:%S", " %H:%M")]
    with_time = [layout for layout in options.dates if "%H" in layout or "%I" in layout]
    layout = f"\\d{{4}}-\\d{{1,2}}-\\d{{1,2}}{_TIME}"
    plain = _with_hyphens(text)
    times = [_strptime(text, [*with_time, *declared])] if declared else []
    return [
        *times,
        f"CASE WHEN regexp_full_match({plain}, {quote_text(layout)}) THEN TRY_CAST({plain} AS TIMESTAMP) END",
    ]


def _with_hyphens(text: str) -> str:
    return f"replace(replace({text}, '/', '-'), 'T', ' ')"


def _strptime(text: str, layouts: Sequence[str]) -> str:
    return f"try_strptime({text}, [{', '.join(quote_text(layout) for layout in layouts)}])"
