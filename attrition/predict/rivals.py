"""Simpler ways to spend a budget, to hold the plan against: the riskiest first, the best ratio first, and by lot."""

from __future__ import annotations

from collections.abc import Iterable

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


def by_lot(offers: pd.DataFrame, *, budget: float, lots: np.random.Generator) -> np.ndarray:
    """Take offers in random order, while they can be paid and held: what eligibility alone would bring."""
    return _taken(offers, lots.permutation(len(offers)), budget)


def _taken(offers: pd.DataFrame, order: Iterable[int], budget: float) -> np.ndarray:
    """Go through the offers and take what is worth it and still possible."""
    agents = pd.factorize(offers["agent_id"])[0].tolist()
    kinds, _ = pd.factorize(offers["intervention"])
    sites = offers.groupby(["intervention", "site"], dropna=False).ngroup().to_numpy()
    left = {("all", kind): most for kind, most in zip(kinds.tolist(), offers["capacity"], strict=True)}
    left |= {("site", site): most for site, most in zip(sites.tolist(), offers["site_capacity"], strict=True)}
    cost, worth = offers["cost"].tolist(), offers["expected_saving"].tolist()
    served: set[int] = set()
    taken = []
    for row in order:
        rooms = ("all", int(kinds[row])), ("site", int(sites[row]))
        is_possible = worth[row] > 0 and cost[row] <= budget and agents[row] not in served
        if is_possible and all(left[room] >= 1 for room in rooms):
            served.add(agents[row])
            taken.append(row)
            budget -= cost[row]
            left |= {room: left[room] - 1 for room in rooms}
    return np.array(taken, dtype=int)
