"""Estimates of every intervention for every agent: eligibility, effect on risk, cost and expected saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.costs import base_pay, intervention_cost, replacement_cost
from attrition.predict.eligibility import add_exclusions, ineligibility_reasons
from attrition.predict.intervention_effects import intervention_effects, risk_by_horizon
from attrition.predict.peers import peers

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import Options
    from attrition.predict.intervention import Intervention
    from attrition.predict.playbook import Playbook

NOTHING_TO_CHANGE = ("the agent already has what it would give", "该座席已达到此措施的目标")
ESTIMATES = ["risk_after", "cost", "expected_saving", "risk_after_model", "risk_after_evidence"]


def intervention_estimates(
    fitted: FittedRisk, frame: pd.DataFrame, *, agents: pd.Series, options: Options, groups: pd.DataFrame
) -> pd.DataFrame:
    """Estimate every intervention for some agents of a month.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        One month of the panel, every agent: ``agent_id``, ``as_of``, features.
    agents : Series
        ``agent_id`` of the agents to estimate for.
    options : Options
        The playbook, and what is not offered to which agent this month.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.

    Returns
    -------
    DataFrame
        One row per agent and intervention, interventions in the order of the playbook: the columns of the contract's
        table ``recommendations`` (risks at the headline horizon; estimates are null where the agent is not eligible),
        and what the saving was computed from, over `saving_horizon` months: ``replacement``, ``risk_in_time``,
        ``model_in_time`` (null where the model has no estimate), ``evidence_in_time``, ``after_in_time``, ``dose``.
    """
    frame = frame.reset_index(drop=True)
    is_included = frame["agent_id"].isin(agents)
    now, typical = frame.loc[is_included], _peer_medians(frame, groups, options.playbook).loc[is_included]
    before = risk_by_horizon(fitted, now)
    months = saving_horizon(fitted, options.playbook)
    parts = []
    for intervention in options.playbook.interventions:
        table = intervention_effects(fitted, now, intervention, before=before, typical=typical)
        table = _at_horizons(table, before, headline=fitted.spec.headline, months=months)
        parts.append(_with_costs(now, table, intervention, options=options, months=months))
    return pd.concat(parts, ignore_index=True)


def saving_horizon(fitted: FittedRisk, playbook: Playbook) -> int:
    """Give the months over which cost and saving are counted: the playbook's, limited by the model's horizons."""
    return max((h for h in fitted.horizons if h <= playbook.saving_months), default=min(fitted.horizons))


def _at_horizons(table: pd.DataFrame, before: pd.DataFrame, *, headline: int, months: int) -> pd.DataFrame:
    """Select the risks at the headline horizon and at that of the saving."""
    return table.assign(
        risk_before=before[headline],
        risk_after=table[f"after_{headline}"],
        risk_after_model=table[f"model_{headline}"],
        risk_after_evidence=table[f"evidence_{headline}"],
        risk_in_time=before[months],
        after_in_time=table[f"after_{months}"],
        model_in_time=table[f"model_{months}"],
        evidence_in_time=table[f"evidence_{months}"],
    )


def _with_costs(
    now: pd.DataFrame, table: pd.DataFrame, intervention: Intervention, *, options: Options, months: int
) -> pd.DataFrame:
    """Add eligibility, cost and expected saving; estimates are null where the agent is not eligible."""
    pay = base_pay(now, options.playbook.base_pay)
    reasons = _reasons(now, table["moved"], intervention, options)
    table = table.assign(agent_id=now["agent_id"], as_of=now["as_of"], intervention=intervention.id)
    table = table.assign(lever=intervention.lever, evidence=intervention.evidence.grade, eligible=reasons["en"] == "")
    table = table.assign(ineligible_reason=reasons["en"], ineligible_reason_zh=reasons["zh"])
    table["cost"] = intervention_cost(pay, intervention.cost, dose=table["dose"], months=months)
    table["replacement"] = replacement_cost(pay, options.playbook.replacement)
    reduction = table["risk_in_time"] - table["after_in_time"]
    table["expected_saving"] = table["replacement"] * reduction - table["cost"]
    table[ESTIMATES] = table[ESTIMATES].where(table["eligible"], np.nan)
    return table


def _reasons(now: pd.DataFrame, is_moved: pd.Series, intervention: Intervention, options: Options) -> pd.DataFrame:
    """Give the reason not to offer it: a condition that fails, nothing that would change, or an exclusion."""
    reasons = ineligibility_reasons(now, intervention)
    reasons.loc[(reasons["en"] == "") & ~is_moved, ["en", "zh"]] = NOTHING_TO_CHANGE
    return add_exclusions(reasons, now["agent_id"], intervention, excluded=options.excluded)


def _peer_medians(frame: pd.DataFrame, groups: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Compute the peers' median of every feature that some change sets to the peers' value."""
    changes = [change for intervention in playbook.interventions for change in intervention.changes]
    names = sorted({change.feature for change in changes if change.to_peers} & set(frame.columns))
    keys = frame[["agent_id", "as_of"]].merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")
    if not names:
        return pd.DataFrame(index=frame.index)
    return pd.DataFrame(peers(keys).median(frame[names].astype(float)), columns=names, index=frame.index)
