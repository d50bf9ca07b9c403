"""What to do for whom: every intervention for every agent of the watch list, and the one that is recommended."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.effect import effects, risk_by_horizon
from attrition.predict.eligibility import refusals
from attrition.predict.money import base_pay, intervention_cost, replacement_cost
from attrition.predict.peers import peers

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.playbook import Intervention, Playbook

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
ESTIMATES = ["risk_after", "cost", "expected_saving", "risk_after_model", "risk_after_evidence"]
ALREADY_THERE = ("the agent already has what it would give", "该座席已达到此措施的目标")


def recommendations(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    scores: pd.DataFrame,
    playbook: Playbook,
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
    playbook : Playbook
        What can be done.
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
    frame = frame.reset_index(drop=True)
    headline = scores.loc[scores["horizon_months"] == fitted.spec.headline]
    watched = frame["agent_id"].isin(watch_list(headline, capacity_share)["agent_id"])
    now, typical = frame.loc[watched], _typical(frame, groups, playbook).loc[watched]
    if now.empty:
        return pd.DataFrame(columns=COLUMNS)
    before = risk_by_horizon(fitted, now)
    months = max((h for h in fitted.horizons if h <= playbook.saving_months), default=min(fitted.horizons))
    parts = []
    for intervention in playbook.interventions:
        table = effects(fitted, now, intervention, before=before, typical=typical)
        table = _at(table, before, headline=fitted.spec.headline, months=months)
        parts.append(_weighed(now, table, intervention, playbook=playbook, months=months))
    return _chosen(pd.concat(parts, ignore_index=True), playbook)[COLUMNS]


def watch_list(scores: pd.DataFrame, capacity_share: float) -> pd.DataFrame:
    """Give the top of one month's ranking at one horizon, as many agents as can be looked after."""
    ranked = scores.loc[scores["rank"].notna()]
    return ranked.loc[ranked["rank"] <= math.ceil(round(capacity_share * len(ranked), 9))].sort_values("rank")


def _at(table: pd.DataFrame, before: pd.DataFrame, *, headline: int, months: int) -> pd.DataFrame:
    """Name the risks at the headline horizon, and the fall in risk (``less``) within the months of the saving."""
    return table.assign(
        risk_before=before[headline],
        risk_after=table[f"after_{headline}"],
        risk_after_model=table[f"model_{headline}"],
        risk_after_evidence=table[f"evidence_{headline}"],
        less=before[months] - table[f"after_{months}"],
    )


def _weighed(
    now: pd.DataFrame, table: pd.DataFrame, intervention: Intervention, *, playbook: Playbook, months: int
) -> pd.DataFrame:
    """Add eligibility, cost and expected saving; what an agent is not eligible for has no estimates."""
    pay = base_pay(now, playbook.base_pay)
    refused = refusals(now, intervention)
    refused.loc[(refused["en"] == "") & ~table["moved"], ["en", "zh"]] = ALREADY_THERE
    table = table.assign(agent_id=now["agent_id"], as_of=now["as_of"], intervention=intervention.id)
    table = table.assign(lever=intervention.lever, evidence=intervention.evidence.grade, eligible=refused["en"] == "")
    table = table.assign(ineligible_reason=refused["en"], ineligible_reason_zh=refused["zh"])
    table["cost"] = intervention_cost(pay, intervention.cost, dose=table["dose"], months=months)
    table["expected_saving"] = replacement_cost(pay, playbook.replacement) * table["less"] - table["cost"]
    table[ESTIMATES] = table[ESTIMATES].where(table["eligible"], np.nan)
    return table


def _typical(frame: pd.DataFrame, groups: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Look up the peers' median of every feature that some change moves to the peers' value."""
    changes = [change for intervention in playbook.interventions for change in intervention.changes]
    names = sorted({change.feature for change in changes if change.to_peers} & set(frame.columns))
    keys = frame[["agent_id", "as_of"]].merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")
    if not names:
        return pd.DataFrame(index=frame.index)
    return pd.DataFrame(peers(keys).median(frame[names].astype(float)), columns=names, index=frame.index)


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
