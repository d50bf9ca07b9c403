"""Which offers to make: the most expected saving under a budget and capacities, one offer per agent; solved exactly.

    maximise    sum of saving x over the offers, each x 0 or 1
    such that   sum of cost x <= budget
                sum of x over the offers of an intervention (at a site) <= its places
                sum of x over the offers to an agent <= 1
                offered in a group >= rate of the group x offered in need - 1 + a little    (the floor, rounded down)

Making no offer at all satisfies every line, so there is always an answer. Most offers are settled beforehand by
`attrition.predict.reduced_costs`; HiGHS searches the rest, and proves its choice the best or says by how much a better
one could still save.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from attrition.predict.fairness import membership
from attrition.predict.reduced_costs import IntegerProgram, ReducedCosts, reduced_costs

if TYPE_CHECKING:
    from attrition.predict.fairness import FairnessQuotas

A_LITTLE = 1e-4
"""Above the solver's tolerance, so that rounding down never loses a whole agent."""
FIRST_SEARCH = 500
"""Alternatives of the first search, those that lose least; what it finds narrows the second, which is to prove it."""
NODE_LIMITS = (500, 2000)
"""Nodes of the first and second search; what the second leaves open is about a hundred-thousandth."""
ROUNDING = 1e-9
"""Of the bound, by which a loss may be off."""
A_MOMENT = 1e-9
TOLERANCE = 1e-6
"""By which HiGHS takes a line for kept."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The offers that are made, as places in the table, and what was proven of them.

    Parameters
    ----------
    rows : ndarray of int
        Positions in the table of offers.
    saving, cost : float
        Sums over them.
    at_most : float
        No choice that keeps every line saves more than this.
    seconds : float
        What the solver was allowed at most.
    """

    rows: np.ndarray
    saving: float
    cost: float
    at_most: float
    seconds: float

    @property
    def gap(self) -> float:
        """Give by what share a better choice could still save more; 0 where it is proven the best."""
        return max(0.0, self.at_most - self.saving) / self.saving if self.saving > 0 else max(0.0, self.at_most)


def select_offers(
    offers: pd.DataFrame, *, budget: float, fairness: FairnessQuotas | None = None, seconds: float = 60.0
) -> Selection:
    """Solve the programme.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``cost``, ``expected_saving``, ``capacity`` (of the
        intervention), ``site_capacity`` (of the intervention at the site), as `attrition.predict.offers` makes them.
    budget : float
        Most that the offers may cost together, in the currency of the costs.
    fairness : FairnessQuotas, optional
        What groups are owed; none where it is left away.
    seconds : float
        Time after which the best choice found so far is given, with the gap that is left.

    Examples
    --------
    A knapsack of 10: one offer for 6 saves 7, two for 5 save 5 each. The first is the better bargain, and a mistake.

    >>> offers = pd.DataFrame({"agent_id": ["1", "2", "3"], "intervention": "talk", "cost": [6.0, 5, 5],
    ...     "expected_saving": [7.0, 5, 5], "capacity": np.inf, "site_capacity": np.inf, "site": "Foshan"})
    >>> select_offers(offers, budget=10).rows.tolist()
    [1, 2]
    """
    worth = offers["expected_saving"].to_numpy(dtype=float)
    affordable = np.flatnonzero((worth > 0) & (offers["cost"].to_numpy() <= budget))
    if not len(affordable):
        return Selection(affordable, 0.0, 0.0, 0.0, seconds)
    taken, at_most = _solved(_programme(offers.iloc[affordable], budget, fairness), seconds)
    rows = affordable[taken]
    saving, cost = float(worth[rows].sum()), float(offers["cost"].to_numpy()[rows].sum())
    return Selection(rows, saving, cost, max(saving, at_most), seconds)


def _programme(table: pd.DataFrame, budget: float, fairness: FairnessQuotas | None) -> IntegerProgram:
    """Write the lines for budget, places and floors; those that cannot bind are left away."""
    table = table.reset_index(drop=True)
    cost = sparse.csr_array(table["cost"].to_numpy(dtype=float)[None, :])
    anywhere, places = _counted(table["intervention"], table["capacity"])
    here, at_sites = _counted(_at_site(table), table["site_capacity"])
    floors = _floors(table, fairness) if fairness and fairness.floors else sparse.csr_array((0, len(table)))
    lines = sparse.vstack([cost, anywhere, here, floors], format="csr")
    most = np.concatenate([[budget], places, at_sites, np.full(floors.shape[0], 1.0 - A_LITTLE)])
    codes, _ = pd.factorize(table["agent_id"])
    return IntegerProgram(table["expected_saving"].to_numpy(dtype=float), codes, lines, most)


