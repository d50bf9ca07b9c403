"""Read a pilot as its design said: intention to treat first, then what stands beside it, then the verdict."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from attrition.errors import UserError
from attrition.labels.outcomes import month_end
from attrition.pilot.adjusted import adjusted_difference
from attrition.pilot.cox import HazardRatio, hazard_ratio
from attrition.pilot.curves import survival_by_arm
from attrition.pilot.delivery import Delivery, delivery
from attrition.pilot.difference import Difference, risk_difference
from attrition.pilot.follow_up import follow_up, months_seen
from attrition.pilot.preregistration import Design
from attrition.pilot.randomisation import TREATED
from attrition.pilot.subgroups import subgroups
from attrition.pilot.verdict import Decision, decide


@dataclass(frozen=True)
class PilotReading:
    """What a pilot says at a month-end.

    Attributes
    ----------
    design : Design
        As it was sealed.
    read_as_of : Timestamp
        Month-end up to which exits were known.
    months : int
        Whole months seen; the pilot is over when they are those of the design.
    absent : int
        Agents of the pilot who are not counted, since they had left before it began, as became known later.
    arms : DataFrame
        ``arm``, ``agents``, ``resigned``, ``left_otherwise``, ``risk`` (mean, as told before the draw).
    ratio, difference, adjusted : HazardRatio, Difference, Difference
        Primary, and what stands beside it.
    curves, groups : DataFrame
        From `survival_by_arm` and `subgroups`.
    delivery : Delivery
        Who really got it.
    ruling : Decision
        What may be said.
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
    ruling: Decision

    @property
    def is_over(self) -> bool:
        """Tell whether the declared end has been reached."""
        return self.months == self.design.months


def read_pilot(
    design: Design, agents: pd.DataFrame, outcomes: pd.DataFrame, given: pd.DataFrame, *, known_at: pd.Timestamp
) -> PilotReading:
    """Read a pilot from what became of its agents.

    Parameters
    ----------
    design : Design
        The sealed plan.
    agents : DataFrame
        Lots and baseline: the columns of ``assignment.csv`` with ``risk`` and ``log_odds``.
    outcomes : DataFrame
        What followed every agent-month: ``agent_id``, ``as_of``, ``exit_kind``, ``left_on``, ``known_on``.
    given : DataFrame
        Who got what, from `attrition.labels.interventions_received.read_interventions`.
    known_at : Timestamp
        Month-end to read at.

    Raises
    ------
    UserError
        No whole month of the pilot has passed.
    """
    begun = pd.Timestamp(design.as_of)
    months = months_seen(begun, design.months, known_at=known_at)
    if not months:
        raise UserError(f"the pilot {design.name} was drawn at {design.as_of}; its first month is not over yet")
    rows = with_outcomes(agents, outcomes, begun=begun, months=months, known_at=known_at)
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
        curves=survival_by_arm(rows, _month_ends(begun, months)),
        groups=subgroups(rows),
        delivery=delivery(agents, given, kind=design.offer.id, since=begun, until=month_end_after(begun, months)),
        ruling=decide(ratio, hoped=design.hoped, is_over=months == design.months),
    )


def with_outcomes(
    agents: pd.DataFrame, outcomes: pd.DataFrame, *, begun: pd.Timestamp, months: int, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Lay beside each agent of a pilot what became of him; agents who in truth were gone already are left out."""
    here = outcomes[(outcomes["as_of"] == begun) & outcomes["agent_id"].isin(agents["agent_id"])]
    found = follow_up(here.reset_index(drop=True), months, known_at=known_at)
    rows = agents.merge(found, on="agent_id", validate="one_to_one").sort_values("agent_id", ignore_index=True)
    return rows.assign(is_treated=rows["arm"] == TREATED)


def month_end_after(begun: pd.Timestamp, months: int) -> pd.Timestamp:
    """Give the last day of the month that lies so many months later."""
    return month_end(pd.Series([begun]), plus=months).iloc[0]


def _month_ends(begun: pd.Timestamp, months: int) -> list[int]:
    return [(month_end_after(begun, month) - begun).days for month in range(1, months + 1)]


def _arms(rows: pd.DataFrame) -> pd.DataFrame:
    by = rows.groupby("arm", sort=True)
    table = by[["resigned", "left_otherwise"]].sum().astype(int)
    return table.assign(agents=by.size(), risk=by["risk"].mean()).reset_index()
