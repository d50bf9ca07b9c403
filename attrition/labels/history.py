"""Say in words what there is to learn from: which months, how many people resigned, up to when labels go, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from attrition.errors import DataError
from attrition.labels.maturity import recorded_to
from attrition.labels.outcomes import VOLUNTARY, exit_within
from attrition.message import Message, counted, joined

QUIET_MONTHS = 6
"""So many months without an exit at the beginning are named: the list of exits may begin later than the roster."""


def describe_history(outcomes: pd.DataFrame, *, months_ahead: int, known_at: pd.Timestamp) -> str:
    """Return what there is to learn from and what cuts it short, for a refusal that says that it is too little.

    Parameters
    ----------
    outcomes : DataFrame
        As for `attrition.labels.outcomes.exit_within`, with ``agent_id``.
    months_ahead : int
        Horizon of the labels.
    known_at : Timestamp
        Month-end; later rows and exits are ignored.

    Returns
    -------
    str
        Clauses that are separated by semicolons: the months, people and labels there are, then every reason why labels
        end before the data do, with what to do about it.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({
    ...     "agent_id": ["1", "2", "1"],
    ...     "as_of": day(["2024-12-31", "2024-12-31", "2025-12-31"]),
    ...     "exit_kind": [None, "voluntary", None],
    ...     "left_on": day([None, "2025-02-03", None]),
    ...     "known_on": day([None, "2025-02-04", None]),
    ... })
    >>> for clause in describe_history(outcomes, months_ahead=3, known_at=pd.Timestamp("2025-12-31")).split("; "):
    ...     print(clause)
    there are 2 months, 2024-12 to 2025-12, in which 1 person resigned
    labels 3 months ahead are mature to 2024-12
    only 2 of these 13 months list agents, such as a file of each December: a file of every month is needed
    """
    past = outcomes[outcomes["as_of"] <= known_at]
    if past.empty:
        return Message("there are no months")
    return joined(
        "; ",
        [
            _extent(past, known_at),
            _maturity(past, months_ahead, known_at),
            *_late_records(past, known_at),
            *_incomplete_exits(past, known_at),
            *_missing_months(past),
            *_quiet_beginning(past),
        ],
    )


@contextmanager
def with_history(outcomes: pd.DataFrame, *, months_ahead: int, known_at: pd.Timestamp) -> Iterator[None]:
    """Let a refusal for lack of history end with what there is, from `describe_history`."""
    try:
        yield
    except DataError as refusal:
        history = describe_history(outcomes, months_ahead=months_ahead, known_at=known_at)
        raise DataError(joined("; ", (refusal.message, history))) from refusal


def _extent(past: pd.DataFrame, known_at: pd.Timestamp) -> str:
    resigned = past[(past["exit_kind"] == VOLUNTARY) & (past["known_on"] <= known_at)]
    people, months = resigned["agent_id"].nunique(), past["as_of"].nunique()
    return counted(
        "there are {months} months, {first:%Y-%m} to {last:%Y-%m}, in which {count:,} person resigned",
        "there are {months} months, {first:%Y-%m} to {last:%Y-%m}, in which {count:,} people resigned",
        people,
        months=months,
        first=past["as_of"].min(),
        last=past["as_of"].max(),
    )


def _maturity(past: pd.DataFrame, months_ahead: int, known_at: pd.Timestamp) -> str:
    mature = past.loc[exit_within(past, months_ahead, known_at=known_at).notna(), "as_of"]
    if mature.empty:
        return Message("no label {months} months ahead is mature", months=months_ahead)
    return Message("labels {months} months ahead are mature to {last:%Y-%m}", months=months_ahead, last=mature.max())


def _late_records(past: pd.DataFrame, known_at: pd.Timestamp) -> list[str]:
    """Return that labels wait for records, where exits are usually recorded late."""
    ends = recorded_to(past, known_at)
    if ends >= known_at:
        return []
    return [Message("exits are usually recorded late, so those after {ends:%Y-%m} are waited for", ends=ends)]


def _incomplete_exits(past: pd.DataFrame, known_at: pd.Timestamp) -> list[str]:
    """Return up to when the list of exits is complete, where it ends before the data."""
    if "observed_to" not in past or past["observed_to"].max() >= known_at:
        return []
    return [
        Message(
            "the list of exits is complete to {last:%Y-%m} only: a newer list, or exits_complete_to under [site] if "
            "nobody left since, lets labels go further",
            last=past["observed_to"].max(),
        )
    ]


def _missing_months(past: pd.DataFrame) -> list[str]:
    """Return that most months list nobody, as with a file of each December."""
    months = past["as_of"].dt.to_period("M").drop_duplicates()
    span = (months.max() - months.min()).n + 1
    if len(months) * 2 > span:
        return []
    every = Message("with gaps")
    if months.dt.month.nunique() == 1:
        every = Message("such as a file of each {first:%B}", first=months.iloc[0])
    return [
        Message(
            "only {listed} of these {months} months list agents, {every}: a file of every month is needed",
            listed=len(months),
            months=span,
            every=every,
        )
    ]


def _quiet_beginning(past: pd.DataFrame) -> list[str]:
    """Return in which month exits begin, where that is long after the agents do."""
    first = past["left_on"].min()
    if pd.isna(first):
        return [Message("no exit is on file")]
    begins = past["as_of"].min()
    quiet = (first.to_period("M") - begins.to_period("M")).n
    if quiet < QUIET_MONTHS:
        return []
    return [
        Message(
            "agents are listed since {begins:%Y-%m} and exits begin in {first:%Y-%m}: give the earlier exits, or "
            "declare data_begins under [site]",
            begins=begins,
            first=first,
        )
    ]
