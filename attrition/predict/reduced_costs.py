"""Shadow prices of the constraints, the reduced cost of every alternative, and an upper bound of all selections.

With a price on every constraint (the budget, places, quotas) each agent can be looked at alone: an offer is worth its
saving less the prices of what it uses, no offer is worth nothing. The best of these, summed over agents, plus the
prices times what is available, is an upper bound of every feasible selection, whatever the prices (Lagrangian
relaxation; the best prices are the duals of the linear program). An alternative whose reduced cost, the distance to its
agent's best, exceeds the gap between the bound and a known selection is part of no better selection and can be dropped
without loss (reduced-cost fixing; Geoffrion 1974, Lagrangean relaxation for integer programming).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from attrition.errors import AttritionError
from attrition.predict.solver_output import solver_output_discarded


@dataclass(frozen=True, eq=False)
class IntegerProgram:
    """Maximise savings x, each x 0 or 1, with at most one x per agent, and constraints x <= available.

    Parameters
    ----------
    savings : ndarray of shape (n,)
        What each offer saves.
    agents : ndarray of int, shape (n,)
        The agent of each offer, counted from 0.
    constraints : sparse array of shape (m, n)
        How much of each scarce resource an offer uses.
    available : ndarray of shape (m,)
        How much of each there is.
    """

    savings: np.ndarray
    agents: np.ndarray
    constraints: sparse.csr_array
    available: np.ndarray


@dataclass(frozen=True, eq=False)
class ReducedCosts:
    """The upper bound, and by how much each alternative is worth less than the best of its agent.

    Parameters
    ----------
    upper_bound : float
        No feasible selection saves more.
    offers : ndarray of shape (n,)
        Of each offer.
    no_offer : ndarray of shape (agents,)
        Of making an agent no offer.
    """

    upper_bound: float
    offers: np.ndarray
    no_offer: np.ndarray

    def threshold(self, count: int) -> float:
        """Give the reduced cost up to which there are about `count` alternatives beside each agent's best."""
        costs = np.concatenate([self.offers, self.no_offer])
        place = len(self.no_offer) + count
        return float(np.partition(costs, place)[place]) if place < len(costs) else np.inf


def reduced_costs(program: IntegerProgram) -> ReducedCosts:
    """Price the constraints, and give the reduced cost of each alternative.

    Examples
    --------
    A budget of 10 for one of two offers that cost 10. One unit of money is worth between 0.5, the second offer's saving
    per unit, and 0.9.

    >>> cost = sparse.csr_array([[10.0, 10.0]])
    >>> bound = reduced_costs(IntegerProgram(np.array([9.0, 5.0]), np.array([0, 1]), cost, np.array([10.0])))
    >>> bound.upper_bound, (bound.offers[1] + bound.no_offer[0]).round(9).item()
    (9.0, 4.0)
    """
    prices = _shadow_prices(program)
    worth = program.savings - program.constraints.T @ prices
    best = np.zeros(program.agents.max() + 1)
    np.maximum.at(best, program.agents, worth)
    upper_bound = float(prices @ program.available + best.sum())
    return ReducedCosts(upper_bound, best[program.agents] - worth, best)


def _shadow_prices(program: IntegerProgram) -> np.ndarray:
    """Solve the linear program for the duals of the constraints; any non-negative prices would give a valid bound."""
    codes = program.agents
    one_each = sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))))
    with solver_output_discarded():
        solution = linprog(
            -program.savings,
            A_ub=sparse.vstack([program.constraints, one_each], format="csr"),
            b_ub=np.concatenate([program.available, np.ones(one_each.shape[0])]),
            bounds=(0, 1),
            method="highs",
        )
    if solution.status != 0:
        raise AttritionError(f"the solver did not find prices for {len(codes)} offers: {solution.message}")
    return np.maximum(-solution.ineqlin.marginals[: len(program.available)], 0.0)
