"""Random organisations of two months: tiny teams, one-team sites, agents in no team, teams across sites, movers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.report.tables import team_sites


def organisation(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw where each agent sits in two months; the same risk in both."""
    draw = np.random.default_rng(seed)
    now = _agents(draw)
    later = now[draw.random(len(now)) > draw.choice([0.0, 0.02, 0.1])]
    moved = draw.random(len(later)) < draw.choice([0.0, 0.02, 0.1])
    targets = now.iloc[draw.integers(0, len(now), int(moved.sum()))]
    later = later.copy()
    later.loc[moved, ["site", "team_id"]] = targets[["site", "team_id"]].to_numpy()
    joiners = now.iloc[draw.integers(0, len(now), draw.integers(0, 4))]
    names = [f"new{n}" for n in range(len(joiners))]
    risks = draw.beta(1.6, 6, len(joiners))
    return now, pd.concat([later, joiners.assign(agent_id=names, risk=risks)], ignore_index=True)


def _agents(draw: np.random.Generator) -> pd.DataFrame:
    largest = int(draw.choice([6, 14, 30]))
    teams = [
        (f"s{site}", f"s{site}t{team}")
        for site in range(draw.integers(1, 5))
        for team in range(draw.integers(1, 7))
        for _ in range(draw.integers(1, largest + 1))
    ]
    table = pd.DataFrame(teams, columns=["site", "team_id"])
    table["team_id"] = table["team_id"].mask(draw.random(len(table)) < draw.choice([0.0, 0.03]))
    table["site"] = table["site"].mask(draw.random(len(table)) < draw.choice([0.0, 0.0, 0.02]))
    strays = draw.random(len(table)) < draw.choice([0.0, 0.0, 0.02])
    table.loc[strays, "site"] = "s0"
    risks = draw.beta(1.6, draw.choice([3, 11]), len(table))
    return table.assign(agent_id=[f"a{n}" for n in range(len(table))], risk=risks)


def figures(agents: pd.DataFrame) -> pd.DataFrame:
    """Sum heads and risks of centre, sites and teams."""
    parts = []
    for level, column in {"centre": None, "site": "site", "team": "team_id"}.items():
        unit = pd.Series("centre", index=agents.index) if column is None else agents[column]
        risks = agents.groupby(unit)["risk"]
        sums = pd.DataFrame({"headcount": risks.size(), "expected": risks.sum()}).reset_index(names="unit")
        parts.append(sums.assign(level=level))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(low=table["expected"] * 0.5, high=table["expected"] * 1.5)


def homes(agents: pd.DataFrame) -> dict[str, str]:
    """Return each team's site as the report determines it."""
    return team_sites(agents)
