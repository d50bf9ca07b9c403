"""What turnover goes with: indicators in the months after losses beside months without, within the same teams.

An association and no effect: what makes agents leave may lower an indicator as well, and months after losses have more
new agents. Each team is compared with itself, after what all teams share in a month (season, rules, tools) is taken
off; the interval comes from drawing whole teams again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from attrition.report.figures.indicators import ratios

AFTER_MONTHS = 3
"""A month counts as after losses where the team lost anybody in these many months before it."""
MONTHS = 36
"""Months looked at, as far as the data reach back."""
HEAVY_LOSSES = 2
"""Resignations within `AFTER_MONTHS` from which on a month counts as after losses; months with one are left out."""
MIN_TEAMS = 8
DRAWS, SEED = 1000, 17
COMPARED = (
    "first_contact_resolution",
    "handling_seconds",
    "wrap_seconds",
    "adherence",
    "occupancy",
    "fatal_errors",
    "nonfatal_errors",
    "absence",
)
COLUMNS = ["indicator", "teams", "without", "difference", "low", "high"]


def turnover_cost(sums: pd.DataFrame, resignations: pd.DataFrame) -> pd.DataFrame:
    """Return for each indicator the mean difference between months after losses and months without.

    Parameters
    ----------
    sums : DataFrame
        From `attrition.report.figures.indicators.shown_sums`; of these the newest `MONTHS`.
    resignations : DataFrame
        Rows of the indicator ``resignations`` of teams: ``unit``, ``as_of``, ``y``.

    Returns
    -------
    DataFrame
        ``indicator``; ``teams``, how many have months of both kinds; ``without``, the mean in months without losses;
        ``difference``, the mean over teams of after minus without, with its 95 % interval ``low``, ``high``. Without
        rows where fewer than `MIN_TEAMS` teams can be compared.
    """
    lost = _months_after(resignations)
    teams = sums[(sums["level"] == "team") & sums["indicator"].isin(COMPARED)]
    recent = teams[teams["as_of"] > teams["as_of"].max() - pd.offsets.MonthEnd(MONTHS)]
    table = ratios(recent).merge(lost, on=["unit", "as_of"])
    table["rest"] = table["value"] - table.groupby(["indicator", "as_of"])["value"].transform("mean")
    rows = [_compared(name, table[table["indicator"] == name]) for name in COMPARED]
    return pd.DataFrame([row for row in rows if row is not None], columns=COLUMNS)


def _months_after(resignations: pd.DataFrame) -> pd.DataFrame:
    """Return for each team and month whether it follows losses; months after a single one are left out."""
    by_month = resignations.pivot_table(index="as_of", columns="unit", values="y", aggfunc="sum").sort_index()
    before = by_month.rolling(AFTER_MONTHS).sum().shift(1)
    long = before.reset_index().melt(id_vars="as_of", var_name="unit", value_name="lost").dropna(subset="lost")
    long = long[(long["lost"] == 0) | (long["lost"] >= HEAVY_LOSSES)]
    return long.assign(is_after=long["lost"] >= HEAVY_LOSSES)[["unit", "as_of", "is_after"]]


def _compared(name: str, table: pd.DataFrame) -> tuple[object, ...] | None:
    means = table.pivot_table(index="unit", columns="is_after", values="rest")
    if len(means.columns) < 2 or len(both := means.dropna()) < MIN_TEAMS:
        return None
    difference = (both[True] - both[False]).to_numpy()
    draws = np.random.default_rng(SEED).integers(0, len(difference), (DRAWS, len(difference)))
    low, high = np.quantile(difference[draws].mean(axis=1), [0.025, 0.975])
    without = table.loc[~table["is_after"] & table["unit"].isin(both.index), "value"].mean()
    return name, len(both), without, difference.mean(), low, high
