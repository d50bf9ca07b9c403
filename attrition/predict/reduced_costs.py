"""What scarce money and places are worth, and how much each alternative of an agent loses against them.

With a price on every scarce line (the budget, places, floors) each agent can be looked at alone: an offer brings its
saving less the prices of what it takes up, no offer brings nothing. The best of these, summed over agents, and the
prices of all that there is to take up, are a bound that no choice exceeds, whatever the prices (Lagrangian
relaxation; the best prices are the duals of the linear programme). An alternative that brings less than its agent's
best by more than the bound lies above a known choice is part of no better choice: it can be left away without losing
anything (Geoffrion 1974, Lagrangean relaxation for integer programming).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from attrition.errors import AttritionError


@dataclass(frozen=True, eq=False)
class IntegerProgram:
    """Maximise worth x, each x 0 or 1, with at most one x of an agent, and lines x <= most.

    Parameters
    ----------
    worth : ndarray of shape (n,)
        What each offer saves.
    agents : ndarray of int, shape (n,)
        Whose offer it is, counted from 0.
    lines : sparse array of shape (m, n)
        What an offer takes up of each scarce thing.
    most : ndarray of shape (m,)
        How much of it there is.
    """

    worth: np.ndarray
    agents: np.ndarray
    lines: sparse.csr_array
    most: np.ndarray


@dataclass(frozen=True, eq=False)
class ReducedCosts:
    """The bound, and what each alternative loses against the best of its agent.

    Parameters
    ----------
    at_most : float
        No choice saves more.
    of_offer : ndarray of shape (n,)
        Of each offer.
    of_nothing : ndarray of shape (agents,)
        Of making an agent no offer.
    """

    at_most: float
    of_offer: np.ndarray
    of_nothing: np.ndarray

    def nth(self, count: int) -> float:
        """Give the loss up to which there are about `count` alternatives beside each agent's best."""
        losses = np.concatenate([self.of_offer, self.of_nothing])
        place = len(self.of_nothing) + count
        return float(np.partition(losses, place)[place]) if place < len(losses) else np.inf


def reduced_costs(programme: IntegerProgram) -> ReducedCosts:
    """Price the lines, and give what each alternative loses.

    Examples
    --------
    Money for one of two offers that cost 10: a unit of it is worth 0.5, the second offer's saving by its cost, or more.

    >>> cost = sparse.csr_array([[10.0, 10.0]])
    >>> bound = reduced_costs(IntegerProgram(np.array([9.0, 5.0]), np.array([0, 1]), cost, np.array([10.0])))
    >>> bound.at_most, (bound.of_offer[1] + bound.of_nothing[0]).round(9).item()
    (9.0, 4.0)
    """
    prices = _prices(programme)
    own = programme.worth - programme.lines.T @ prices
    best = np.zeros(programme.agents.max() + 1)
    np.maximum.at(best, programme.agents, own)
    at_most = float(prices @ programme.most + best.sum())
    return ReducedCosts(at_most, best[programme.agents] - own, best)


def _prices(programme: IntegerProgram) -> np.ndarray:
    """Solve the linear programme for the duals of the lines; any that are not negative would give a valid bound."""
    codes = programme.agents
    one = sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes)))))
    found = linprog(
        -programme.worth,
        A_ub=sparse.vstack([programme.lines, one], format="csr"),
        b_ub=np.concatenate([programme.most, np.ones(one.shape[0])]),
        bounds=(0, 1),
        method="highs",
    )
    if found.status != 0:
        raise AttritionError(f"the solver gave up on the prices of {len(codes)} offers: {found.message}")
    return np.maximum(-found.ineqlin.marginals[: len(programme.most)], 0.0)
