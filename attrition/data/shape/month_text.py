"""Read the month or day that a heading or a name holds as the text of a date."""

from __future__ import annotations

from datetime import date

from attrition.data.files.file_days import days_in, month_without_year

FROM_THEN_ON = ("effective_date", "valid_from", "from_date", "start_date", "hire_date")
"""Columns of the day from which something holds: a month without a day is its first day. Elsewhere it is its last,
since what is dated within a month may not count as known before its end."""


def month_text(text: str, column: str, *, year: int | None = None) -> str | None:
    """Return the day, or the first or last day of the month, that a text holds; None for no month or several.

    Parameters
    ----------
    column : str
        The column of the contract that gets it; `FROM_THEN_ON` are the columns that get the first day.
    year : int, optional
        The year of a month that stands without one, such as "5月".

    Examples
    --------
    >>> month_text("2024年5月", "effective_date"), month_text("202405", "period_end"), month_text("remark", "pay_date")
    ('2024-05-01', '2024-05-31', None)
    """
    days = days_in(text, is_heading=True)
    if not days and year is not None:
        days = month_without_year(text, year)
    if len(days) != 1:
        return None
    [named] = days
    return _first(named.day).isoformat() if column in FROM_THEN_ON and not named.names_day else named.day.isoformat()


def _first(day: date) -> date:
    return day.replace(day=1)
