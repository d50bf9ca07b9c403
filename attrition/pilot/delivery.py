"""Delivery of an intervention in a pilot: how many agents of each arm received it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.interventions_received import received_between, without_declined


@dataclass(frozen=True)
class Delivery:
    """Numbers of agents by what their records say about the intervention; the names are keys of ``reading.json``.

    Attributes
    ----------
    got, declined, no_record : int
        Of the treated: received the intervention, declined it, or have no record of it.
    controls_got : int
        Of the controls: received the intervention all the same.
    controls : int
        All controls.
    """

    got: int
    declined: int
    no_record: int
    controls_got: int
    controls: int

    @property
    def contamination(self) -> float:
        """Share of the control arm that received the intervention; 0 without controls."""
        return self.controls_got / self.controls if self.controls else 0.0


def delivery(
    assignment: pd.DataFrame, interventions: pd.DataFrame, *, kind: str, start: pd.Timestamp, end: pd.Timestamp
) -> Delivery:
    """Return how many agents of each arm received the intervention while the pilot ran.

    Parameters
    ----------
    assignment : DataFrame
        ``agent_id`` and ``arm``.
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    kind : str
        Id of the intervention.
    start, end : Timestamp
        Month-ends. Interventions count that began after the first and on or before the second, and were recorded by
        the second.
    """
    records = received_between(interventions[interventions["kind"] == kind], start, end)
    received, recorded = set(without_declined(records)["agent_id"]), set(records["agent_id"])
    treated = set(assignment.loc[assignment["arm"] == "treated", "agent_id"])
    controls = set(assignment["agent_id"]) - treated
    return Delivery(
        got=len(treated & received),
        declined=len((treated & recorded) - received),
        no_record=len(treated - recorded),
        controls_got=len(controls & received),
        controls=len(controls),
    )
