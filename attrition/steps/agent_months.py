"""The months of one agent that were scored before, in their own time or by the backtest."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from attrition.runs import Runs

MONTHS = 12


def months_of_agent(
    runs: Runs, agent: str, as_of: date, *, horizon: int
) -> tuple[pd.DataFrame, dict[pd.Timestamp, pd.DataFrame]]:
    """Return an agent's scores of a year up to a month-end, with ``is_backtest``, and their drivers by month.

    Months that were issued stand as they were issued; the backtest fills those between, where its scores are kept.
    """
    import pandas as pd

    first = pd.Timestamp(as_of) - pd.offsets.MonthEnd(MONTHS)
    issued = [month for month in runs.months() if first < pd.Timestamp(month) <= pd.Timestamp(as_of)]
    issued = [month for month in issued if not runs.is_emptied(month)]
    scores = [_of_agent(runs.read_month_table(month, "scores"), agent, horizon) for month in issued]
    drivers = {pd.Timestamp(month): _of_agent(runs.read_drivers(month, [agent]), agent, horizon) for month in issued}
    parts = [rows.assign(is_backtest=False) for rows in scores]
    if runs.has_backtest() and not runs.withholds_backtest():
        past, past_drivers = (_of_agent(runs.read_backtest(name), agent, horizon) for name in ("scores", "drivers"))
        is_missing = ~past["as_of"].isin(drivers) & (past["as_of"] > first) & (past["as_of"] < pd.Timestamp(as_of))
        parts.append(past[is_missing].assign(is_backtest=True))
        for month in past_drivers["as_of"].unique():
            drivers.setdefault(pd.Timestamp(month), past_drivers[past_drivers["as_of"] == month])
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return table[~table["abstained"].astype(bool)], drivers


def _of_agent(rows: pd.DataFrame, agent: str, horizon: int) -> pd.DataFrame:
    return rows[(rows["agent_id"] == agent) & (rows["horizon_months"] == horizon)]
