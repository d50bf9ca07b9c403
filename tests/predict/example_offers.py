"""Offers drawn as a table, and at random."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd


def drawn(text: str) -> pd.DataFrame:
    table = pd.read_csv(io.StringIO(text.strip()), sep=r"\s+", dtype={"agent_id": str})
    return table.astype({"cost": float, "expected_saving": float}).assign(capacity=np.inf, site_capacity=np.inf)


def agents_of(offers: pd.DataFrame, *, calm: int) -> pd.DataFrame:
    """List the agents of the offers, all in need beside so many calm ones of Foshan."""
    known = offers[["agent_id", "site", "risk_before"]].drop_duplicates("agent_id")
    others = pd.DataFrame({"agent_id": [f"c{n}" for n in range(calm)], "site": "Foshan", "risk_before": 0.1})
    return pd.concat([known, others], ignore_index=True).rename(columns={"risk_before": "risk"})


def random_offers(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Draw offers of 40 agents at three sites, all agents, and a budget for a few of them."""
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
