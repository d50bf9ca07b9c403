"""Who really got it: what the intervention table says of each arm, beside what the lot said."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.labels.interventions_received import received_between, without_declined


@dataclass(frozen=True)
class Delivery:
    """What came of the lots: how many of the treated got it, declined or have no record; how many controls got it."""

    got: int
    declined: int
    no_record: int
    controls_got: int
    controls: int

    @property
    def contamination(self) -> float:
        """Share of the control arm that got the intervention all the same."""
        return self.controls_got / self.controls if self.controls else 0.0


def delivery(
    lots: pd.DataFrame, given: pd.DataFrame, *, kind: str, since: pd.Timestamp, until: pd.Timestamp
) -> Delivery:
    """Count what each arm got while the pilot ran.

    Parameters
    ----------
    lots : DataFrame
        ``agent_id`` and ``arm``.
    given : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    kind : str
        The intervention.
    since, until : Timestamp
        Month-ends; what began after the first and on or before the second, and was on record by the second, counts.
    """
    mine = received_between(given[given["kind"] == kind], since, until)
    got, offered = set(without_declined(mine)["agent_id"]), set(mine["agent_id"])
    treated = set(lots.loc[lots["arm"] == "treated", "agent_id"])
    controls = set(lots["agent_id"]) - treated
    return Delivery(
        got=len(treated & got),
        declined=len((treated & offered) - got),
        no_record=len(treated - offered),
        controls_got=len(controls & got),
        controls=len(controls),
    )
