"""Which months the tables of a workspace cover, from which follows what can be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class History:
    """The months that tables cover: how many, of how many of them exits are known, and the last; none where unread."""

    months: int = 0
    known_months: int = 0
    last: date | None = None

    @classmethod
    def between(cls, first: date, last: date, *, known_to: date) -> History:
        """Return the history from the month of one day to that of another.

        Examples
        --------
        >>> History.between(date(2026, 1, 31), date(2026, 10, 31), known_to=date(2026, 9, 30)).known_months
        9
        """
        months, with_exits = (max(0, _number(day) - _number(first) + 1) for day in (last, min(last, known_to)))
        return cls(months=months, known_months=with_exits, last=last)


def _number(day: date) -> int:
    return day.year * 12 + day.month
