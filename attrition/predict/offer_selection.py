"""Selects the offers that save most within a budget and capacities, at most one per agent, by integer programming.

    maximise    sum of saving x over the offers, each x 0 or 1
    such that   sum of cost x <= budget
                sum of x over the offers of an intervention (at a site) <= its capacity (there)
                sum of x over the offers to an agent <= 1
                offers in a group >= rate of the group x offers at high risk - 1 + SLACK    (the quota, rounded down)

Making no offer at all satisfies every constraint, so there is always a solution. Reduced costs
(`attrition.predict.reduced_costs`) decide most offers beforehand. The solver HiGHS searches the rest, and either proves
its selection optimal or bounds how much more another one could save.
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
"""Larger than the solver's tolerance, so that a quota that is a whole number is not rounded down by one agent."""
FIRST_SEARCH = 500
"""Number of alternatives in the first search, those of least reduced cost.

The saving of its selection excludes most other alternatives from the second search, which covers all that remain.
"""
NODE_LIMITS = (500, 2000)
"""Limits of branch-and-bound nodes of the first and second search; the relative gap is then about 0.00001."""
ROUNDING = 1e-9
"""Relative floating-point error of a reduced cost."""
SHORTEST_SECONDS = 1e-9
"""Time limit that is passed when none is left, since HiGHS refuses 0."""
TOLERANCE = 1e-6
"""Largest violation at which HiGHS regards a constraint as satisfied."""


@dataclass(frozen=True, eq=False)
class Selection:
    """The selected offers, and the bound that was proven for any other selection.

    Parameters
    ----------
    positions : ndarray of int
        Positions of the selected offers in the table.
    saving, cost : float
        Sums over the selected offers.
    upper_bound : float
        No feasible selection saves more than this.
    seconds : float
        Time limit with which it was searched.
    """

    positions: np.ndarray
    saving: float
    cost: float
    upper_bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """Relative gap between the saving and its upper bound; 0 where the selection is proven optimal.

        Where nothing is saved it is the upper bound itself, an amount.
        """
        return max(0.0, self.upper_bound - self.saving) / self.saving if self.saving > 0 else max(0.0, self.upper_bound)


def select_offers(
    offers: pd.DataFrame, *, budget: float, fairness: FairnessQuotas | None = None, seconds: float = 60.0
) -> Selection:
    """Return the offers that save most together within the budget, the capacities and the quotas.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``cost``, ``expected_saving``, ``capacity`` (of the
        intervention), ``site_capacity`` (of the intervention at the site), as made by `attrition.predict.offers`.
    budget : float
        Largest total cost, in the currency of the costs.
    fairness : FairnessQuotas, optional
        Quotas of the groups; without it there are none.
    seconds : float
        Time limit, after which the best selection so far is returned.

    Examples
    --------
    A budget of 10: one offer for 6 saves 7, two for 5 save 5 each. The first has the better ratio, and is not optimal.

    >>> offers = pd.DataFrame({"agent_id": ["1", "2", "3"], "intervention": "talk", "cost": [6.0, 5, 5],
    ...     "expected_saving": [7.0, 5, 5], "capacity": np.inf, "site_capacity": np.inf, "site": "Foshan"})
    >>> select_offers(offers, budget=10).positions.tolist()
    [1, 2]
    """
    savings = offers["expected_saving"].to_numpy(dtype=float)
    affordable = np.flatnonzero((savings > 0) & (offers["cost"].to_numpy() <= budget))
    if not len(affordable):
        return Selection(affordable, 0.0, 0.0, 0.0, seconds)
    selected, upper_bound = _solve(_program(offers.iloc[affordable], budget, fairness), seconds)
    positions = affordable[selected]
    saving, cost = float(savings[positions].sum()), float(offers["cost"].to_numpy()[positions].sum())
    return Selection(positions, saving, cost, max(saving, upper_bound), seconds)


def _program(table: pd.DataFrame, budget: float, fairness: FairnessQuotas | None) -> IntegerProgram:
    """Return the program of these offers; capacities that cannot be exceeded are left out."""
    table = table.reset_index(drop=True)
    cost = sparse.csr_array(table["cost"].to_numpy(dtype=float)[None, :])
    in_total, capacities = _capacity_constraints(table["intervention"], table["capacity"])
    at_sites, site_capacities = _capacity_constraints(_intervention_at_site(table), table["site_capacity"])
    quotas = _quota_constraints(table, fairness) if fairness and fairness.quotas else sparse.csr_array((0, len(table)))
    constraints = sparse.vstack([cost, in_total, at_sites, quotas], format="csr")
    available = np.concatenate([[budget], capacities, site_capacities, np.full(quotas.shape[0], 1.0 - SLACK)])
    codes, _ = pd.factorize(table["agent_id"])
    return IntegerProgram(table["expected_saving"].to_numpy(dtype=float), codes, constraints, available)


