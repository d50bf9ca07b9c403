"""The table of offers: one row per agent and intervention that saves more than it costs."""

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
    "risk_at_saving_horizon",
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
    estimates: pd.DataFrame,
    agents: pd.DataFrame,
    *,
    fitted: FittedRisk,
    playbook: Playbook,
    site_capacity: SiteCapacity,
) -> pd.DataFrame:
    """Return one row per agent and intervention that they are eligible for and that saves more than it costs.

    "Do nothing" is no offer.

    Parameters
    ----------
    estimates : DataFrame
        From `attrition.predict.intervention_estimates.intervention_estimates`.
    agents : DataFrame
        ``agent_id``, ``risk_error`` (standard error of the log-odds) and, where the centre has sites, ``site``.
    fitted : FittedRisk
        The model that scored; its horizons limit the months over which savings are counted.
    playbook : Playbook
        Capacities, and the months until an intervention works.
    site_capacity : mapping
        By intervention and site, the number of agents who can be offered it there.

    Returns
    -------
    DataFrame
        `COLUMNS`. ``expected_saving`` is net of the cost; ``capacity`` is the intervention's in the month and
        ``site_capacity`` that at the agent's site, infinite where none is declared; ``model_ratio`` is the model's
        hazard ratio over the months of the saving (null where it has no estimate), ``works_share`` the share of those
        months in which the intervention works.
    """
    months = saving_horizon(fitted, playbook)
    is_offer = estimates["eligible"] & (estimates["intervention"] != DO_NOTHING) & (estimates["expected_saving"] > 0)
    table = estimates[is_offer]
    sites = agents.set_index("agent_id")["site"] if "site" in agents else pd.Series(dtype=object)
    works_share = {item.id: max(0.0, months - item.months_to_effect) / months for item in playbook.interventions}
    risk_errors = agents.set_index("agent_id")["risk_error"]
    table = table.assign(risk_error=table["agent_id"].map(risk_errors))
    table = table.assign(site=table["agent_id"].map(sites), works_share=table["intervention"].map(works_share))
    model_ratio = np.log1p(-table["model_at_saving_horizon"]) / np.log1p(-table["risk_at_saving_horizon"])
    table["model_ratio"] = model_ratio.where(table["basis"] != EVIDENCE_ONLY)
    capacity = {item.id: item.capacity_per_month for item in playbook.interventions}
    table["capacity"] = table["intervention"].map(capacity).astype(float).fillna(np.inf)
    pairs = zip(table["intervention"], table["site"], strict=True)
    table["site_capacity"] = [
        float(site_capacity.get(intervention, {}).get(site, np.inf)) for intervention, site in pairs
    ]
    position_in_playbook = {item.id: position for position, item in enumerate(playbook.interventions)}
    table = table.assign(position=table["intervention"].map(position_in_playbook)).sort_values(["agent_id", "position"])
    return table[COLUMNS].reset_index(drop=True)
