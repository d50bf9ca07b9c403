"""The mean size of each feature's contribution over recent agent-months: what a run may say of contributions."""

from __future__ import annotations

import pandas as pd

from attrition.model.risk import FittedRisk

FEWEST_AGENTS = 50
"""Agents the mean must be over; that of a handful would say much of one of them."""
COLUMNS = ["feature", "family", "mean_size"]


def mean_contribution_sizes(fitted: FittedRisk, panel: pd.DataFrame) -> pd.DataFrame:
    """Return the mean absolute contribution of each feature to the headline's log-odds, largest first.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    panel : DataFrame
        ``agent_id``, ``as_of`` and every feature; the last months up to the fit are used, as many as calibrate.

    Returns
    -------
    DataFrame
        feature, family, mean_size (log-odds); empty for fewer than 50 agents.
    """
    past = panel[panel["as_of"] <= fitted.at]
    months = sorted(past["as_of"].unique())[-fitted.spec.calibration.months :]
    rows = past[past["as_of"].isin(months)]
    if rows["agent_id"].nunique() < FEWEST_AGENTS:
        return pd.DataFrame(columns=COLUMNS)
    totals = sum(
        fitted.contributions(month)[0].abs().sum() for _, month in rows.groupby("as_of")
    )  # one month at a time
    table = pd.DataFrame(
        {
            "feature": fitted.encoding.names,
            "family": [feature.family for feature in fitted.features],
            "mean_size": totals / len(rows),
        }
    )
    return table.sort_values(["mean_size", "feature"], ascending=[False, True], ignore_index=True)[COLUMNS]