def _solve(program: IntegerProgram, seconds: float) -> tuple[np.ndarray, float]:
    """Return the selected positions and an upper bound of any selection's saving.

    The first search covers the alternatives of least reduced cost, the second all that can be in a better selection.
    """
    deadline = time.monotonic() + seconds
    costs = reduced_costs(program)
    selected, saving, upper_bound = np.array([], dtype=int), 0.0, costs.upper_bound
    for nodes, largest_threshold in zip(NODE_LIMITS, (costs.threshold(FIRST_SEARCH), np.inf), strict=True):
        threshold = min(largest_threshold, costs.upper_bound - saving + ROUNDING * costs.upper_bound)
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
    """Return the best selection among alternatives with reduced costs up to `threshold`, and an upper bound of all."""
    is_kept = costs.offers <= threshold
    has_one_offer = np.bincount(program.agents, weights=is_kept, minlength=len(costs.no_offer)) == 1
    is_fixed = is_kept & (has_one_offer & (costs.no_offer > threshold))[program.agents]
    fixed, free = np.flatnonzero(is_fixed), np.flatnonzero(is_kept & ~is_fixed)
    fixed_saving = float(program.savings[fixed].sum())
    remaining = program.available - program.constraints[:, fixed].sum(axis=1)
    # No selection that uses an alternative above the threshold can save more than this.
    bound_of_others = costs.upper_bound - threshold
    no_offers = np.array([], dtype=int)
    if not len(free):
        is_feasible = (remaining >= -TOLERANCE).all()
        return (fixed, max(fixed_saving, bound_of_others)) if is_feasible else (no_offers, costs.upper_bound)
    solution = _milp(program, free, remaining, limits)
    # No solution was found in time, or the fixed offers exceed a constraint: no offers at all is always feasible.
    if solution.x is None:
        return no_offers, costs.upper_bound
    upper_bound = min(costs.upper_bound, max(fixed_saving - float(solution.mip_dual_bound), bound_of_others))
    return np.sort(np.concatenate([fixed, free[solution.x > 0.5]])), upper_bound


def _milp(program: IntegerProgram, free: np.ndarray, remaining: np.ndarray, limits: dict[str, float]) -> OptimizeResult:
    """Solve the program of the free offers, with what the fixed offers leave of each resource."""
    one_per_agent, ones = _capacity_constraints(pd.Series(program.agents[free]), pd.Series(1.0, index=range(len(free))))
    with solver_output_discarded():
        return milp(
            -program.savings[free],
            constraints=[
                LinearConstraint(program.constraints[:, free], -np.inf, remaining),
                LinearConstraint(one_per_agent, -np.inf, ones),
            ],
            integrality=np.ones(len(free)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0} | limits,
        )


def _intervention_at_site(table: pd.DataFrame) -> pd.Series:
    """Return a code of each row's pair of intervention and site."""
    return pd.Series(table.groupby(["intervention", "site"], dropna=False).ngroup().to_numpy(), index=table.index)


def _capacity_constraints(names: pd.Series, capacity: pd.Series) -> tuple[sparse.csr_array, np.ndarray]:
    """Return one constraint per name that has more offers than capacity: the sum of its offers, and the capacity."""
    codes, _ = pd.factorize(names)
    capacities = capacity.groupby(codes).first().to_numpy(dtype=float)
    binding = np.flatnonzero(np.bincount(codes) > capacities)
    row_of_code = np.full(len(capacities), -1)
    row_of_code[binding] = np.arange(len(binding))
    columns = np.flatnonzero(row_of_code[codes] >= 0)
    coefficients = (np.ones(len(columns)), (row_of_code[codes[columns]], columns))
    return sparse.csr_array(coefficients, shape=(len(binding), len(codes))), capacities[binding]


def _quota_constraints(table: pd.DataFrame, fairness: FairnessQuotas) -> sparse.csr_array:
    """Return one constraint per quota: its rate times all offers to agents at high risk, minus those to the group."""
    high_risk, *groups = membership(fairness, table["agent_id"]).astype(float)
    pairs = zip(fairness.quotas, groups, strict=True)
    return sparse.csr_array([quota.rate * high_risk - group for quota, group in pairs])
