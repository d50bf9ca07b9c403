"""Whether the ranges hold: those of single risks against the true risks, those of expected leavers against counts."""

from __future__ import annotations

import pandas as pd

from attrition.labels.outcomes import KEYS
from worlds_figures.order import is_top

LEVELS = {"centre": None, "site": "site", "team": "team_id"}
MANY = 5
"""From so many expected leavers on a range may also be too wide; below, counts are whole numbers and it must be."""


def risk_range_figures(table: pd.DataFrame, truth: pd.DataFrame, horizon: int) -> dict[str, float]:
    """Return the share of agent-months whose true risk lies within the range of their risk, and that of the top tenth.

    Parameters
    ----------
    table : DataFrame
        Scores of one horizon: ``risk``, ``risk_low``, ``risk_high``.
    truth : DataFrame
        Of the same rows.
    horizon : int
        In months.
    """
    true = truth[f"risk_{horizon}"].to_numpy()
    is_within = (table["risk_low"].to_numpy() <= true) & (true <= table["risk_high"].to_numpy())
    listed = is_top(table["risk"].to_numpy(), truth["as_of"])
    return {"risks within range": float(is_within.mean()), "top tenth within range": float(is_within[listed].mean())}


def count_range_figures(
    expected: pd.DataFrame, groups: pd.DataFrame, truth: pd.DataFrame, horizon: int
) -> dict[str, float]:
    """Return by level the share of units and months whose resignations lie within the announced range.

    Parameters
    ----------
    expected : DataFrame
        The contract's table ``expected_leavers``.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``team_id`` of all rows that were scored.
    truth : DataFrame
        Of the same rows.
    horizon : int
        In months.
    """
    resigned = groups[KEYS].assign(
        centre="centre",
        site=groups.get("site"),
        team=groups.get("team_id"),
        count=truth[f"resigned_{horizon}"].to_numpy(),
    )
    figures = {}
    for level in LEVELS:
        counts = resigned.groupby(["as_of", level])["count"].sum().rename_axis(["as_of", "unit"]).reset_index()
        units = expected[(expected["level"] == level) & (expected["horizon_months"] == horizon)]
        units = units.merge(counts, on=["as_of", "unit"], validate="one_to_one")
        is_within = units["count"].between(units["low"], units["high"])
        figures[f"{level} within range"] = float(is_within.mean())
        figures[f"{level} within range, {MANY} or more expected"] = float(is_within[units["expected"] >= MANY].mean())
    return figures


def band_figures(band: pd.Series) -> dict[str, float]:
    """Return the share of agent-months in each band, of those that have one."""
    shares = band.value_counts(normalize=True)
    return {f"band {name}": float(shares.get(name, 0.0)) for name in ("very_high", "high", "medium")}
