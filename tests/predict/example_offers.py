"""Offers from a table in text, and random offers."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd


def offers_from_text(text: str) -> pd.DataFrame:
    """Return the offers of a table in text, without capacities."""
    table = pd.read_csv(io.StringIO(text.strip()), sep=r"\s+", dtype={"agent_id": str})
    return table.astype({"cost": float, "expected_saving": float}).assign(capacity=np.inf, site_capacity=np.inf)


def all_agents(offers: pd.DataFrame, *, low_risk: int) -> pd.DataFrame:
    """Return the agents of the offers, who are at high risk, and `low_risk` further agents of Foshan at low risk."""
    known = offers[["agent_id", "site", "risk_before"]].drop_duplicates("agent_id")
    others = pd.DataFrame({"agent_id": [f"c{n}" for n in range(low_risk)], "site": "Foshan", "risk_before": 0.1})
    return pd.concat([known, others], ignore_index=True).rename(columns={"risk_before": "risk"})


def random_offers(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Return random offers to 40 agents at three sites, the agents, and a budget for a few of the offers."""
    rng = np.random.default_rng(seed)
    count, kinds = 40, 5
    agents = pd.DataFrame({"agent_id": [f"a{n:02d}" for n in range(count)], "risk": rng.uniform(0.02, 0.7, count)})
    agents["site"] = rng.choice(["Foshan", "Wuhan", "Xian"], count, p=[0.5, 0.3, 0.2])
    grid = agents.merge(pd.DataFrame({"intervention": [f"i{n}" for n in range(kinds)]}), how="cross")
    grid["capacity"] = grid["intervention"].map(lambda name: [3.0, 5.0, 8.0, 40.0, np.inf][int(name[1])])
    grid = grid[rng.random(len(grid)) < 0.5].rename(columns={"risk": "risk_before"})
    grid = grid.assign(cost=rng.integers(1, 40, len(grid)).astype(float), site_capacity=np.inf)
    grid["expected_saving"] = grid["risk_before"] * rng.uniform(5, 60, len(grid)) - 2
    return grid.reset_index(drop=True), agents, float(rng.integers(20, 300))
