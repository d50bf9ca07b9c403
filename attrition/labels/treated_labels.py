"""Counts the labels that an intervention may have changed, since the agent received one within the horizon."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.interventions_received import received_within
from attrition.labels.outcomes import KEYS, exit_within
from attrition.message import Message

MIN_AGENTS = 10
"""With fewer agents than this the sentence holds no number."""


@dataclass(frozen=True)
class TreatedLabels:
    """Counts of the mature labels of one horizon, and of those whose agents received an intervention within it.

    Attributes
    ----------
    months : int
        The horizon.
    labels, treated : int
        Mature labels (agent-months), and those of them within whose horizon the agent accepted an intervention.
    agents, resigned : int
        Of the treated labels: different agents, and labels that are resignations.
    """

    months: int
    labels: int
    treated: int
    agents: int
    resigned: int

    @property
    def sentence(self) -> Message:
        """The counts as one sentence, without numbers for fewer agents than `MIN_AGENTS`."""
        count = Message("none")
        if self.agents >= MIN_AGENTS:
            count = Message(
                "{treated:,} ({share:.1%}, {agents:,} agents)",
                treated=self.treated,
                share=self.treated / max(self.labels, 1),
                agents=self.agents,
            )
        elif self.agents:
            count = Message("some, of fewer than {minimum} agents,", minimum=MIN_AGENTS)
        return Message(
            "Of {labels:,} mature labels for a horizon of {months} months, {count} are of agents who received an "
            "intervention of the playbook within the horizon. They are used for training unchanged: an agent who "
            "stayed after an intervention counts as having stayed.",
            labels=self.labels,
            months=self.months,
            count=count,
        )


def count_treated_labels(
    outcomes: pd.DataFrame, interventions: pd.DataFrame, months: int, *, known_at: pd.Timestamp
) -> TreatedLabels:
    """Return the counts of mature labels, and of those that an intervention may have changed.

    Parameters
    ----------
    outcomes : DataFrame
        One row per agent-month, with the columns that `attrition.labels.outcomes.exit_within` needs, and the keys.
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    months : int
        The horizon.
    known_at : Timestamp
        Month-end; exits and interventions that were recorded later are ignored.

    Returns
    -------
    TreatedLabels
        The counts.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({"agent_id": ["1", "2"], "as_of": day(["2026-01-31"] * 2), "exit_kind": None,
    ...     "left_on": pd.NaT, "known_on": pd.NaT})
    >>> interventions = pd.DataFrame({"agent_id": ["1"], "kind": ["buddy"], "start_date": day(["2026-02-15"]),
    ...     "known_on": day(["2026-02-16"]), "arm": pd.array([None], dtype="string"), "declined": [False]})
    >>> count_treated_labels(outcomes, interventions, 1, known_at=day("2026-06-30"))
    TreatedLabels(months=1, labels=2, treated=1, agents=1, resigned=0)
    """
    labels = outcomes[KEYS].assign(resigned=exit_within(outcomes, months, known_at=known_at))
    mature_labels = labels.dropna(subset="resigned")
    received = received_within(mature_labels, interventions, months, known_at=known_at)[KEYS].drop_duplicates()
    treated = mature_labels.merge(received, on=KEYS)
    resigned = int(treated["resigned"].sum())
    return TreatedLabels(months, len(mature_labels), len(treated), int(treated["agent_id"].nunique()), resigned)
