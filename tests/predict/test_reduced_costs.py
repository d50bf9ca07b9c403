from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import sparse

from attrition.predict.reduced_costs import IntegerProgram, reduced_costs


def random_program(seed):
    """Return a program of nine random offers to four agents, with a budget and a capacity of two for the first five."""
    rng = np.random.default_rng(seed)
    agents = np.concatenate([np.arange(4), rng.integers(0, 4, 5)])
    cost = rng.integers(1, 20, 9).astype(float)
    constraints = sparse.csr_array(np.array([cost, np.arange(9) < 5]))
    return IntegerProgram(rng.uniform(1, 30, 9), agents, constraints, np.array([25.0, 2.0]))


def feasible_selections(program):
    """Yield the positions and the saving of every feasible selection."""
    for is_selected in itertools.product([False, True], repeat=len(program.savings)):
        rows = np.flatnonzero(is_selected)
        is_feasible = (program.constraints[:, rows].sum(axis=1) <= program.available).all()
        if is_feasible and len(set(program.agents[rows])) == len(rows):
            yield rows, program.savings[rows].sum()


@pytest.mark.parametrize("seed", range(20))
def test_no_selection_exceeds_the_bound_less_its_reduced_costs(seed):
    program = random_program(seed)
    costs = reduced_costs(program)
    for rows, saving in feasible_selections(program):
        without = np.setdiff1d(np.arange(len(costs.no_offer)), program.agents[rows])
        total = costs.offers[rows].sum() + costs.no_offer[without].sum()
        assert saving <= costs.upper_bound - total + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_reduced_costs_are_not_negative_and_that_of_an_agents_best_alternative_is_zero(seed):
    program = random_program(seed)
    costs = reduced_costs(program)
    minimum = costs.no_offer.copy()
    np.minimum.at(minimum, program.agents, costs.offers)
    assert minimum == pytest.approx(np.zeros(len(minimum)), abs=1e-9)
    assert min(costs.offers.min(), costs.no_offer.min()) >= -1e-9


def test_a_threshold_holds_a_given_number_of_alternatives():
    costs = reduced_costs(random_program(1))
    near = sum(int((part <= costs.threshold(3)).sum()) for part in (costs.offers, costs.no_offer))
    assert near >= len(costs.no_offer) + 3
    assert costs.threshold(1000) == np.inf
