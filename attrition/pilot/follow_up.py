"""Follow-up of agents from a month-end: days until a resignation, another exit, or the end of follow-up."""

from __future__ import annotations

import pandas as pd

from attrition.labels.outcomes import VOLUNTARY, exit_within, month_end


def follow_up(outcomes: pd.DataFrame, months: int, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Return the follow-up of agents from their month-end, as known at a later month-end.

    Parameters
    ----------
    outcomes : DataFrame
        One row per agent: ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on``.
    months : int
        Length of the follow-up; the months must have passed by `known_at`.
    known_at : Timestamp
        Month-end up to which exits are known.

    Returns
    -------
    DataFrame
        ``agent_id``, ``days`` (to the first exit, or to the end of follow-up), ``resigned`` and ``left_otherwise`` (0
        or 1). Agents who had left before the month-end,
        as became known later, are absent.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({
    ...     "agent_id": ["a", "b"], "as_of": day(["2026-01-31"] * 2), "exit_kind": ["voluntary", None],
    ...     "left_on": day(["2026-02-10", None]), "known_on": day(["2026-02-11", None]),
    ... })
    >>> follow_up(outcomes, 2, known_at=day("2026-03-31"))[["days", "resigned"]].values.tolist()
    [[10.0, 1.0], [59.0, 0.0]]
    """
    resigned = exit_within(outcomes, months, known_at=known_at, kind=VOLUNTARY)
    ends = month_end(outcomes["as_of"], plus=months)
    is_gone = (outcomes["known_on"] <= known_at) & (outcomes["left_on"] <= ends)
    last_day = outcomes["left_on"].where(is_gone, ends)
    table = pd.DataFrame(
        {
            "agent_id": outcomes["agent_id"],
            "days": (last_day - outcomes["as_of"]).dt.days.astype(float),
            "resigned": resigned,
            "left_otherwise": (is_gone & (outcomes["exit_kind"] != VOLUNTARY)).astype(float),
        }
    )
    return table[resigned.notna()].reset_index(drop=True)


def months_passed(as_of: pd.Timestamp, months: int, *, mature_to: pd.Timestamp) -> int:
    """Return how many whole months of a pilot have mature outcomes, between 0 and its duration `months`."""
    passed = mature_to.to_period("M").ordinal - as_of.to_period("M").ordinal
    return max(0, min(months, passed))
