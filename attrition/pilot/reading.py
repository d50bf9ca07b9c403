"""The preregistered analysis of a pilot: estimates by intention to treat, secondary estimates, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.errors import UserError
from attrition.labels.maturity import mature_to
from attrition.labels.outcomes import month_end_after
from attrition.pilot.adjusted import adjusted_difference
from attrition.pilot.cox import HazardRatio, hazard_ratio
from attrition.pilot.curves import survival_by_arm
from attrition.pilot.delivery import Delivery, delivery
from attrition.pilot.difference import Difference, risk_difference
from attrition.pilot.follow_up import follow_up, months_passed
from attrition.pilot.preregistration import Design
from attrition.pilot.randomisation import TREATED
from attrition.pilot.subgroups import subgroups
from attrition.pilot.verdict import PilotVerdict, decide


@dataclass(frozen=True)
class PilotReading:
    """The results of a pilot at a month-end.

    Attributes
    ----------
    design : Design
        As preregistered.
    read_as_of : Timestamp
        Month-end up to which exits are known.
    months : int
        Whole months of follow-up; the pilot is over when they equal the months of the design.
    absent : int
        Agents who are not counted, since they had left before the pilot began, as became known later.
    arms : DataFrame
        ``arm``, ``agents``, ``resigned``, ``left_otherwise``, ``risk`` (mean at baseline).
    ratio, difference, adjusted : HazardRatio, Difference, Difference
        The primary estimate and two secondary ones.
    curves, groups : DataFrame
        From `survival_by_arm` and `subgroups`.
    delivery : Delivery
        How many agents of each arm received the intervention.
    verdict : PilotVerdict
        The verdict and its reason.
    """

    design: Design
    read_as_of: pd.Timestamp
    months: int
    absent: int
    arms: pd.DataFrame
    ratio: HazardRatio
    difference: Difference
    adjusted: Difference
    curves: pd.DataFrame
    groups: pd.DataFrame
    delivery: Delivery
    verdict: PilotVerdict

    @property
    def is_over(self) -> bool:
        """Whether the declared end has been reached."""
        return self.months == self.design.months


def read_pilot(
    design: Design, agents: pd.DataFrame, outcomes: pd.DataFrame, interventions: pd.DataFrame, *, known_at: pd.Timestamp
) -> PilotReading:
    """Return the results of a pilot at a month-end.

    Parameters
    ----------
    design : Design
        The preregistered design.
    agents : DataFrame
        Assignment and baseline: the columns of ``assignment.csv``, ``risk`` and ``log_odds``.
    outcomes : DataFrame
        The next exit of every agent-month: ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on``.
    interventions : DataFrame
        From `attrition.labels.interventions_received.read_interventions`.
    known_at : Timestamp
        Month-end up to which exits and interventions are known.

    Raises
    ------
    UserError
        No whole month of the pilot has passed.
    """
    start = pd.Timestamp(design.as_of)
    months = months_passed(start, design.months, mature_to=mature_to(outcomes, known_at))
    if not months:
        raise UserError(
            "the pilot {name} began on {as_of}; its first month is not over yet, or its exits are not on file",
            name=design.name,
            as_of=design.as_of,
        )
    rows = with_outcomes(agents, outcomes, start=start, months=months, known_at=known_at)
    ratio = hazard_ratio(rows)
    return PilotReading(
        design=design,
        read_as_of=known_at,
        months=months,
        absent=len(agents) - len(rows),
        arms=_arms(rows),
        ratio=ratio,
        difference=risk_difference(rows),
        adjusted=adjusted_difference(rows, share=design.size.share, seed=design.seed),
        curves=survival_by_arm(rows, _month_ends(start, months)),
        groups=subgroups(rows),
        delivery=delivery(agents, interventions, kind=design.offer.id, start=start, end=month_end_after(start, months)),
        verdict=decide(ratio, hoped=design.hoped, is_over=months == design.months),
    )


def with_outcomes(
    agents: pd.DataFrame, outcomes: pd.DataFrame, *, start: pd.Timestamp, months: int, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Return the agents of a pilot with their follow-up and ``is_treated``, by id.

    Agents who had left before the pilot began, as became known later, are left out.
    """
    baseline = outcomes[(outcomes["as_of"] == start) & outcomes["agent_id"].isin(agents["agent_id"])]
    outcomes_by_agent = follow_up(baseline.reset_index(drop=True), months, known_at=known_at)
    rows = agents.merge(outcomes_by_agent, on="agent_id", validate="one_to_one").sort_values(
        "agent_id", ignore_index=True
    )
    return rows.assign(is_treated=rows["arm"] == TREATED)


def _month_ends(start: pd.Timestamp, months: int) -> list[int]:
    """Return the last day of each month, in days since the start."""
    return [(month_end_after(start, month) - start).days for month in range(1, months + 1)]


def _arms(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per arm: its agents, exits and mean baseline risk."""
    by_arm = rows.groupby("arm", sort=True)
    table = by_arm[["resigned", "left_otherwise"]].sum().astype(int)
    return table.assign(agents=by_arm.size(), risk=by_arm["risk"].mean()).reset_index()
