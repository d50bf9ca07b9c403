"""The mean absolute contribution of each feature over recent agent-months.

Only this mean is logged with a model, since the contributions of a single row would reveal that agent's data.
"""

from __future__ import annotations

import pandas as pd

from attrition.model.risk import FittedRisk

MIN_AGENTS = 50
"""No means are returned for fewer agents, since the mean of a handful would reveal much about each of them."""
COLUMNS = ["feature", "family", "mean_size"]


def mean_contribution_sizes(fitted: FittedRisk, panel: pd.DataFrame) -> pd.DataFrame:
    """Return the mean absolute contribution of each feature to the headline's log-odds, largest first.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    panel : DataFrame
        ``agent_id``, ``as_of`` and every feature. The last ``calibration.months`` months up to the fit are used.

    Returns
    -------
    DataFrame
        feature, family, mean_size (in log-odds); empty for fewer than `MIN_AGENTS` agents.
    """
    past = panel.loc[panel["as_of"] <= fitted.fitted_at, "as_of"]
    months = sorted(past.unique())[-fitted.spec.calibration.months :]
    rows = panel[panel["as_of"].isin(months)]
    if rows["agent_id"].nunique() < MIN_AGENTS:
        return pd.DataFrame(columns=COLUMNS)
    # Month by month, since the contributions of all rows at once would need much memory.
    totals = sum(fitted.contributions(month)[0].abs().sum() for _, month in rows.groupby("as_of"))
    table = pd.DataFrame(
        {
            "feature": fitted.encoding.names,
            "family": [feature.family for feature in fitted.features],
            "mean_size": totals / len(rows),
        }
    )
    return table.sort_values(["mean_size", "feature"], ascending=[False, True], ignore_index=True)[COLUMNS]
