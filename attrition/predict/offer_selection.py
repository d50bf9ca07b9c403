"""Selects offers with the most expected saving under a budget and capacities, one per agent: integer programming.

    maximise    sum of saving x over the offers, each x 0 or 1
    such that   sum of cost x <= budget
                sum of x over the offers of an intervention (at a site) <= its places
                sum of x over the offers to an agent <= 1
                offers in a group >= rate of the group x offers at high risk - 1 + SLACK    (the quota, rounded down)

Making no offer at all satisfies every constraint, so there is always a solution. Most offers are fixed beforehand by
`attrition.predict.reduced_costs`; HiGHS searches the rest, and proves its selection optimal or gives the gap that is
left.
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
from attrition.predict.solver_output import solver_output_discarded

if TYPE_CHECKING:
    from attrition.predict.fairness import FairnessQuotas

SLACK = 1e-4
"""Above the solver's tolerance, so that rounding a quota down never loses a whole agent."""
FIRST_SEARCH = 500
"""Alternatives of the first search, those of least reduced cost; its result narrows the second, which proves it."""
NODE_LIMITS = (500, 2000)
"""Nodes of the first and second search; the gap after the second is about a hundred-thousandth."""
ROUNDING = 1e-9
"""Relative floating-point error of a reduced cost."""
SHORTEST_SECONDS = 1e-9
TOLERANCE = 1e-6
"""Violation up to which HiGHS takes a constraint as satisfied."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The selected offers, and what was proven about them.

    Parameters
    ----------
    rows : ndarray of int
        Positions in the table of offers.
    saving, cost : float
        Sums over them.
    upper_bound : float
        No feasible selection saves more than this.
    seconds : float
        Time limit of the solver.
    """

    rows: np.ndarray
    saving: float
    cost: float
    upper_bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Relative gap between the saving and its upper bound; 0 where the selection is proven optimal."""
        return max(0.0, self.upper_bound - self.saving) / self.saving if self.saving > 0 else max(0.0, self.upper_bound)


def select_offers(
    offers: pd.DataFrame, *, budget: float, fairness: FairnessQuotas | None = None, seconds: float = 60.0
) -> Selection:
    """Solve the integer program.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``cost``, ``expected_saving``, ``capacity`` (of the
        intervention), ``site_capacity`` (of the intervention at the site), as made by `attrition.predict.offers`.
    budget : float
        Most that the offers may cost together, in the currency of the costs.
    fairness : FairnessQuotas, optional
        Quotas of the groups; without it there are none.
    seconds : float
        Time limit, after which the best selection so far is returned with the gap that is left.

    Examples
    --------
    A budget of 10: one offer for 6 saves 7, two for 5 save 5 each. The first has the better ratio, and is not optimal.

    >>> offers = pd.DataFrame({"agent_id": ["1", "2", "3"], "intervention": "talk", "cost": [6.0, 5, 5],
    ...     "expected_saving": [7.0, 5, 5], "capacity": np.inf, "site_capacity": np.inf, "site": "Foshan"})
    >>> select_offers(offers, budget=10).rows.tolist()
    [1, 2]
    """
    savings = offers["expected_saving"].to_numpy(dtype=float)
    affordable = np.flatnonzero((savings > 0) & (offers["cost"].to_numpy() <= budget))
    if not len(affordable):
        return Selection(affordable, 0.0, 0.0, 0.0, seconds)
    selected, upper_bound = _solve(_program(offers.iloc[affordable], budget, fairness), seconds)
    rows = affordable[selected]
    saving, cost = float(savings[rows].sum()), float(offers["cost"].to_numpy()[rows].sum())
    return Selection(rows, saving, cost, max(saving, upper_bound), seconds)


def _program(table: pd.DataFrame, budget: float, fairness: FairnessQuotas | None) -> IntegerProgram:
    """Write the constraints for budget, places and quotas; those that cannot bind are left out."""
    table = table.reset_index(drop=True)
    cost = sparse.csr_array(table["cost"].to_numpy(dtype=float)[None, :])
    in_total, places = _place_constraints(table["intervention"], table["capacity"])
    at_sites, site_places = _place_constraints(_intervention_at_site(table), table["site_capacity"])
    quotas = _quota_constraints(table, fairness) if fairness and fairness.quotas else sparse.csr_array((0, len(table)))
    constraints = sparse.vstack([cost, in_total, at_sites, quotas], format="csr")
    available = np.concatenate([[budget], places, site_places, np.full(quotas.shape[0], 1.0 - SLACK)])
    codes, _ = pd.factorize(table["agent_id"])
    return IntegerProgram(table["expected_saving"].to_numpy(dtype=float), codes, constraints, available)


def _solve(program: IntegerProgram, seconds: float) -> tuple[np.ndarray, float]:
    """Search among the alternatives of least reduced cost, then among all that can be part of a better selection."""
    deadline = time.monotonic() + seconds
    costs = reduced_costs(program)
    selected, saving, upper_bound = np.array([], dtype=int), 0.0, costs.upper_bound
    for nodes, nearest in zip(NODE_LIMITS, (costs.threshold(FIRST_SEARCH), np.inf), strict=True):
        threshold = min(nearest, costs.upper_bound - saving + ROUNDING * costs.upper_bound)
        limits = {"node_limit": nodes, "time_limit": max(SHORTEST_SECONDS, deadline - time.monotonic())}
        candidate, bound = _search(program, costs, threshold, limits)
        upper_bound = min(upper_bound, bound)
        if (candidate_saving := float(program.savings[candidate].sum())) > saving:
            selected, saving = candidate, candidate_saving
        if upper_bound - saving <= ROUNDING * upper_bound:
            break
    return selected, upper_bound


def _search(
    program: IntegerProgram, costs: ReducedCosts, threshold: float, limits: dict[str, float]
) -> tuple[np.ndarray, float]:
    """Search the alternatives with reduced costs up to `threshold`; give the selection and an upper bound of all."""
    is_kept = costs.offers <= threshold
    has_one = np.bincount(program.agents, weights=is_kept, minlength=len(costs.no_offer)) == 1
    is_fixed = is_kept & (has_one & (costs.no_offer > threshold))[program.agents]
    fixed, free = np.flatnonzero(is_fixed), np.flatnonzero(is_kept & ~is_fixed)
    fixed_saving = float(program.savings[fixed].sum())
    remaining = program.available - program.constraints[:, fixed].sum(axis=1)
    bound_without = costs.upper_bound - threshold  # of selections with any alternative that was left out
    nothing = np.array([], dtype=int)
    if not len(free):
        is_feasible = (remaining >= -TOLERANCE).all()
        return (fixed, max(fixed_saving, bound_without)) if is_feasible else (nothing, costs.upper_bound)
    solution = _milp(program, free, remaining, limits)
    if solution.x is None:  # none in time, or the fixed offers are infeasible together; no offer always is feasible
        return nothing, costs.upper_bound
    upper_bound = min(costs.upper_bound, max(fixed_saving - float(solution.mip_dual_bound), bound_without))
    return np.sort(np.concatenate([fixed, free[solution.x > 0.5]])), upper_bound


def _milp(program: IntegerProgram, free: np.ndarray, remaining: np.ndarray, limits: dict[str, float]) -> OptimizeResult:
    """Solve for the free offers, with what the fixed ones have left."""
    one_each, ones = _place_constraints(pd.Series(program.agents[free]), pd.Series(1.0, index=range(len(free))))
    with solver_output_discarded():
        return milp(
            -program.savings[free],
            constraints=[
                LinearConstraint(program.constraints[:, free], -np.inf, remaining),
                LinearConstraint(one_each, -np.inf, ones),
            ],
            integrality=np.ones(len(free)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0} | limits,
        )


def _intervention_at_site(table: pd.DataFrame) -> pd.Series:
    return pd.Series(table.groupby(["intervention", "site"], dropna=False).ngroup().to_numpy(), index=table.index)


def _place_constraints(names: pd.Series, capacity: pd.Series) -> tuple[sparse.csr_array, np.ndarray]:
    """Write one constraint per name, the sum of its offers, for names that have more offers than places."""
    codes, _ = pd.factorize(names)
    places = capacity.groupby(codes).first().to_numpy(dtype=float)
    binding = np.flatnonzero(np.bincount(codes) > places)
    row = np.full(len(places), -1)
    row[binding] = np.arange(len(binding))
    columns = np.flatnonzero(row[codes] >= 0)
    shape = (len(binding), len(codes))
    return sparse.csr_array((np.ones(len(columns)), (row[codes[columns]], columns)), shape=shape), places[binding]


def _quota_constraints(table: pd.DataFrame, fairness: FairnessQuotas) -> sparse.csr_array:
    """Write one constraint per group: its rate of all offers at high risk, less the offers in the group."""
    high_risk, *groups = membership(fairness, table["agent_id"]).astype(float)
    pairs = zip(fairness.quotas, groups, strict=True)
    return sparse.csr_array([quota.rate * high_risk - group for quota, group in pairs])
