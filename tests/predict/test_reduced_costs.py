from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import sparse

from attrition.predict.reduced_costs import IntegerProgram, reduced_costs


def drawn(seed):
    """Draw nine offers to four agents, a budget, and two places for the first five."""
    lots = np.random.default_rng(seed)
    agents = np.concatenate([np.arange(4), lots.integers(0, 4, 5)])
    cost = lots.integers(1, 20, 9).astype(float)
    lines = sparse.csr_array(np.array([cost, np.arange(9) < 5]))
    return IntegerProgram(lots.uniform(1, 30, 9), agents, lines, np.array([25.0, 2.0]))


def choices(programme):
    """List every choice that keeps the lines, with what it saves."""
    for taken in itertools.product([False, True], repeat=len(programme.worth)):
        rows = np.flatnonzero(taken)
        is_kept = (programme.lines[:, rows].sum(axis=1) <= programme.most).all()
        if is_kept and len(set(programme.agents[rows])) == len(rows):
            yield rows, programme.worth[rows].sum()


@pytest.mark.parametrize("seed", range(20))
def test_no_choice_exceeds_the_bound_less_what_its_alternatives_lose(seed):
    programme = drawn(seed)
    bound = reduced_costs(programme)
    for rows, saving in choices(programme):
        without = np.setdiff1d(np.arange(len(bound.of_nothing)), programme.agents[rows])
        lost = bound.of_offer[rows].sum() + bound.of_nothing[without].sum()
        assert saving <= bound.at_most - lost + 1e-9


@pytest.mark.parametrize("seed", range(20))
def test_no_alternative_loses_less_than_nothing_and_the_best_of_an_agent_loses_nothing(seed):
    programme = drawn(seed)
    bound = reduced_costs(programme)
    least = bound.of_nothing.copy()
    np.minimum.at(least, programme.agents, bound.of_offer)
    assert least == pytest.approx(np.zeros(len(least)), abs=1e-9)
    assert min(bound.of_offer.min(), bound.of_nothing.min()) >= -1e-9


def test_a_reach_is_found_by_how_many_alternatives_it_holds():
    bound = reduced_costs(drawn(1))
    near = sum(int((part <= bound.nth(3)).sum()) for part in (bound.of_offer, bound.of_nothing))
    assert near >= len(bound.of_nothing) + 3
    assert bound.nth(1000) == np.inf
