"""What may be bought for whom this month: one row per agent and intervention that saves more than it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.intervention_effects import EVIDENCE_ONLY
from attrition.predict.intervention_estimates import saving_horizon
from attrition.predict.playbook import DO_NOTHING

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk
    from attrition.predict.playbook import Playbook

COLUMNS = [
    "agent_id",
    "site",
    "intervention",
    "cost",
    "expected_saving",
    "capacity",
    "site_capacity",
    "risk_before",
    "risk_after",
    "replacement",
    "risk_in_time",
    "model_ratio",
    "works_share",
    "risk_error",
    "dose",
    "evidence",
    "basis",
    "lever",
]
SiteCapacity = Mapping[str, Mapping[str, int]]


def offers(
    weighed: pd.DataFrame, agents: pd.DataFrame, *, fitted: FittedRisk, playbook: Playbook, site_capacity: SiteCapacity
) -> pd.DataFrame:
    """Keep what an agent is eligible for and saves more than it costs.

    Parameters
    ----------
    weighed : DataFrame
        From `attrition.predict.intervention_estimates.intervention_estimates`.
    agents : DataFrame
        ``agent_id``, ``risk_error`` (standard error of its log-odds) and, where the centre has sites, ``site``.
    fitted : FittedRisk
        The model that scored; says over how many months savings are counted.
    playbook : Playbook
        Capacities, and how soon an intervention works.
    site_capacity : mapping
        By intervention and site, how many agents can be offered it there.

    Returns
    -------
    DataFrame
        `COLUMNS`. ``expected_saving`` is after the cost; ``capacity`` is the intervention's in the month and
        ``site_capacity`` that at the agent's site, infinite where none is declared; ``model_ratio`` is the model's
        hazard ratio within the months (null where it has no say), ``works_share`` the share of them in which it works.
    """
    months = saving_horizon(fitted, playbook)
    table = weighed[weighed["eligible"] & (weighed["intervention"] != DO_NOTHING) & (weighed["expected_saving"] > 0)]
    sites = agents.set_index("agent_id")["site"] if "site" in agents else pd.Series(dtype=object)
    soon = {item.id: max(0.0, months - item.months_to_effect) / months for item in playbook.interventions}
    errors = agents.set_index("agent_id")["risk_error"]
    table = table.assign(risk_error=table["agent_id"].map(errors))
    table = table.assign(site=table["agent_id"].map(sites), works_share=table["intervention"].map(soon))
    told = np.log1p(-table["model_in_time"]) / np.log1p(-table["risk_in_time"])
    table["model_ratio"] = told.where(table["basis"] != EVIDENCE_ONLY)
    most = {item.id: item.capacity_per_month for item in playbook.interventions}
    table["capacity"] = table["intervention"].map(most).astype(float).fillna(np.inf)
    pairs = zip(table["intervention"], table["site"], strict=True)
    table["site_capacity"] = [float(site_capacity.get(what, {}).get(where, np.inf)) for what, where in pairs]
    order = {item.id: place for place, item in enumerate(playbook.interventions)}
    table = table.assign(place=table["intervention"].map(order)).sort_values(["agent_id", "place"])
    return table[COLUMNS].reset_index(drop=True)
