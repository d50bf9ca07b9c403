"""Simpler ways to spend a budget, to hold the plan against: the riskiest first, the best ratio first, and by lot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


def riskiest_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Walk down the list of risks and give each agent the most saving offer that can still be paid and held.

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
        Positions in the table, in the order they were taken.

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
    return _taken(offers, np.lexsort(keys), budget)


def best_ratio_first(offers: pd.DataFrame, *, budget: float) -> np.ndarray:
    """Take the offers that save most for each unit of money, while they can be paid and held."""
    ratio = offers["expected_saving"].to_numpy() / np.maximum(offers["cost"].to_numpy(), 1e-9)
    return _taken(offers, np.lexsort([offers["agent_id"].to_numpy(dtype=str), -ratio]), budget)


def at_random(offers: pd.DataFrame, *, budget: float, lots: np.random.Generator, times: int) -> list[np.ndarray]:
    """Take offers in random order while they can be paid and held, so many times: what eligibility alone brings."""
    shelf = _shelf(offers)
    return [_picked(shelf, lots.permutation(len(offers)).tolist(), budget) for _ in range(times)]


@dataclass(frozen=True)
class _Shelf:
    """The offers as lists: whose, which kind, at which site, price and saving; and the places of each kind."""

    agents: list[int]
    kinds: list[int]
    sites: list[int]
    cost: list[float]
    worth: list[float]
    places: dict[int, float]
    site_places: dict[int, float]


def _shelf(offers: pd.DataFrame) -> _Shelf:
    kinds = pd.factorize(offers["intervention"])[0].tolist()
    sites = offers.groupby(["intervention", "site"], dropna=False).ngroup().tolist()
    return _Shelf(
        pd.factorize(offers["agent_id"])[0].tolist(),
        kinds,
        sites,
        offers["cost"].tolist(),
        offers["expected_saving"].tolist(),
        dict(zip(kinds, offers["capacity"], strict=True)),
        dict(zip(sites, offers["site_capacity"], strict=True)),
    )


def _taken(offers: pd.DataFrame, order: np.ndarray, budget: float) -> np.ndarray:
    return _picked(_shelf(offers), order.tolist(), budget)


def _picked(shelf: _Shelf, order: Iterable[int], budget: float) -> np.ndarray:
    """Go through the offers and take what is worth it and still possible."""
    left, left_at_site = dict(shelf.places), dict(shelf.site_places)
    served: set[int] = set()
    taken = []
    for row in order:
        agent, kind, site = shelf.agents[row], shelf.kinds[row], shelf.sites[row]
        is_wanted = shelf.worth[row] > 0 and agent not in served
        if is_wanted and shelf.cost[row] <= budget and left[kind] >= 1 and left_at_site[site] >= 1:
            served.add(agent)
            taken.append(row)
            budget -= shelf.cost[row]
            left[kind] -= 1
            left_at_site[site] -= 1
    return np.array(taken, dtype=int)
