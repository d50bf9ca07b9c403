"""Find the day, or the month, in the name of a file."""

from __future__ import annotations

import calendar
import re
from datetime import date
from pathlib import PurePosixPath

_MONTH_NAMES = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_NAMED = "|".join(_MONTH_NAMES)
_PATTERNS = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-_.])(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
    r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
    r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月",
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<month>\d\d)(?!\d)",
    r"(?<!\d)(?P<month>\d\d)[-_.](?P<year>(?:19|20)\d\d)(?!\d)",
    rf"(?<![a-z])(?P<name>{_NAMED})[a-z]*[-_. ]?(?P<year>(?:19|20)\d\d)(?!\d)",
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<name>{_NAMED})[a-z]*(?![a-z])",
)


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
        for pattern in _PATTERNS:
            days = {day for match in re.finditer(pattern, name.lower()) if (day := _day(match.groupdict()))}
            if days:
                return days.pop() if len(days) == 1 else None
    return None


def _day(parts: dict[str, str | None]) -> date | None:
    """Return the day of a match, or the last day of its month; None where there is no such day."""
    year, month = int(parts["year"] or 0), int(parts.get("month") or _MONTH_NAMES.get(parts.get("name") or "", 0))
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(parts.get("day") or last)
    return date(year, month, day) if 1 <= day <= last else None
