"""What to do for whom: every intervention for every agent of the watch list, and the one that is recommended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from attrition.model.metrics import flagged_count
from attrition.predict.intervention_estimates import intervention_estimates

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import Options
    from attrition.predict.playbook import Playbook

COLUMNS = [
    "agent_id",
    "as_of",
    "intervention",
    "lever",
    "eligible",
    "ineligible_reason",
    "risk_before",
    "risk_after",
    "cost",
    "expected_saving",
    "evidence",
    "chosen",
    "ineligible_reason_zh",
    "risk_after_model",
    "risk_after_evidence",
    "basis",
]


def recommendations(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    scores: pd.DataFrame,
    options: Options,
    groups: pd.DataFrame,
    capacity_share: float = 0.10,
) -> pd.DataFrame:
    """Weigh every intervention for the agents of the watch list and choose one each.

    Expected saving is the replacement cost times the fall in risk over the playbook's ``saving_months`` (or the
    longest horizon the model has within it), less the cost over the same months. One intervention per agent is
    chosen, the most saving first, while its capacity of the month lasts; "do nothing" saves and costs 0.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        One month of the panel, every agent: ``agent_id``, ``as_of``, features.
    scores : DataFrame
        The contract's table for the same month.
    options : Options
        What can be done, and what is not offered to whom now.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.
    capacity_share : float
        Share of agents that can be looked after, taken from the top of the ranking.

    Returns
    -------
    DataFrame
        The contract's table ``recommendations``: one row per agent and intervention, and beside it the reason in
        Chinese, the two estimates of risk after, and whether the model could check the evidence (``basis``).
        Risks are for the headline horizon.
    """
    headline = scores.loc[scores["horizon_months"] == fitted.spec.headline]
    watched = watch_list(headline, capacity_share)["agent_id"]
    if watched.empty:
        return pd.DataFrame(columns=COLUMNS)
    table = intervention_estimates(fitted, frame, agents=watched, options=options, groups=groups)
    return _chosen(table, options.playbook)[COLUMNS]


def watch_list(scores: pd.DataFrame, capacity_share: float) -> pd.DataFrame:
    """Give the top of one month's ranking at one horizon, as many agents as can be looked after."""
    ranked = scores.loc[scores["rank"].notna()]
    return ranked.loc[ranked["rank"] <= flagged_count(capacity_share, len(ranked))].sort_values("rank")


def _chosen(table: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Mark one intervention per agent: the largest saving anywhere first, while capacities last."""
    order = {intervention.id: place for place, intervention in enumerate(playbook.interventions)}
    table = table.assign(place=table["intervention"].map(order), chosen=False)
    ranked = table.loc[table["eligible"]].sort_values(
        ["expected_saving", "place", "agent_id"], ascending=[False, True, True], kind="stable"
    )
    left = {
        item.id: math.inf if item.capacity_per_month is None else item.capacity_per_month
        for item in playbook.interventions
    }
    served: set[str] = set()
    for row, agent, intervention in zip(ranked.index, ranked["agent_id"], ranked["intervention"], strict=True):
        if agent not in served and left[intervention] > 0:
            served.add(agent)
            left[intervention] -= 1
            table.loc[row, "chosen"] = True
    return table.sort_values(["as_of", "agent_id", "place"]).reset_index(drop=True)
