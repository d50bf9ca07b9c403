"""Read the month or day that a heading or a name holds as the text of a date."""

from __future__ import annotations

from collections.abc import Iterable

from attrition.data.files.file_days import NamedDay, days_in, month_without_year

FROM_THEN_ON = ("effective_date", "valid_from", "from_date", "start_date", "hire_date")
"""Columns of the day from which something holds: a month without a day is its first day. Elsewhere it is its last,
since what is dated within a month may not count as known before its end."""


def month_text(text: str, column: str, *, year: int | None = None, are_months: bool = False) -> str | None:
    """Return the day, or the first or last day of the month, that a text holds; None for no month or several.

    Parameters
    ----------
    column : str
        The column of the contract that gets it; `FROM_THEN_ON` are the columns that get the first day.
    year : int, optional
        The year of a month that stands without one, such as "5月".
    are_months : bool
        Whether first days of months stand for their months, as they do in headings that are dates in the workbook.

    Examples
    --------
    >>> month_text("2024年5月", "effective_date"), month_text("202405", "period_end"), month_text("remark", "pay_date")
    ('2024-05-01', '2024-05-31', None)
    """
    days = named_days(text, year=year)
    if len(days) != 1:
        return None
    [named] = days
    first = named.day.replace(day=1)
    if are_months and named.day == first:
        named = next(iter(days_in(f"{first:%Y-%m}")))
    return (first if column in FROM_THEN_ON and not named.names_day else named.day).isoformat()


def named_days(text: str, *, year: int | None = None) -> set[NamedDay]:
    """Return the days and months in a heading or name; a month without a year is in the given one.

    Examples
    --------
    >>> [str(named.day) for named in named_days("5月工资", year=2024)]
    ['2024-05-31']
    """
    days = days_in(text, is_heading=True)
    return month_without_year(text, year) if not days and year is not None else days


def are_first_days(headings: Iterable[str]) -> bool:
    """Return whether all headings, of which there are several, are the first days of different months.

    Examples
    --------
    >>> are_first_days(["2024-05-01", "2024-06-01"]), are_first_days(["2024-05-01", "2024-05-02"])
    (True, False)
    """
    days = [named_days(heading) for heading in headings]
    is_first = all(len(named) == 1 and next(iter(named)).names_day and next(iter(named)).day.day == 1 for named in days)
    return len(days) > 1 and is_first
