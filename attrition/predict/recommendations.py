"""The table of recommendations: every intervention for every agent of the watch list, and the one recommended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from attrition.model.metrics import flagged_count
from attrition.predict.intervention_estimates import intervention_estimates

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import InterventionOptions
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
    watched: pd.Series,
    options: InterventionOptions,
    groups: pd.DataFrame,
) -> pd.DataFrame:
    """Return estimates of every intervention for the agents of the watch list, one of which is chosen for each agent.

    Expected saving is the replacement cost times the reduction in risk within the model's longest horizon
    that is no longer than the playbook's ``saving_months``, minus the cost over the same months. One intervention per
    agent is chosen, in order of decreasing saving, while its monthly capacity lasts; "do nothing" saves and costs 0.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        One month of the panel, every agent: ``agent_id``, ``as_of``, features.
    watched : Series
        ``agent_id`` of the agents of the list, from `watch_list` or `whole_bands`.
    options : InterventionOptions
        The playbook, and what is not offered to which agent this month.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.

    Returns
    -------
    DataFrame
        The contract's table ``recommendations``: one row per agent and intervention, with additional columns for the
        reason in Chinese, the two estimates of the risk after, and whether the model has an estimate of its own
        (``basis``). Risks are for the headline horizon.
    """
    if watched.empty:
        return pd.DataFrame(columns=COLUMNS)
    table = intervention_estimates(fitted, frame, agents=watched, options=options, groups=groups)
    return _choose_one_each(table, options.playbook)[COLUMNS]


def watch_list(scores: pd.DataFrame, capacity_share: float) -> pd.DataFrame:
    """Return the rows of the watch list (the top of one month's ranking), riskiest first.

    Parameters
    ----------
    scores : DataFrame
        One month's table ``scores`` at one horizon.
    capacity_share : float
        Size of the watch list, as a share of the ranked agents.
    """
    ranked = scores.loc[scores["rank"].notna()]
    return ranked.loc[ranked["rank"] <= flagged_count(capacity_share, len(ranked))].sort_values("rank")


def whole_bands(scores: pd.DataFrame, capacity_share: float) -> pd.DataFrame:
    """Return the rows of everybody in a band of which somebody is on the watch list, whose cut then orders nobody."""
    return scores.loc[scores["band"].isin(watch_list(scores, capacity_share)["band"].dropna())]


def _choose_one_each(table: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Return the table with one intervention per agent ``chosen``, the largest savings of all agents first.

    An intervention whose capacity is used up is passed over, and the agent gets the next best.
    """
    position_in_playbook = {item.id: position for position, item in enumerate(playbook.interventions)}
    table = table.assign(position=table["intervention"].map(position_in_playbook), chosen=False)
    ranked = table.loc[table["eligible"]].sort_values(
        ["expected_saving", "position", "agent_id"], ascending=[False, True, True], kind="stable"
    )
    remaining = {
        item.id: math.inf if item.capacity_per_month is None else item.capacity_per_month
        for item in playbook.interventions
    }
    agents_served: set[str] = set()
    chosen = []
    columns = ranked.index, ranked["agent_id"].to_numpy(), ranked["intervention"].to_numpy()
    for row, agent, intervention in zip(*columns, strict=True):
        if agent not in agents_served and remaining[intervention] > 0:
            agents_served.add(agent)
            remaining[intervention] -= 1
            chosen.append(row)
    table.loc[chosen, "chosen"] = True
    return table.sort_values(["as_of", "agent_id", "position"]).reset_index(drop=True)
