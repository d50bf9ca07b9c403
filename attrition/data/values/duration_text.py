"""SQL that reads durations such as 0:20:15 and 37:30 as seconds, minutes or hours, by the unit of their column.

Three parts are hours, minutes and seconds; before them may stand days, as Python and databases write them. Two parts
are hours and minutes in a column of minutes or hours. In a column of seconds they may as well be minutes and seconds,
so they are read only where the source declares which. A duration in words, such as 8小时30分, 20m 15s or PT20M15S, can
be read in one way only. Of a day with a time, a time of day is the time.
"""

from __future__ import annotations

from typing import Literal

from attrition.data.engine import quote_text
from attrition.data.schema import Column

Parts = Literal["hh:mm", "mm:ss"]
"""What two parts of a duration are."""

TWO_PARTS = r"\d+:[0-5]\d"
"""Pattern of a duration of two parts, which may be hours and minutes, or minutes and seconds."""

_SECONDS_OF = {"seconds": 1, "minutes": 60, "hours": 3600}
CLOCK_TIMES = ("start_minute",)
"""Columns of minutes after midnight: times of day, which never are minutes and seconds."""
_DAY_BEFORE = r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T]+"
_NUMBER = r"\d+(?:\.\d+)?"
_WORDS = {
    "(?:个?小时|时|hours?|hrs?|h|std)": 3600,
    "(?:分钟?|minutes?|mins?|m)": 60,
    "(?:秒钟?|seconds?|secs?|sek|s)": 1,
}  # no days: one of training or work is no 24 hours
_WORDED = "(?i)(?:PT)?" + "".join(rf"(?:{_NUMBER} ?{unit}\.?,? ?)?" for unit in _WORDS)
_FOUR_PARTS = r"\d+:\d+:\d+:\d+(\.\d+)?"
_THREE_PARTS = r"^(?:(\d+)(?: ?days?,? | ?d |天|\.| ))?(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$"


def unit(column: Column) -> str:
    """Return the unit of time of a column: "seconds", "minutes" or "hours", or "" where it holds no durations.

    Examples
    --------
    >>> from attrition.data.tables import CONTACTS, PAY
    >>> unit(CONTACTS["talk_seconds"]), unit(PAY["base_pay"])
    ('seconds', '')
    """
    if column.kind != "number":
        return ""
    if column.name in CLOCK_TIMES:
        return "minutes"
    name = "hours" if column.unit == "hours a week" else column.unit
    return name if name in _SECONDS_OF else ""


def is_worded(text: str) -> str:
    """Return the SQL condition that a text is a duration in words, each number with its unit."""
    ends_so = f"right({text}, 1) NOT BETWEEN '0' AND '9'"  # tells numbers apart at a tenth of a pattern's cost
    return f"({ends_so} AND regexp_full_match({text}, {quote_text(_WORDED)}) AND regexp_matches({text}, '\\d'))"


def four_parts_of_words(text: str) -> str:
    """Return the SQL of a duration in words as seconds, behind three colons as `four_parts` writes them."""
    seconds = " + ".join(
        f"coalesce(TRY_CAST(regexp_extract({text}, {quote_text(f'(?i)({_NUMBER}) ?{unit}')}, 1) AS DOUBLE), 0) * {size}"
        for unit, size in _WORDS.items()
    )
    return f"'0:0:0:' || CAST(CAST({seconds} AS DECIMAL(18, 3)) AS VARCHAR)"


def four_parts(column: Column, text: str, declared: Parts | None) -> str:
    """Return the SQL of a text in which a duration is written as days, hours, minutes and seconds, with colons."""
    if column.name in CLOCK_TIMES:
        text = f"regexp_replace({text}, {quote_text(_DAY_BEFORE)}, '')"
    three = f"regexp_replace({text}, {quote_text(_THREE_PARTS)}, '0\\1:\\2:\\3:\\4')"
    parts = two_parts(column, declared)
    if parts is None:
        return three
    replaced = "0:\\1:\\2:0" if parts == "hh:mm" else "0:0:\\1:\\2"
    return f"regexp_replace({three}, '^(\\d+):([0-5]\\d)$', '{replaced}')"


def two_parts(column: Column, declared: Parts | None) -> Parts | None:
    """Return what two parts are in a column; None where they can be read in two ways."""
    if column.name in CLOCK_TIMES:
        return "hh:mm"
    return declared or (None if unit(column) == "seconds" else "hh:mm")


def duration(column: Column, four: str) -> str:
    """Return the SQL of a duration in its column's unit, from the text that `four_parts` makes; null for any other."""
    days, hours, minutes, seconds = (f"CAST(split_part({four}, ':', {n}) AS DOUBLE)" for n in (1, 2, 3, 4))
    total = f"((({days} * 24 + {hours}) * 60 + {minutes}) * 60 + {seconds}) / {_SECONDS_OF[unit(column)]}"
    return f"CASE WHEN regexp_full_match({four}, {quote_text(_FOUR_PARTS)}) THEN {total} END"
