"""Random organisations of two months: tiny teams, one-team sites, agents in no team, teams across sites, movers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.report.figures.tables import team_sites


def draw_organisation(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the agents of two months with their site, team and risk; nobody's risk changes."""
    rng = np.random.default_rng(seed)
    now = _agents(rng)
    next_month = now[rng.random(len(now)) > rng.choice([0.0, 0.02, 0.1])]
    moved = rng.random(len(next_month)) < rng.choice([0.0, 0.02, 0.1])
    targets = now.iloc[rng.integers(0, len(now), int(moved.sum()))]
    next_month = next_month.copy()
    next_month.loc[moved, ["site", "team_id"]] = targets[["site", "team_id"]].to_numpy()
    joiners = now.iloc[rng.integers(0, len(now), rng.integers(0, 4))]
    names = [f"new{n}" for n in range(len(joiners))]
    risks = rng.beta(1.6, 6, len(joiners))
    return now, pd.concat([next_month, joiners.assign(agent_id=names, risk=risks)], ignore_index=True)


def _agents(rng: np.random.Generator) -> pd.DataFrame:
    largest = int(rng.choice([6, 14, 30]))
    teams = [
        (f"s{site}", f"s{site}t{team}")
        for site in range(rng.integers(1, 5))
        for team in range(rng.integers(1, 7))
        for _ in range(rng.integers(1, largest + 1))
    ]
    table = pd.DataFrame(teams, columns=["site", "team_id"])
    table["team_id"] = table["team_id"].mask(rng.random(len(table)) < rng.choice([0.0, 0.03]))
    table["site"] = table["site"].mask(rng.random(len(table)) < rng.choice([0.0, 0.0, 0.02]))
    strays = rng.random(len(table)) < rng.choice([0.0, 0.0, 0.02])
    table.loc[strays, "site"] = "s0"
    risks = rng.beta(1.6, rng.choice([3, 11]), len(table))
    return table.assign(agent_id=[f"a{n}" for n in range(len(table))], risk=risks)


def unit_sums(agents: pd.DataFrame) -> pd.DataFrame:
    """Return ``headcount`` and ``expected`` (sum of risks) of centre, sites and teams, with a made-up interval."""
    risks = agents["risk"].to_numpy()
    levels, units = ["centre"], ["centre"]
    heads, sums = [np.array([len(agents)])], [np.array([risks.sum()])]
    for level, column in {"site": "site", "team": "team_id"}.items():
        codes, names = pd.factorize(agents[column], sort=True)
        placed = codes >= 0
        levels += [level] * len(names)
        units += list(names)
        heads.append(np.bincount(codes[placed], minlength=len(names)))
        sums.append(np.bincount(codes[placed], weights=risks[placed], minlength=len(names)))
    expected = np.concatenate(sums)
    columns = {"unit": units, "headcount": np.concatenate(heads), "expected": expected, "level": levels}
    return pd.DataFrame({**columns, "low": expected * 0.5, "high": expected * 1.5})


def sites_of_teams(agents: pd.DataFrame) -> dict[str, str]:
    """Return each team's site as the report determines it."""
    return team_sites(agents)
