"""Simpler ways to spend a budget, with which the optimised plan is compared.

Offers are taken from the riskiest agents first, by the best ratio of saving to cost first, or in random order. All
respect the budget, the capacities and one offer per agent; none respects the rule of fairness.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


def riskiest_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Return the offers chosen from the riskiest agent downwards, for each the offer that saves most.

    Offers that exceed what is left of the budget or a capacity are skipped, as are those that save nothing.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``risk_before``, ``cost``, ``expected_saving``, ``capacity``,
        ``site_capacity``.
    budget : float
        Largest total cost of the offers.

    Returns
    -------
    ndarray of int
        Positions in the table, in the order in which they were taken.

    Examples
    --------
    >>> offers = pd.DataFrame({"agent_id": ["1", "2"], "site": "Foshan", "intervention": "talk",
    ...     "risk_before": [0.4, 0.3], "cost": [8.0, 5.0], "expected_saving": [4.0, 6.0],
    ...     "capacity": np.inf, "site_capacity": np.inf})
    >>> riskiest_first(offers, budget=10).tolist()
    [0]
    """
    keys = [
        -offers["expected_saving"].to_numpy(),
        offers["agent_id"].to_numpy(dtype=str),
        -offers["risk_before"].to_numpy(),
    ]
    return _take_in_order(_OfferLists.from_table(offers), np.lexsort(keys).tolist(), budget)


def best_ratio_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Return the positions of the offers chosen by saving per unit of cost, while budget and capacities allow."""
    ratio = offers["expected_saving"].to_numpy() / np.maximum(offers["cost"].to_numpy(), 1e-9)
    order = np.lexsort([offers["agent_id"].to_numpy(dtype=str), -ratio])
    return _take_in_order(_OfferLists.from_table(offers), order.tolist(), budget)


def at_random(offers: pd.DataFrame, *, budget: float, rng: np.random.Generator, repetitions: int) -> list[np.ndarray]:
    """Return `repetitions` selections, each of which takes offers in a random order while budget and capacities allow.

    Their savings show what would be reached without any ranking, by eligibility alone.
    """
    lists = _OfferLists.from_table(offers)
    return [_take_in_order(lists, rng.permutation(len(offers)).tolist(), budget) for _ in range(repetitions)]


@dataclass(frozen=True)
class _OfferLists:
    """The columns of a table of offers as lists, since Python loops over lists much faster than over a DataFrame.

    `agents` and `interventions` hold a code per offer, and `intervention_sites` a code of the pair of intervention and
    site. `capacity` is by intervention, `site_capacity` by that pair.
    """

    agents: list[int]
    interventions: list[int]
    intervention_sites: list[int]
    costs: list[float]
    savings: list[float]
    capacity: dict[int, float]
    site_capacity: dict[int, float]

    @classmethod
    def from_table(cls, offers: pd.DataFrame) -> _OfferLists:
        """Return the lists of a table of offers."""
        interventions = pd.factorize(offers["intervention"])[0].tolist()
        intervention_sites = offers.groupby(["intervention", "site"], dropna=False).ngroup().tolist()
        return cls(
            pd.factorize(offers["agent_id"])[0].tolist(),
            interventions,
            intervention_sites,
            offers["cost"].tolist(),
            offers["expected_saving"].tolist(),
            dict(zip(interventions, offers["capacity"], strict=True)),
            dict(zip(intervention_sites, offers["site_capacity"], strict=True)),
        )


def _take_in_order(lists: _OfferLists, order: Iterable[int], budget: float) -> np.ndarray:
    """Return, in this order, the positions of offers that save something and that budget and capacities still allow."""
    capacity_left, site_capacity_left = dict(lists.capacity), dict(lists.site_capacity)
    agents_served: set[int] = set()
    selected = []
    for position in order:
        agent, intervention, site = (
            codes[position] for codes in (lists.agents, lists.interventions, lists.intervention_sites)
        )
        is_useful = lists.savings[position] > 0 and agent not in agents_served
        has_capacity = capacity_left[intervention] >= 1 and site_capacity_left[site] >= 1
        if is_useful and has_capacity and lists.costs[position] <= budget:
            agents_served.add(agent)
            selected.append(position)
            budget -= lists.costs[position]
            capacity_left[intervention] -= 1
            site_capacity_left[site] -= 1
    return np.array(selected, dtype=int)
