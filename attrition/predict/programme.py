"""Which offers to make: the most expected saving under a budget and capacities, one offer per agent; solved exactly.

    maximise    sum of saving x over the offers, each x 0 or 1
    such that   sum of cost x <= budget
                sum of x over the offers of an intervention (at a site) <= its places
                sum of x over the offers to an agent <= 1
                offered in a group >= rate of the group x offered in need - 1 + a little    (the floor, rounded down)

Making no offer at all satisfies every line, so there is always an answer. HiGHS proves it the best, or says by how much
a better one could still save.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from attrition.errors import AttritionError

if TYPE_CHECKING:
    from attrition.predict.fairness import Fairness

A_LITTLE = 1e-4
"""Above the solver's tolerance, so that rounding down never loses a whole agent."""
SOLVED, OUT_OF_TIME = 0, 1


@dataclass(frozen=True, eq=False)
class Chosen:
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


def choose(offers: pd.DataFrame, *, budget: float, fairness: Fairness | None = None, seconds: float = 60.0) -> Chosen:
    """Solve the programme.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``cost``, ``expected_saving``, ``capacity`` (of the
        intervention), ``site_capacity`` (of the intervention at the site), as `attrition.predict.offers` makes them.
    budget : float
        Most that the offers may cost together, in the currency of the costs.
    fairness : Fairness, optional
        What groups are owed; none where it is left away.
    seconds : float
        Time after which the best choice found so far is given, with the gap that is left.

    Examples
    --------
    A knapsack of 10: one offer for 6 saves 7, two for 5 save 5 each. The first is the better bargain, and a mistake.

    >>> offers = pd.DataFrame({"agent_id": ["1", "2", "3"], "intervention": "talk", "cost": [6.0, 5, 5],
    ...     "expected_saving": [7.0, 5, 5], "capacity": np.inf, "site_capacity": np.inf, "site": "Foshan"})
    >>> choose(offers, budget=10).rows.tolist()
    [1, 2]
    """
    worth = offers["expected_saving"].to_numpy(dtype=float)
    affordable = np.flatnonzero((worth > 0) & (offers["cost"].to_numpy() <= budget))
    if not len(affordable):
        return Chosen(affordable, 0.0, 0.0, 0.0, seconds)
    table = offers.iloc[affordable].reset_index(drop=True)
    taken, at_most = _solved(table, budget, fairness, seconds)
    rows = affordable[taken]
    saving, cost = float(worth[rows].sum()), float(offers["cost"].to_numpy()[rows].sum())
    return Chosen(rows, saving, cost, max(saving, at_most), seconds)


def _solved(table: pd.DataFrame, budget: float, fairness: Fairness | None, seconds: float) -> tuple[np.ndarray, float]:
    """Hand the programme to HiGHS; give the places that are taken, and the proven bound."""
    count, groups = len(table), len(fairness.floors) + 1 if fairness and fairness.floors else 0
    most, at_most = _limits(table, budget)
    lines = [LinearConstraint(_wider(most, groups), -np.inf, at_most)]
    if groups and fairness:
        lines += _fair(table, fairness)
    found = milp(
        np.concatenate([-table["expected_saving"].to_numpy(dtype=float), np.zeros(groups)]),
        constraints=lines,
        integrality=np.concatenate([np.ones(count), np.zeros(groups)]),
        bounds=Bounds(0, np.concatenate([np.ones(count), np.full(groups, np.inf)])),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    if found.status not in (SOLVED, OUT_OF_TIME):
        raise AttritionError(f"the solver gave up on {count} offers: {found.message}")
    if found.x is None:  # no offer at all is always allowed
        return np.array([], dtype=int), float(table["expected_saving"].sum())
    return np.flatnonzero(found.x[:count] > 0.5), -float(found.mip_dual_bound)


def _limits(table: pd.DataFrame, budget: float) -> tuple[sparse.csr_array, np.ndarray]:
    """Write the lines for budget, agents and capacities; those that cannot bind are left away."""
    cost = sparse.csr_array(table["cost"].to_numpy(dtype=float)[None, :])
    agents, one = _counted(table["agent_id"], pd.Series(1.0, index=table.index))
    anywhere, places = _counted(table["intervention"], table["capacity"])
    here, at_sites = _counted(_at_site(table), table["site_capacity"])
    lines = sparse.vstack([cost, agents, anywhere, here], format="csr")
    return lines, np.concatenate([[budget], one, places, at_sites])


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


def _fair(table: pd.DataFrame, fairness: Fairness) -> list[LinearConstraint]:
    """Count the offers in need, of all and of each group, in columns of their own, and compare these.

    Written out over the offers the comparison would fill the matrix, and the solver would crawl.
    """
    floors = fairness.floors
    members = [fairness.need, *(floor.members for floor in floors)]
    sums = sparse.csr_array(np.array([table["agent_id"].isin(set(group)).to_numpy(dtype=float) for group in members]))
    counted = sparse.hstack([sums, -sparse.eye_array(len(members))], format="csr")
    owed = sparse.hstack(
        [
            sparse.csr_array((len(floors), len(table))),
            sparse.csr_array(np.array([[floor.rate] for floor in floors])),
            -sparse.eye_array(len(floors)),
        ],
        format="csr",
    )
    return [LinearConstraint(counted, 0, 0), LinearConstraint(owed, -np.inf, 1 - A_LITTLE)]


def _wider(lines: sparse.csr_array, columns: int) -> sparse.csr_array:
    return sparse.hstack([lines, sparse.csr_array((lines.shape[0], columns))], format="csr") if columns else lines
