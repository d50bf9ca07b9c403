"""The truth about each agent-month: what the hazards that were in force made likely, and what then happened.

The probability of resigning within some months is, on average, the sum of the monthly probabilities by the hazards in
force over the months in which an agent was still there; that holds in any world, also in one that is shocked. Who
leaves early has a short sum, so that the sum of one agent-month is no probability of their own. For these the oracle's
forecast is taken, and all of it is moved to the level of the hazards in force.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from centre_truth import centre_truth

from attrition.labels.outcomes import KEYS, VOLUNTARY, month_end

HORIZONS = (1, 3, 6)


def read_truth(workspace: Path, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the truth about agent-months, in their order; null where there is none.

    Parameters
    ----------
    workspace : Path
        Of a synthetic centre.
    rows : DataFrame
        ``agent_id``, ``as_of``.

    Returns
    -------
    DataFrame
        The columns of ``agent_months.parquet``, and for each horizon h ``in_force_h``, ``resigned_h`` (0 or 1) and
        ``risk_h``, the true probability.
    """
    table = centre_truth(workspace, "agent_months")
    table["as_of"], table["left_on"] = (
        pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("as_of", "left_on")
    )
    for horizon in HORIZONS:
        table[f"in_force_{horizon}"] = in_force(table, horizon)
        is_within = table["left_on"] <= month_end(table["as_of"], plus=horizon)
        table[f"resigned_{horizon}"] = (is_within & (table["left_kind"] == VOLUNTARY)).astype(float)
    keys = rows[KEYS].assign(as_of=rows["as_of"].astype("datetime64[us]"))
    return at_level(keys.merge(table, on=KEYS, how="left", validate="one_to_one"))


def in_force(table: pd.DataFrame, horizon: int) -> np.ndarray:
    """Return the sum of the monthly probabilities of resigning over the months ahead in which an agent was there.

    Parameters
    ----------
    table : DataFrame
        All agent-months of a centre: ``agent_id``, ``as_of``, ``left_on`` (null for who stays), ``hazard`` and
        ``competing_hazard``.
    horizon : int
        Number of months.

    Examples
    --------
    >>> months = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])
    >>> table = pd.DataFrame({"agent_id": "a", "as_of": months, "left_on": pd.NaT, "hazard": 0.1})
    >>> in_force(table.assign(competing_hazard=0.0), 2).round(3).tolist()
    [0.19, 0.19, 0.095]
    """
    total = table["hazard"] + table["competing_hazard"]
    monthly = -np.expm1(-total) * table["hazard"] / total
    spell = table.groupby(["agent_id", "left_on"], dropna=False, sort=False).ngroup().to_numpy()
    month = (table["as_of"].dt.year * 12 + table["as_of"].dt.month).to_numpy()
    month = month - month.min()
    grid = np.zeros((spell.max() + 1, month.max() + 1 + horizon))
    grid[spell, month] = monthly
    until = np.concatenate([np.zeros((len(grid), 1)), grid.cumsum(axis=1)], axis=1)
    return np.asarray(until[spell, month + horizon] - until[spell, month])


def at_level(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with ``risk_h``: the oracle's forecast, with the mean of the hazards that were in force."""
    risks = {}
    for horizon in HORIZONS:
        oracle = table[f"oracle_{horizon}m"]
        factor = table[f"in_force_{horizon}"].mean() / oracle.mean()
        risks[f"risk_{horizon}"] = (oracle * factor).clip(upper=0.999)
    return table.assign(**risks)
