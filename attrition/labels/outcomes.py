"""Labels: whether an exit followed an agent-month within a horizon.

A label is immature, and null instead of zero, until its whole horizon has passed and its exits are on file, see
`attrition.labels.maturity`.
"""

from __future__ import annotations

import pandas as pd

from attrition.labels.maturity import is_mature

VOLUNTARY = "voluntary"
OTHERWISE = "otherwise"
"""Every exit that is not a resignation, the competing events: dismissals, contracts that end, deaths."""
KEYS = ["agent_id", "as_of"]
"""The key of an agent-month, in the panel and in every table about it."""


def month_end(as_of: pd.Series, *, plus: int = 0) -> pd.Series:
    """Return the last day of the month that lies `plus` months after each date.

    31 January plus one month is the last day of February; plus two months it is 31 March.

    Examples
    --------
    >>> month_end(pd.Series(pd.to_datetime(["2026-01-31"])), plus=1).dt.date.tolist()
    [datetime.date(2026, 2, 28)]
    """
    return (as_of.dt.to_period("M") + plus).dt.to_timestamp(how="end").dt.normalize().astype(as_of.dtype)


def month_end_after(start: pd.Timestamp, months: int) -> pd.Timestamp:
    """Return the last day of the month that lies `months` months after a date."""
    return month_end(pd.Series([start]), plus=months).iloc[0]


def exit_within(outcomes: pd.DataFrame, months: int, *, known_at: pd.Timestamp, kind: str = VOLUNTARY) -> pd.Series:
    """Return whether an exit of this kind followed each agent-month within the horizon, as known at `known_at`.

    Parameters
    ----------
    outcomes : DataFrame
        ``as_of`` (month-end), ``exit_kind``, ``left_on`` (day the resignation was handed in, or the other
        exit happened) and ``known_on`` (day from which that was on record); one row per agent-month. With
        ``observed_to`` and ``recording_months``, labels go no further than exits are complete.
    months : int
        Horizon. It begins after ``as_of`` and includes the end of the last month.
    known_at : Timestamp
        Month-end; exits that were recorded later are ignored.
    kind : str
        ``voluntary``, or ``otherwise`` for every other exit; exits of the other kind are competing and count as 0.

    Returns
    -------
    Series of float
        1.0, 0.0, or null where the label is not mature at `known_at` (the horizon has not passed, or its exits are
        not on file yet), or where the agent had already left by ``as_of`` and this only became known later.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({
    ...     "as_of": day(["2026-01-31", "2026-01-31", "2026-03-31"]),
    ...     "exit_kind": ["voluntary", None, None],
    ...     "left_on": day(["2026-02-10", None, None]),
    ...     "known_on": day(["2026-02-11", None, None]),
    ... })
    >>> exit_within(outcomes, 1, known_at=day("2026-03-31")).tolist()
    [1.0, 0.0, nan]
    """
    ends = month_end(outcomes["as_of"], plus=months)
    is_known = outcomes["known_on"] <= known_at
    is_within = is_known & (outcomes["left_on"] > outcomes["as_of"]) & (outcomes["left_on"] <= ends)
    is_resignation = outcomes["exit_kind"] == VOLUNTARY
    label = (is_within & (is_resignation if kind == VOLUNTARY else ~is_resignation)).astype(float)
    is_gone = is_known & (outcomes["left_on"] <= outcomes["as_of"])
    return label.mask(~is_mature(outcomes, ends, known_at) | is_gone).rename(f"{kind}_within_{months}m")
