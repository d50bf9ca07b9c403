"""Every intervention weighed for every agent: who is eligible, what it does to risk, what it costs and saves."""

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
    from attrition.predict.playbook import Intervention, Playbook

ALREADY_THERE = ("the agent already has what it would give", "该座席已达到此措施的目标")
ESTIMATES = ["risk_after", "cost", "expected_saving", "risk_after_model", "risk_after_evidence"]


def intervention_estimates(
    fitted: FittedRisk, frame: pd.DataFrame, *, agents: pd.Series, options: Options, groups: pd.DataFrame
) -> pd.DataFrame:
    """Weigh every intervention for some agents of a month.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        One month of the panel, every agent: ``agent_id``, ``as_of``, features.
    agents : Series
        The agents to weigh for.
    options : Options
        The playbook, and what is not offered to whom now.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.

    Returns
    -------
    DataFrame
        One row per agent and intervention, interventions in the order of the playbook: what the contract's table
        ``recommendations`` holds (risks at the headline horizon; estimates are null where the agent is not eligible),
        and what the saving was reckoned from, over `saving_horizon` months: ``replacement``, ``risk_in_time``,
        ``model_in_time`` (null where the model has no say), ``evidence_in_time``, ``after_in_time``, ``dose``.
    """
    frame = frame.reset_index(drop=True)
    here = frame["agent_id"].isin(agents)
    now, typical = frame.loc[here], _typical(frame, groups, options.playbook).loc[here]
    before = risk_by_horizon(fitted, now)
    months = saving_horizon(fitted, options.playbook)
    parts = []
    for intervention in options.playbook.interventions:
        table = intervention_effects(fitted, now, intervention, before=before, typical=typical)
        table = _at(table, before, headline=fitted.spec.headline, months=months)
        parts.append(_priced(now, table, intervention, options=options, months=months))
    return pd.concat(parts, ignore_index=True)


def saving_horizon(fitted: FittedRisk, playbook: Playbook) -> int:
    """Give the months over which cost and saving are counted: the playbook's, as far as the model sees."""
    return max((h for h in fitted.horizons if h <= playbook.saving_months), default=min(fitted.horizons))


def _at(table: pd.DataFrame, before: pd.DataFrame, *, headline: int, months: int) -> pd.DataFrame:
    """Name the risks at the headline horizon and within the months of the saving."""
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


def _priced(
    now: pd.DataFrame, table: pd.DataFrame, intervention: Intervention, *, options: Options, months: int
) -> pd.DataFrame:
    """Add eligibility, cost and expected saving; what an agent is not eligible for has no estimates."""
    pay = base_pay(now, options.playbook.base_pay)
    refused = _refused(now, table["moved"], intervention, options)
    table = table.assign(agent_id=now["agent_id"], as_of=now["as_of"], intervention=intervention.id)
    table = table.assign(lever=intervention.lever, evidence=intervention.evidence.grade, eligible=refused["en"] == "")
    table = table.assign(ineligible_reason=refused["en"], ineligible_reason_zh=refused["zh"])
    table["cost"] = intervention_cost(pay, intervention.cost, dose=table["dose"], months=months)
    table["replacement"] = replacement_cost(pay, options.playbook.replacement)
    less = table["risk_in_time"] - table["after_in_time"]
    table["expected_saving"] = table["replacement"] * less - table["cost"]
    table[ESTIMATES] = table[ESTIMATES].where(table["eligible"], np.nan)
    return table


def _refused(now: pd.DataFrame, moved: pd.Series, intervention: Intervention, options: Options) -> pd.DataFrame:
    """Say why not: a condition that fails, nothing that would change, or what the agent was given of late."""
    refused = ineligibility_reasons(now, intervention)
    refused.loc[(refused["en"] == "") & ~moved, ["en", "zh"]] = ALREADY_THERE
    return add_exclusions(refused, now["agent_id"], intervention, barred=options.barred)


def _typical(frame: pd.DataFrame, groups: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Look up the peers' median of every feature that some change moves to the peers' value."""
    changes = [change for intervention in playbook.interventions for change in intervention.changes]
    names = sorted({change.feature for change in changes if change.to_peers} & set(frame.columns))
    keys = frame[["agent_id", "as_of"]].merge(groups, on=["agent_id", "as_of"], how="left", validate="one_to_one")
    if not names:
        return pd.DataFrame(index=frame.index)
    return pd.DataFrame(peers(keys).median(frame[names].astype(float)), columns=names, index=frame.index)
