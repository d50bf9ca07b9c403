"""What earlier months expected, where a workspace keeps numbers of groups and no risk of a person.

Each agent is given the mean of the smallest group they were in whose number was kept, in memory only: sums over groups
are then those that were announced, and nobody is ranked.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.predict.count_errors import COLUMN_OF_LEVEL
from attrition.runs import Runs

LEVELS = ("team", "site", "centre")
"""From the smallest units to the whole."""


def scores_of_month(runs: Runs, outcomes: pd.DataFrame, month: date) -> pd.DataFrame:
    """Return the scores of a month that was issued: its own, or the means of groups where those were withheld."""
    if not runs.withholds_risks(month):
        return runs.read_month_table(month, "scores")
    made_by = runs.read_month_table(month, "scored_by").iloc[0]
    means = group_means(runs.read_month_table(month, "expected_leavers"), outcomes)
    return means.assign(model_name=made_by["model_name"], model_version=made_by["model_version"])


def backtested_scores(runs: Runs, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of a backtest that was run: its own, or the means of groups where those were withheld."""
    if not runs.withholds_backtest():
        return runs.read_backtest("scores")
    expected = runs.read_backtest("expected")
    parts = [group_means(month, outcomes) for _, month in expected.groupby("as_of")]
    return pd.concat(parts, ignore_index=True)


def group_means(expected: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return a table like ``scores`` with the mean risk of a group in place of each agent's own.

    Parameters
    ----------
    expected : DataFrame
        The stored ``expected_leavers`` of one month, null where a unit is withheld.
    outcomes : DataFrame
        ``agent_id``, ``as_of`` and whichever of ``site``, ``team_id`` are known, of all agent-months.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``horizon_months``, ``risk``, ``abstained`` (true for everybody: nobody is ranked).
    """
    agents = outcomes[outcomes["as_of"] == expected["as_of"].iloc[0]]
    agents = agents[[*KEYS, *(name for name in COLUMN_OF_LEVEL.values() if name in agents)]].reset_index(drop=True)
    parts = [
        agents[KEYS].assign(horizon_months=horizon, risk=_means(rows.dropna(subset="headcount"), agents))
        for horizon, rows in expected.groupby("horizon_months")
    ]
    return pd.concat(parts, ignore_index=True).assign(abstained=True)


def _means(units: pd.DataFrame, agents: pd.DataFrame) -> np.ndarray:
    """Return a mean for every agent: of their team, else of the rest of their site, else of the rest of the centre."""
    risk = pd.Series(np.nan, index=agents.index)
    for level in LEVELS:
        known = dict(
            zip(units.loc[units["level"] == level, "unit"], units.loc[units["level"] == level, "expected"], strict=True)
        )
        names = agents[COLUMN_OF_LEVEL[level]] if COLUMN_OF_LEVEL.get(level) in agents else None
        names = pd.Series("centre", index=agents.index) if level == "centre" else names
        if names is None:
            continue
        for unit, members in agents.groupby(names).groups.items():
            open_members = [row for row in members if pd.isna(risk[row])]
            if unit in known and open_members:
                left = known[unit] - risk[members].sum()
                risk[open_members] = min(max(left / len(open_members), 0.0), 1.0)
    return risk.fillna(0.0).to_numpy()
