"""How many labels help may have moved: agent-months of a horizon in which the agent was given something and took it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.given import given_after
from attrition.labels.outcomes import KEYS, within

FEWEST = 10
"""Agents of whom a number is told."""


@dataclass(frozen=True)
class Influenced:
    """Labels known at a month-end, and those among them of agents who were given something within the horizon."""

    months: int
    labels: int
    influenced: int
    agents: int
    resigned: int

    @property
    def said(self) -> str:
        """Say it in one sentence; of few agents only that they are few."""
        count = f"{self.influenced:,} ({self.influenced / max(self.labels, 1):.1%}, {self.agents:,} agents)"
        few = f"some, of fewer than {FEWEST} agents," if self.agents else "none"
        return (
            f"Of {self.labels:,} labels {self.months} months ahead that were known, "
            f"{count if self.agents >= FEWEST else few} are of agents who were given something of the playbook within "
            "these months. They are learnt from as they are: whoever stayed with help counts as having stayed."
        )


def influenced(outcomes: pd.DataFrame, given: pd.DataFrame, months: int, *, known_at: pd.Timestamp) -> Influenced:
    """Count the labels that were known at a month-end, and mark those that help may have moved.

    Parameters
    ----------
    outcomes : DataFrame
        One row per agent-month, as `attrition.labels.outcomes.within` takes it.
    given : DataFrame
        From `attrition.labels.given.given_rows`.
    months : int
        The horizon.
    known_at : Timestamp
        Month-end from which the world is looked back upon.

    Returns
    -------
    Influenced
        ``labels`` known, ``influenced`` of them (agent-months), of how many different ``agents``, and how many of the
        influenced ``resigned`` all the same.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({"agent_id": ["1", "2"], "as_of": day(["2026-01-31"] * 2), "exit_kind": None,
    ...     "left_on": pd.NaT, "known_on": pd.NaT})
    >>> given = pd.DataFrame({"agent_id": ["1"], "kind": ["buddy"], "start_date": day(["2026-02-15"]),
    ...     "known_on": day(["2026-02-16"]), "arm": pd.array([None], dtype="string"), "declined": [False]})
    >>> influenced(outcomes, given, 1, known_at=day("2026-06-30"))
    Influenced(months=1, labels=2, influenced=1, agents=1, resigned=0)
    """
    known = outcomes[KEYS].assign(resigned=within(outcomes, months, known_at=known_at)).dropna(subset="resigned")
    helped = given_after(known, given, months, known_at=known_at)[KEYS].drop_duplicates()
    marked = known.merge(helped, on=KEYS)
    resigned = int(marked["resigned"].sum())
    return Influenced(months, len(known), len(marked), int(marked["agent_id"].nunique()), resigned)
