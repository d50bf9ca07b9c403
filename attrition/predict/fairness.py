"""Quotas of offers: each group of agents at high risk is offered its share, as far as there is anything to offer.

The rule. An agent is at high risk whose risk is above the median. In every group (a site, a role, a tenure band) with
at least `minimum_group_size` agents at high risk, the number of agents who are offered something is at least
`minimum_share` times the group's size times the share offered among all agents at high risk, rounded down.

Some groups cannot reach that number: an agent is in reach who has an offer that saves more than it costs, and no more
agents are in reach than the capacities allow. Where a group has too few agents in reach, its quota is counted among
those in reach, and a note says so. Withholding offers from the other groups would not help it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from attrition.predict.fairness_rule import FairnessRule

NOT_STATED = "not stated"
ROUNDING = 1e-9
"""Added before rounding down, for products that are whole numbers but for floating-point error."""
COLUMNS = ["level", "unit", "in_need", "in_reach", "offered", "share", "share_of_all", "owed", "is_kept", "is_relaxed"]


@dataclass(frozen=True, eq=False)
class Quota:
    """The fewest offers of one group: `rate` times the offers to all agents at high risk, rounded down.

    Parameters
    ----------
    level, unit : str
        The group: ``site``, ``Foshan``.
    high_risk, in_reach : int
        Its agents at high risk, and those among them for whom there is something to offer.
    rate : float
        Offers due to the group for each agent at high risk, of any group, who is offered something.
    members : ndarray of str
        The group's agents at high risk.
    is_relaxed : bool
        Whether the quota is counted among those in reach.
    """

    level: str
    unit: str
    high_risk: int
    in_reach: int
    rate: float
    members: np.ndarray
    is_relaxed: bool

    def minimum(self, total: int) -> int:
        """Give the fewest offers of the group where `total` agents at high risk, of any group, are offered one."""
        return math.floor(self.rate * total + ROUNDING)

    @property
    def note(self) -> str:
        """Say why the quota was relaxed."""
        return (
            f"{self.level} {self.unit}: {self.in_reach} of {self.high_risk} at high risk are in reach of an offer that "
            "saves more than it costs; the rule counts among those in reach"
        )


@dataclass(frozen=True, eq=False)
class FairnessQuotas:
    """The agents at high risk, and the quota of each group of them."""

    high_risk: np.ndarray
    quotas: tuple[Quota, ...]

    @property
    def notes(self) -> list[str]:
        """Say which quotas were relaxed, and why."""
        return [quota.note for quota in self.quotas if quota.is_relaxed]


def fairness_quotas(agents: pd.DataFrame, offers: pd.DataFrame, rule: FairnessRule) -> FairnessQuotas:
    """Compute the quota of each group.

    Parameters
    ----------
    agents : DataFrame
        One row per agent: ``agent_id``, ``risk`` and the levels of the rule; levels that are absent are left out.
    offers : DataFrame
        Offers that may be made: ``agent_id``, ``intervention``, ``site``, ``capacity``, ``site_capacity``.
    rule : FairnessRule
        As declared.
    """
    high_risk = at_high_risk(agents)
    all_in_reach = _in_reach(high_risk["agent_id"], offers)
    quotas = []
    for level in (level for level in rule.levels if level in agents):
        for unit, group in high_risk.groupby(high_risk[level].astype(object).fillna(NOT_STATED), sort=True):
            if len(group) >= rule.minimum_group_size and all_in_reach:
                in_reach = _in_reach(group["agent_id"], offers)
                is_relaxed = in_reach / len(group) < rule.minimum_share * all_in_reach / len(high_risk)
                part = in_reach / all_in_reach if is_relaxed else len(group) / len(high_risk)
                members = group["agent_id"].to_numpy()
                rate = rule.minimum_share * part
                quotas.append(Quota(level, str(unit), len(group), in_reach, rate, members, is_relaxed))
    return FairnessQuotas(high_risk["agent_id"].to_numpy(), tuple(quotas))


def at_high_risk(agents: pd.DataFrame) -> pd.DataFrame:
    """Select the agents whose ``risk`` is above the median."""
    return agents[agents["risk"] > agents["risk"].median()]


def offer_shares(fairness: FairnessQuotas, offered: pd.Series) -> pd.DataFrame:
    """Compare the share offered in each group with that of all agents at high risk.

    Parameters
    ----------
    fairness : FairnessQuotas
        The quotas of the groups.
    offered : Series
        The agents who are offered something.

    Returns
    -------
    DataFrame
        level, unit, in_need (agents at high risk), in_reach, offered, share, share_of_all, owed (the quota), is_kept,
        is_relaxed.
    """
    total, *counts = membership(fairness, offered).sum(axis=1).tolist()
    rows = []
    for quota, count in zip(fairness.quotas, counts, strict=True):
        minimum = quota.minimum(total)
        row = {"level": quota.level, "unit": quota.unit, "in_need": quota.high_risk, "in_reach": quota.in_reach}
        row |= {"offered": count, "share": count / quota.high_risk, "share_of_all": total / len(fairness.high_risk)}
        rows.append(row | {"owed": minimum, "is_kept": count >= minimum, "is_relaxed": quota.is_relaxed})
    return pd.DataFrame(rows, columns=COLUMNS)


def membership(fairness: FairnessQuotas, agents: pd.Series) -> np.ndarray:
    """Mark the agents at high risk (first row), and those of each group (one further row per quota)."""
    groups = [fairness.high_risk, *(quota.members for quota in fairness.quotas)]
    return np.array([agents.isin(set(group)).to_numpy() for group in groups])


def meets_quotas(fairness: FairnessQuotas, offered: np.ndarray) -> bool:
    """Tell whether every group has its quota; `offered` holds one count per row of `membership`."""
    total, *counts = offered.tolist()
    return all(count >= quota.minimum(total) for quota, count in zip(fairness.quotas, counts, strict=True))


def _in_reach(agents: pd.Series, offers: pd.DataFrame) -> int:
    """Count the agents with an offer, but no more than the capacities allow."""
    open_ = offers[offers["agent_id"].isin(agents) & (offers["capacity"] > 0) & (offers["site_capacity"] > 0)]
    by_site = open_.groupby(["intervention", "site"], dropna=False)
    places = by_site.agg(total=("capacity", "first"), at_site=("site_capacity", "first"), agents=("agent_id", "size"))
    places["filled"] = places[["at_site", "agents"]].min(axis=1)
    places = places.groupby("intervention").agg(total=("total", "first"), filled=("filled", "sum"))
    return int(min(open_["agent_id"].nunique(), places.min(axis=1).sum()))
