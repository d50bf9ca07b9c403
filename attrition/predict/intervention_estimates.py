"""Estimates for every intervention and agent: eligibility, effect on risk, cost and expected saving."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from attrition.data.terms import LANGUAGES
from attrition.labels.outcomes import KEYS
from attrition.predict.costs import base_pay, intervention_cost, replacement_cost
from attrition.predict.eligibility import add_exclusions, ineligibility_reasons
from attrition.predict.intervention_effects import intervention_effects, risk_by_horizon
from attrition.predict.peers import peers

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.eligibility import InterventionOptions
    from attrition.predict.intervention import Intervention
    from attrition.predict.playbook import Playbook

NOTHING_TO_CHANGE = ("the agent already has what it would give", "该座席已达到此措施的目标")
ESTIMATES = ["risk_after", "cost", "expected_saving", "risk_after_model", "risk_after_evidence"]


def intervention_estimates(
    fitted: FittedRisk, frame: pd.DataFrame, *, agents: pd.Series, options: InterventionOptions, groups: pd.DataFrame
) -> pd.DataFrame:
    """Return an estimate of every intervention of the playbook for some agents of a month.

    Parameters
    ----------
    fitted : FittedRisk
        The model that scored.
    frame : DataFrame
        One month of the panel, every agent: ``agent_id``, ``as_of``, features.
    agents : Series
        ``agent_id`` of the agents to estimate for.
    options : InterventionOptions
        The playbook, and what is not offered to which agent this month.
    groups : DataFrame
        ``agent_id``, ``as_of``, ``site``, ``job_role``, ``tenure_band``.

    Returns
    -------
    DataFrame
        One row per agent and intervention, interventions in the order of the playbook: the columns of the contract's
        table ``recommendations`` (risks at the headline horizon; estimates are null where the agent is not eligible),
        and what the saving is computed from: ``replacement`` (cost of a resignation), ``dose``, and the risks within
        `saving_horizon` months: now (``risk_at_saving_horizon``), with the intervention by the model
        (``model_at_saving_horizon``, null where it has no estimate), by the evidence
        (``evidence_at_saving_horizon``), and by the more careful of the two (``after_at_saving_horizon``).
    """
    frame = frame.reset_index(drop=True)
    is_included = frame["agent_id"].isin(agents)
    now, peer_medians = frame.loc[is_included], _peer_medians(frame, groups, options.playbook).loc[is_included]
    before = risk_by_horizon(fitted, now)
    months = saving_horizon(fitted, options.playbook)
    interventions, pay = options.playbook.interventions, base_pay(now, options.playbook.base_pay)
    costs = _Costs(pay, replacement_cost(pay, options.playbook.replacement), months)
    tables = intervention_effects(fitted, now, interventions, before=before, peer_medians=peer_medians)
    parts = []
    for intervention, table in zip(interventions, tables, strict=True):
        reasons = _reasons(now, table["is_moved"].to_numpy(), intervention, options)
        estimates = _estimates(table, before, intervention, headline=fitted.spec.headline, costs=costs)
        parts.append(_if_eligible(now[KEYS], estimates, intervention, reasons=reasons))
    return pd.concat(parts, ignore_index=True)


def saving_horizon(fitted: FittedRisk, playbook: Playbook) -> int:
    """Return the months over which cost and saving are counted: the longest horizon within the playbook's months.

    It is the shortest horizon where all are longer than the playbook's ``saving_months``.
    """
    return max((h for h in fitted.horizons if h <= playbook.saving_months), default=min(fitted.horizons))


class _Costs(NamedTuple):
    """What savings are computed from: agents' base pay, what replacing them costs, and months that are counted."""

    pay: pd.Series
    replacement: pd.Series
    months: int


def _estimates(
    table: pd.DataFrame, before: pd.DataFrame, intervention: Intervention, *, headline: int, costs: _Costs
) -> dict[str, pd.Series]:
    """Return risks, cost and saving by column: risks at the headline horizon, and at that of the saving."""
    months, dose = costs.months, table["dose"]
    cost = intervention_cost(costs.pay, intervention.cost, dose=dose, months=months)
    return {
        "risk_before": before[headline],
        "risk_after": table[f"after_{headline}"],
        "risk_after_model": table[f"model_{headline}"],
        "risk_after_evidence": table[f"evidence_{headline}"],
        "risk_at_saving_horizon": before[months],
        "after_at_saving_horizon": table[f"after_{months}"],
        "model_at_saving_horizon": table[f"model_{months}"],
        "evidence_at_saving_horizon": table[f"evidence_{months}"],
        "basis": table["basis"],
        "dose": dose,
        "cost": cost,
        "replacement": costs.replacement,
        "expected_saving": costs.replacement * (before[months] - table[f"after_{months}"]) - cost,
    }


def _if_eligible(
    keys: pd.DataFrame, estimates: dict[str, pd.Series], intervention: Intervention, *, reasons: pd.DataFrame
) -> pd.DataFrame:
    """Return a table of the estimates with the reason why not; `ESTIMATES` are null for agents not eligible."""
    is_eligible = reasons["en"] == ""
    columns = {
        "agent_id": keys["agent_id"],
        "as_of": keys["as_of"],
        "intervention": intervention.id,
        "lever": intervention.lever,
        "evidence": intervention.evidence.grade,
        "eligible": is_eligible,
        "ineligible_reason": reasons["en"],
        "ineligible_reason_zh": reasons["zh"],
    }
    shown = {name: estimates[name].where(is_eligible, np.nan) for name in ESTIMATES}
    return pd.DataFrame(columns | estimates | shown)


def _reasons(
    now: pd.DataFrame, is_moved: np.ndarray, intervention: Intervention, options: InterventionOptions
) -> pd.DataFrame:
    """Return why not to offer it (``en``, ``zh``): a failed condition, nothing that would change, or an exclusion."""
    reasons = ineligibility_reasons(now, intervention)
    is_without_effect = (reasons["en"] == "").to_numpy() & ~is_moved
    for language, reason in zip(LANGUAGES, NOTHING_TO_CHANGE, strict=True):
        reasons[language] = reasons[language].mask(is_without_effect, reason)
    return add_exclusions(reasons, now["agent_id"], intervention, excluded=options.excluded)


def _peer_medians(frame: pd.DataFrame, groups: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Return the peers' median of every feature that some change of the playbook sets to it."""
    changes = [change for intervention in playbook.interventions for change in intervention.changes]
    names = sorted({change.feature for change in changes if change.to_peers} & set(frame.columns))
    keys = frame[KEYS].merge(groups, on=KEYS, how="left", validate="one_to_one")
    if not names:
        return pd.DataFrame(index=frame.index)
    return pd.DataFrame(peers(keys).median(frame[names].astype(float)), columns=names, index=frame.index)
