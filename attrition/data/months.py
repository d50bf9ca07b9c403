"""Convert a month, as people write it, to its last day, by which months are identified everywhere."""

from __future__ import annotations

from datetime import date, timedelta

from attrition.errors import UserError


def last_day(month: str | date) -> date:
    """Return the last day of a month.

    Parameters
    ----------
    month : str or date
        ``"2026-10"``, or any day of the month.

    Raises
    ------
    UserError
        The text is not a month of the form year-month.

    Examples
    --------
    >>> last_day("2026-10"), last_day(date(2028, 2, 3))
    (datetime.date(2026, 10, 31), datetime.date(2028, 2, 29))
    """
    try:
        year, number = (int(part) for part in month.split("-")) if isinstance(month, str) else (month.year, month.month)
        return (date(year, number, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except ValueError:
        raise UserError('"{month}" is not a month; write it like 2026-10', month=month) from None
