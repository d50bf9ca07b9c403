"""Reduced-cost fixing: finds the alternatives that can be part of an optimal selection of offers.

An alternative is one of an agent's offers, or no offer. With a price on every constraint (the budget, capacities,
quotas) each agent can be considered alone: an offer is worth its saving minus the prices of the resources it uses, and
no offer is worth 0. The sum over agents of their best alternative, plus the prices times the available amounts, is an
upper bound of what any feasible selection saves, whatever the prices (Lagrangian relaxation; the tightest bound comes
from the duals of the linear program).

The reduced cost of an alternative is how much less it is worth than the best one of its agent. If it exceeds the gap
between the upper bound and the saving of a known selection, no better selection contains the alternative, and it can be
dropped (Geoffrion 1974, Lagrangean relaxation for integer programming).
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
    """Maximise ``savings @ x``, each x 0 or 1, with at most one x per agent and ``constraints @ x <= available``.

    Parameters
    ----------
    savings : ndarray of shape (n,)
        Saving of each offer.
    agents : ndarray of int, shape (n,)
        The agent of each offer, counted from 0.
    constraints : sparse array of shape (m, n)
        Amount of each resource (budget, capacity, quota) that an offer uses.
    available : ndarray of shape (m,)
        Available amount of each resource.
    """

    savings: np.ndarray
    agents: np.ndarray
    constraints: sparse.csr_array
    available: np.ndarray


@dataclass(frozen=True, eq=False)
class ReducedCosts:
    """The reduced cost of every alternative, and an upper bound of what any selection saves.

    Parameters
    ----------
    upper_bound : float
        No feasible selection saves more.
    offers : ndarray of shape (n,)
        Reduced cost of each offer.
    no_offer : ndarray of shape (agents,)
        Reduced cost of making each agent no offer.
    """

    upper_bound: float
    offers: np.ndarray
    no_offer: np.ndarray

    def threshold(self, count: int) -> float:
        """Return the reduced cost up to which there are `count` alternatives beside each agent's best.

        It is infinite where there are fewer.
        """
        costs = np.concatenate([self.offers, self.no_offer])
        position = len(self.no_offer) + count
        return float(np.partition(costs, position)[position]) if position < len(costs) else np.inf


def reduced_costs(program: IntegerProgram) -> ReducedCosts:
    """Return the reduced cost of each alternative at the prices of the linear program.

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
    """Return the duals of the constraints in the linear program, with negative rounding errors set to 0.

    Any non-negative prices would give a valid bound.
    """
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
        raise AttritionError(
            "the solver did not find prices for {offers} offers: {message}", offers=len(codes), message=solution.message
        )
    return np.maximum(-solution.ineqlin.marginals[: len(program.available)], 0.0)
