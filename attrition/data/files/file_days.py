"""Find the day, or the month, in the name of a file or sheet, or in a heading."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import NamedTuple

_GERMAN = {"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12}
_SHORT = {"jän": 1, "mär": 3, "mrz": 3, "maerz": 3, "sept": 9, "okt": 10, "dez": 12}
_MONTH_NAMES = {
    **{name.lower(): number for number, name in enumerate(calendar.month_abbr) if name},
    **{name.lower(): number for number, name in enumerate(calendar.month_name) if name},
    **_GERMAN,
    **_SHORT,
}
_NAMED = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
_PATTERNS = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-_.])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
    r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
    r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<month>\d\d)(?!\d)",
    r"(?<!\d)(?P<month>\d\d)[-_.](?P<year>(?:19|20)\d\d)(?!\d)",
    rf"(?<![a-z])(?P<name>{_NAMED})[-_. ]{{0,2}}(?P<year>(?:19|20)\d\d)(?!\d)",
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<name>{_NAMED})(?![a-zäöü])",
)
_HEADINGS = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/. ](?P<month>\d{1,2})(?![\d/.-])",
    r"(?<![\d/.-])(?P<month>\d{1,2})[-/.](?P<year>(?:19|20)\d\d)(?!\d)",
    r"(?<!\d)(?P<short>\d\d)\s*年\s*(?P<month>\d{1,2})\s*月(?!\s*\d{1,2}\s*日)",
    rf"(?<![a-z])(?P<name>{_NAMED})[-_. ']{{1,2}}(?P<short>\d\d)(?!\d)",
)
"""Further ways to write a month in a heading; in the name of a file they could be a version or a part."""
_WITHOUT_YEAR = (r"(?<!\d)(?P<month>\d{1,2})\s*月(?!\s*\d{1,2}\s*日)", rf"^(?P<name>{_NAMED})(?![a-zäöü])")
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"


class NamedDay(NamedTuple):
    """A day, and whether it was named: of a month without a day it is the last one."""

    day: date
    names_day: bool


def day_in_name(path: str) -> date | None:
    """Return the day in a file's name, or the last day of the month in it; the name of its folder is the second place.

    None means that there is no day or month, or that there are several.

    Examples
    --------
    >>> [str(day_in_name(name)) for name in ("staff_2026-01.csv", "20260131.csv", "2026年1月花名册.xlsx", "v2.csv")]
    ['2026-01-31', '2026-01-31', '2026-01-31', 'None']
    """
    place = PurePosixPath(path)
    for name in (place.stem, place.parent.name):
        if days := days_in(name):
            return next(iter(days)).day if len(days) == 1 else None
    return None


def days_in(text: str, *, is_heading: bool = False) -> set[NamedDay]:
    """Return the days or months in a text: several where it names several, none where it names none.

    Parameters
    ----------
    is_heading : bool
        Whether the text is a heading, in which months are written in more ways than in names of files.

    Examples
    --------
    >>> [str(named.day) for named in days_in("2024年5月") | days_in("May-24", is_heading=True) | days_in("2024-05")]
    ['2024-05-31']
    """
    return _days(text, (*_PATTERNS, *_HEADINGS) if is_heading else _PATTERNS, {})


def month_without_year(text: str, year: int) -> set[NamedDay]:
    """Return the month of this year that a text such as "5月" or "May" names; none, or several, where it does so.

    Examples
    --------
    >>> [str(named.day) for named in month_without_year("5月", 2024) | month_without_year("May", 2024)]
    ['2024-05-31']
    """
    return _days(text, _WITHOUT_YEAR, {"year": str(year)})


def year_in(text: str) -> int | None:
    """Return the year in a text, or None where there is none or several.

    Examples
    --------
    >>> year_in("工资表2024"), year_in("2023-2024"), year_in("20240531")
    (2024, None, None)
    """
    years = set(re.findall(_YEAR, text))
    return int(years.pop()) if len(years) == 1 else None


def _days(text: str, patterns: Sequence[str], parts: dict[str, str]) -> set[NamedDay]:
    """Return what the first pattern that fits names."""
    for pattern in patterns:
        days = {day for match in re.finditer(pattern, text.lower()) if (day := _day(match.groupdict() | parts))}
        if days:
            return days
    return set()


def _day(parts: dict[str, str | None]) -> NamedDay | None:
    """Return the day of a match, or the last day of its month; None where there is no such day."""
    year = int(parts.get("year") or 2000 + int(parts.get("short") or 0))
    month = int(parts.get("month") or _MONTH_NAMES.get(parts.get("name") or "", 0))
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return NamedDay(date(year, month, day), parts.get("day") is not None) if 1 <= day <= last else None
