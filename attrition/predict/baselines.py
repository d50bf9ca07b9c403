"""Simpler ways to spend a budget, for comparison with the plan: riskiest first, best ratio first, and at random."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


def riskiest_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Go down the ranking by risk and take each agent's offer with the largest saving that budget and places allow.

    Parameters
    ----------
    offers : DataFrame
        ``agent_id``, ``site``, ``intervention``, ``risk_before``, ``cost``, ``expected_saving``, ``capacity``,
        ``site_capacity``.
    budget : float
        Most that the offers may cost together.

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
    return _take_in_order(_OfferLists.of(offers), np.lexsort(keys).tolist(), budget)


def best_ratio_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Take the offers by their saving per unit of cost, while budget and places allow."""
    ratio = offers["expected_saving"].to_numpy() / np.maximum(offers["cost"].to_numpy(), 1e-9)
    order = np.lexsort([offers["agent_id"].to_numpy(dtype=str), -ratio])
    return _take_in_order(_OfferLists.of(offers), order.tolist(), budget)


def at_random(offers: pd.DataFrame, *, budget: float, rng: np.random.Generator, times: int) -> list[np.ndarray]:
    """Take offers in random order while budget and places allow, several times: what eligibility alone achieves."""
    lists = _OfferLists.of(offers)
    return [_take_in_order(lists, rng.permutation(len(offers)).tolist(), budget) for _ in range(times)]


@dataclass(frozen=True)
class _OfferLists:
    """The offers as lists, which are quicker to walk: codes of agent, intervention and site, cost, saving; and places.

    `places` are those of each intervention, `site_places` those of each intervention at each site.
    """

    agents: list[int]
    interventions: list[int]
    sites: list[int]
    cost: list[float]
    saving: list[float]
    places: dict[int, float]
    site_places: dict[int, float]

    @classmethod
    def of(cls, offers: pd.DataFrame) -> _OfferLists:
        """Convert a table of offers."""
        interventions = pd.factorize(offers["intervention"])[0].tolist()
        sites = offers.groupby(["intervention", "site"], dropna=False).ngroup().tolist()
        return cls(
            pd.factorize(offers["agent_id"])[0].tolist(),
            interventions,
            sites,
            offers["cost"].tolist(),
            offers["expected_saving"].tolist(),
            dict(zip(interventions, offers["capacity"], strict=True)),
            dict(zip(sites, offers["site_capacity"], strict=True)),
        )


def _take_in_order(lists: _OfferLists, order: Iterable[int], budget: float) -> np.ndarray:
    """Take each offer that saves something and that budget and places still allow."""
    places, site_places = dict(lists.places), dict(lists.site_places)
    agents_served: set[int] = set()
    taken = []
    for row in order:
        agent, intervention, site = lists.agents[row], lists.interventions[row], lists.sites[row]
        is_wanted = lists.saving[row] > 0 and agent not in agents_served
        if is_wanted and lists.cost[row] <= budget and places[intervention] >= 1 and site_places[site] >= 1:
            agents_served.add(agent)
            taken.append(row)
            budget -= lists.cost[row]
            places[intervention] -= 1
            site_places[site] -= 1
    return np.array(taken, dtype=int)
