"""Quotas of offers: the smallest number of agents at high risk in each group who must be offered an intervention.

The rule of fairness. Agents are at high risk if their risk is above the median. In each group (a site, a role, a
tenure band) with at least `minimum_group_size` agents at high risk, the number of those who are offered something is at
least `minimum_share` times their number times the share offered among all agents at high risk, rounded down.

Some groups cannot reach that number. An agent is "in reach" if there is an offer for them that saves more than it
costs; of these, no more count than the capacities of the interventions allow. Where a group has too few agents in
reach, its quota is computed from the agents in reach instead (the quota is "relaxed"), and a note says so: offering
less to other groups would not help this one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.message import Message

if TYPE_CHECKING:
    from attrition.predict.fairness_rule import FairnessRule

NOT_STATED = "not stated"
ROUNDING = 1e-9
"""Added before rounding down, so that a product such as 2.9999999999 counts as 3."""
QUOTA_NOTE = Message(
    "{level} {unit}: {in_reach} of {high_risk} at high risk are in reach of an offer that saves more than it costs; "
    "the rule counts among those in reach"
)
"""Why the quota of a group was relaxed."""
COLUMNS = ["level", "unit", "in_need", "in_reach", "offered", "share", "share_of_all", "owed", "is_kept", "is_relaxed"]


@dataclass(frozen=True, eq=False)
class Quota:
    """The smallest number of offers to one group: `rate` times the offers to all agents at high risk, rounded down.

    Parameters
    ----------
    level, unit : str
        The grouping and the group, such as ``site`` and ``Foshan``.
    high_risk, in_reach : int
        Number of its agents at high risk, and of those among them who are in reach of an offer.
    rate : float
        Offers due to the group per agent at high risk, of any group, who is offered something.
    members : ndarray of str
        Ids of the group's agents at high risk.
    is_relaxed : bool
        Whether the quota is computed from the agents in reach, since too few are.
    """

    level: str
    unit: str
    high_risk: int
    in_reach: int
    rate: float
    members: np.ndarray
    is_relaxed: bool

    def minimum_offers(self, total_offered: int) -> int:
        """Return the smallest number of offers to the group if `total_offered` agents at high risk are offered one."""
        return math.floor(self.rate * total_offered + ROUNDING)

    @property
    def note(self) -> str:
        """Why the quota was relaxed, as a sentence."""
        return QUOTA_NOTE.format(**vars(self))


@dataclass(frozen=True, eq=False)
class FairnessQuotas:
    """The ids of all agents at high risk, and the quota of each group of them."""

    high_risk: np.ndarray
    quotas: tuple[Quota, ...]

    @property
    def notes(self) -> list[str]:
        """One sentence for each quota that was relaxed, with the reason."""
        return [quota.note for quota in self.quotas if quota.is_relaxed]


def fairness_quotas(agents: pd.DataFrame, offers: pd.DataFrame, rule: FairnessRule) -> FairnessQuotas:
    """Return the quota of each group with enough agents at high risk; none where nobody at high risk is in reach.

    Parameters
    ----------
    agents : DataFrame
        One row per agent: ``agent_id``, ``risk`` and the columns `rule.levels`; those that are absent are left out.
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
                group_share = in_reach / all_in_reach if is_relaxed else len(group) / len(high_risk)
                members = group["agent_id"].to_numpy()
                rate = rule.minimum_share * group_share
                quotas.append(Quota(level, str(unit), len(group), in_reach, rate, members, is_relaxed))
    return FairnessQuotas(high_risk["agent_id"].to_numpy(), tuple(quotas))


def at_high_risk(agents: pd.DataFrame) -> pd.DataFrame:
    """Return the agents whose ``risk`` is above the median of all agents."""
    return agents[agents["risk"] > agents["risk"].median()]


def offer_shares(fairness: FairnessQuotas, offered: pd.Series) -> pd.DataFrame:
    """Return the share offered in each group that has a quota, beside that of all agents at high risk.

    Parameters
    ----------
    fairness : FairnessQuotas
        The quotas of the groups.
    offered : Series
        The agents who are offered something.

    Returns
    -------
    DataFrame
        level and unit (the group), in_need (its agents at high risk), in_reach, offered (numbers of agents), share
        (offered / in_need), share_of_all (the same over all agents at high risk), owed (the quota, in agents), is_kept
        (whether the quota is met), is_relaxed.
    """
    total, *counts = membership(fairness, offered).sum(axis=1).tolist()
    rows = []
    for quota, count in zip(fairness.quotas, counts, strict=True):
        minimum = quota.minimum_offers(total)
        row = {"level": quota.level, "unit": quota.unit, "in_need": quota.high_risk, "in_reach": quota.in_reach}
        row |= {"offered": count, "share": count / quota.high_risk, "share_of_all": total / len(fairness.high_risk)}
        rows.append(row | {"owed": minimum, "is_kept": count >= minimum, "is_relaxed": quota.is_relaxed})
    return pd.DataFrame(rows, columns=COLUMNS)


def membership(fairness: FairnessQuotas, agents: pd.Series) -> np.ndarray:
    """Return masks of `agents`: who is at high risk (first row), and who is in each quota's group (further rows)."""
    groups = [fairness.high_risk, *(quota.members for quota in fairness.quotas)]
    return np.array([agents.isin(set(group)).to_numpy() for group in groups])


def meets_quotas(fairness: FairnessQuotas, offered: np.ndarray) -> bool:
    """Return whether every quota is met; `offered` holds the number of offers per row of `membership`."""
    total, *counts = offered.tolist()
    return all(count >= quota.minimum_offers(total) for quota, count in zip(fairness.quotas, counts, strict=True))


def _in_reach(agents: pd.Series, offers: pd.DataFrame) -> int:
    """Return the number of these agents who have an offer, but no more than the capacities allow."""
    available = offers[offers["agent_id"].isin(agents) & (offers["capacity"] > 0) & (offers["site_capacity"] > 0)]
    by_site = available.groupby(["intervention", "site"], dropna=False)
    sites = by_site.agg(capacity=("capacity", "first"), at_site=("site_capacity", "first"), agents=("agent_id", "size"))
    sites["reachable"] = sites[["at_site", "agents"]].min(axis=1)
    interventions = sites.groupby("intervention").agg(capacity=("capacity", "first"), reachable=("reachable", "sum"))
    return int(min(available["agent_id"].nunique(), interventions.min(axis=1).sum()))
