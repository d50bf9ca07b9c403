"""Fairness of offers: of the agents in need, each group gets its share, as far as anything is there to offer.

The rule. An agent is in need whose risk is above the median. In every group (a site, a role, a tenure band) with at
least `fewest` agents in need, the number who are offered something is at least `floor` times the group's size in need
times the share offered among all in need, rounded down to a whole agent.

Where less is in reach of a group than of all (agents with an offer that saves more than it costs, no more than the
capacities hold), the rule compares shares of those in reach instead, and says so: holding others back
until a group gets what nobody can give it would help nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

NOT_STATED = "not stated"
EXACT = 1e-9
"""Of a product that should be a whole number and is not, by rounding."""
COLUMNS = ["level", "unit", "in_need", "in_reach", "offered", "share", "share_of_all", "owed", "is_kept", "is_relaxed"]


@dataclass(frozen=True, eq=False)
class Quota:
    """What one group is owed: at least `rate` times the number offered among all in need, rounded down.

    Parameters
    ----------
    level, unit : str
        The group: ``site``, ``Foshan``.
    in_need, in_reach : int
        Agents of it in need, and those among them for whom there is something to offer.
    rate : float
        Agents of the group owed for each agent in need, anywhere, who is offered something.
    members : ndarray of str
        The group's agents in need.
    is_relaxed : bool
        Whether shares of those in reach are compared, since fewer are in reach than the rule would ask for.
    """

    level: str
    unit: str
    in_need: int
    in_reach: int
    rate: float
    members: np.ndarray
    is_relaxed: bool

    def owed(self, total: int) -> int:
        """Give how many agents of the group are owed an offer where so many in need, anywhere, are offered one."""
        return math.floor(self.rate * total + EXACT)

    @property
    def note(self) -> str:
        """Say why the rule was relaxed."""
        return (
            f"{self.level} {self.unit}: {self.in_reach} of {self.in_need} in need are in reach of an offer that saves "
            "more than it costs; the rule counts among those in reach"
        )


@dataclass(frozen=True, eq=False)
class FairnessQuotas:
    """Who is in need, and what each group of them is owed."""

    need: np.ndarray
    floors: tuple[Quota, ...]

    @property
    def notes(self) -> list[str]:
        """Say where the rule was relaxed, and why."""
        return [floor.note for floor in self.floors if floor.is_relaxed]


@dataclass(frozen=True)
class FairnessRule:
    """What is declared: groups by which columns, the fraction owed, and how few in need are not held."""

    levels: tuple[str, ...]
    floor: float
    fewest: int


def fairness_quotas(agents: pd.DataFrame, offers: pd.DataFrame, rule: FairnessRule) -> FairnessQuotas:
    """Say what each group is owed.

    Parameters
    ----------
    agents : DataFrame
        One row per agent: ``agent_id``, ``risk`` and the levels; those that are not there are passed over.
    offers : DataFrame
        What may be bought: ``agent_id``, ``intervention``, ``site``, ``capacity``, ``site_capacity``.
    rule : FairnessRule
        What is declared.
    """
    need = agents[agents["risk"] > agents["risk"].median()]
    reached = _in_reach(need["agent_id"], offers)
    found = []
    for level in (level for level in rule.levels if level in agents):
        for unit, part in need.groupby(need[level].astype(object).fillna(NOT_STATED), sort=True):
            if len(part) >= rule.fewest and reached:
                found.append(
                    _floor(level, str(unit), part["agent_id"], of=(len(need), reached), offers=offers, floor=rule.floor)
                )
    return FairnessQuotas(need["agent_id"].to_numpy(), tuple(found))


def offer_shares(told: FairnessQuotas, offered: pd.Series) -> pd.DataFrame:
    """Set the share offered in each group beside that of all in need.

    Parameters
    ----------
    told : FairnessQuotas
        What groups are owed.
    offered : Series
        The agents who are offered something.

    Returns
    -------
    DataFrame
        level, unit, in_need, in_reach, offered, share, share_of_all, owed, is_kept, is_relaxed.
    """
    total, *counts = membership(told, offered).sum(axis=1).tolist()
    rows = []
    for floor, count in zip(told.floors, counts, strict=True):
        owed = floor.owed(total)
        row = {"level": floor.level, "unit": floor.unit, "in_need": floor.in_need, "in_reach": floor.in_reach}
        row |= {"offered": count, "share": count / floor.in_need, "share_of_all": total / len(told.need), "owed": owed}
        rows.append(row | {"is_kept": count >= owed, "is_relaxed": floor.is_relaxed})
    return pd.DataFrame(rows, columns=COLUMNS)


def membership(told: FairnessQuotas, agents: pd.Series) -> np.ndarray:
    """Tell of each agent whether he is in need (the first row), and in need in each group (the others)."""
    groups = [told.need, *(floor.members for floor in told.floors)]
    return np.array([agents.isin(set(group)).to_numpy() for group in groups])


def meets_quotas(told: FairnessQuotas, offered: np.ndarray) -> bool:
    """Tell whether every group is offered what it is owed; `offered` counts as `membership` has its rows."""
    total, *counts = offered.tolist()
    return all(count >= floor.owed(total) for floor, count in zip(told.floors, counts, strict=True))


def _floor(
    level: str, unit: str, members: pd.Series, *, of: tuple[int, int], offers: pd.DataFrame, floor: float
) -> Quota:
    """Say what one group is owed, `of` so many in need and in reach; as a share of those in reach where few are."""
    needy, reached = of
    reach = _in_reach(members, offers)
    is_relaxed = reach / len(members) < floor * reached / needy
    rate = floor * (reach / reached if is_relaxed else len(members) / needy)
    return Quota(level, unit, len(members), reach, rate, members.to_numpy(), is_relaxed)


def _in_reach(agents: pd.Series, offers: pd.DataFrame) -> int:
    """Count the agents with something to buy, but no more than the capacities can hold."""
    here = offers[offers["agent_id"].isin(agents) & (offers["capacity"] > 0) & (offers["site_capacity"] > 0)]
    at_site = here.groupby(["intervention", "site"], dropna=False)
    held = at_site.agg(capacity=("capacity", "first"), places=("site_capacity", "first"), asked=("agent_id", "size"))
    held["held"] = held[["places", "asked"]].min(axis=1)
    held = held.groupby("intervention").agg(capacity=("capacity", "first"), held=("held", "sum"))
    return int(min(here["agent_id"].nunique(), held.min(axis=1).sum()))
