"""Delivery of an intervention in a pilot: how many agents of each arm received it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.interventions_received import received_between, without_declined


@dataclass(frozen=True)
class Delivery:
    """Numbers of treated agents who got the intervention, declined it or have no record, and of controls who got it."""

    got: int
    declined: int
    no_record: int
    controls_got: int
    controls: int

    @property
    def contamination(self) -> float:
        """Share of the control arm that got the intervention nevertheless."""
        return self.controls_got / self.controls if self.controls else 0.0


def delivery(
    assignment: pd.DataFrame, interventions: pd.DataFrame, *, kind: str, since: pd.Timestamp, until: pd.Timestamp
) -> Delivery:
    """Count the agents of each arm who received the intervention while the pilot ran.

    Parameters
    ----------
    assignment : DataFrame
        ``agent_id`` and ``arm``.
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    kind : str
        The intervention.
    since, until : Timestamp
        Month-ends. Interventions count that began after the first and on or before the second, and were recorded by
        the second.
    """
    offers = received_between(interventions[interventions["kind"] == kind], since, until)
    got, offered = set(without_declined(offers)["agent_id"]), set(offers["agent_id"])
    treated = set(assignment.loc[assignment["arm"] == "treated", "agent_id"])
    controls = set(assignment["agent_id"]) - treated
    return Delivery(
        got=len(treated & got),
        declined=len((treated & offered) - got),
        no_record=len(treated - offered),
        controls_got=len(controls & got),
        controls=len(controls),
    )