def _solved(programme: IntegerProgram, seconds: float) -> tuple[np.ndarray, float]:
    """Search among the alternatives that lose least, then among all that can be part of something better still."""
    until = time.monotonic() + seconds
    bound = reduced_costs(programme)
    taken, saving, at_most = np.array([], dtype=int), 0.0, bound.at_most
    for nodes, near in zip(NODE_LIMITS, (bound.nth(FIRST_SEARCH), np.inf), strict=True):
        reach = min(near, bound.at_most - saving + ROUNDING * bound.at_most)
        limits = {"node_limit": nodes, "time_limit": max(A_MOMENT, until - time.monotonic())}
        found, ceiling = _searched(programme, bound, reach, limits)
        at_most = min(at_most, ceiling)
        if (worth := float(programme.worth[found].sum())) > saving:
            taken, saving = found, worth
        if at_most - saving <= ROUNDING * at_most:
            break
    return taken, at_most


def _searched(
    programme: IntegerProgram, bound: ReducedCosts, reach: float, limits: dict[str, float]
) -> tuple[np.ndarray, float]:
    """Hand HiGHS the alternatives that lose no more than `reach`; give the offers taken, and what none can exceed."""
    is_kept = bound.of_offer <= reach
    has_one = np.bincount(programme.agents, weights=is_kept, minlength=len(bound.of_nothing)) == 1
    is_made = is_kept & (has_one & (bound.of_nothing > reach))[programme.agents]
    made, open_ = np.flatnonzero(is_made), np.flatnonzero(is_kept & ~is_made)
    sure = float(programme.worth[made].sum())
    left = programme.most - programme.lines[:, made].sum(axis=1)
    beyond = bound.at_most - reach  # what a choice with anything that was left away can save
    if not len(open_):
        return (made, max(sure, beyond)) if (left >= -TOLERANCE).all() else (np.array([], dtype=int), bound.at_most)
    found = _milp(programme, open_, left, limits)
    if found.x is None:  # none was found in time, or what loses least does not go together; no offer always does
        return np.array([], dtype=int), bound.at_most
    at_most = min(bound.at_most, max(sure - float(found.mip_dual_bound), beyond))
    return np.sort(np.concatenate([made, open_[found.x > 0.5]])), at_most


def _milp(programme: IntegerProgram, open_: np.ndarray, left: np.ndarray, limits: dict[str, float]) -> OptimizeResult:
    """Solve what is open, with what the offers that are made have left."""
    one, places = _counted(pd.Series(programme.agents[open_]), pd.Series(1.0, index=range(len(open_))))
    return milp(
        -programme.worth[open_],
        constraints=[
            LinearConstraint(programme.lines[:, open_], -np.inf, left),
            LinearConstraint(one, -np.inf, places),
        ],
        integrality=np.ones(len(open_)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0} | limits,
    )


def _at_site(table: pd.DataFrame) -> pd.Series:
    return pd.Series(table.groupby(["intervention", "site"], dropna=False).ngroup().to_numpy(), index=table.index)


def _counted(names: pd.Series, most: pd.Series) -> tuple[sparse.csr_array, np.ndarray]:
    """Write one line per name, the sum of its offers, for names that have more offers than places."""
    codes, _ = pd.factorize(names)
    places = most.groupby(codes).first().to_numpy(dtype=float)
    binding = np.flatnonzero(np.bincount(codes) > places)
    line = np.full(len(places), -1)
    line[binding] = np.arange(len(binding))
    columns = np.flatnonzero(line[codes] >= 0)
    shape = (len(binding), len(codes))
    return sparse.csr_array((np.ones(len(columns)), (line[codes[columns]], columns)), shape=shape), places[binding]


def _floors(table: pd.DataFrame, fairness: FairnessQuotas) -> sparse.csr_array:
    """Write one line per group: its rate of all that are offered in need, less those offered in it."""
    needy, *groups = membership(fairness, table["agent_id"]).astype(float)
    return sparse.csr_array([floor.rate * needy - group for floor, group in zip(fairness.floors, groups, strict=True)])
