"""This month's risks as people will use them: bands, ranks, and where the model says that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk
    from attrition.model.spec import Spec

COLUMNS = [
    "agent_id",
    "as_of",
    "horizon_months",
    "risk",
    "risk_low",
    "risk_high",
    "involuntary_risk",
    "band",
    "rank",
    "abstained",
    "abstain_reason",
    "model_name",
    "model_version",
]
TENURE = "tenure_length_days"
FEWEST_DAYS = 30
NEW = "less than a month in post"
BLIND = "too many inputs are missing"
STOPPED = "a source has stopped: no {family} inputs for anybody this month"


def scores(fitted: FittedRisk, frame: pd.DataFrame, *, spec: Spec, version: str) -> pd.DataFrame:
    """Score agent-months: the contract's table ``scores``.

    Agents are ranked within their month by risk at the headline horizon, ties by agent number; an agent whose risk
    the model abstains from naming has no rank and no band, and the reason is given. The risk is kept, because the
    expected number of resignations counts everybody.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    frame : DataFrame
        Rows of the panel: ``agent_id``, ``as_of`` and the features.
    spec : Spec
        Names the headline horizon and the rules of abstention.
    version : str
        The model's version in the registry.
    """
    table = fitted.score(frame)
    headline = table.loc[table["horizon_months"] == spec.headline].reset_index(drop=True)
    agents = headline[["agent_id", "as_of", "risk"]].assign(band=fitted.bands(headline["risk"].to_numpy()))
    agents = agents.merge(_abstentions(fitted, frame, spec), on=["agent_id", "as_of"], validate="one_to_one")
    agents["abstained"] = agents["abstain_reason"].notna()
    agents["band"] = agents["band"].astype(object).where(~agents["abstained"], None)
    agents["rank"] = _ranks(agents)
    table = table.merge(agents.drop(columns="risk"), on=["agent_id", "as_of"], validate="many_to_one")
    return table.assign(model_name=spec.name, model_version=version)[COLUMNS]


def _ranks(agents: pd.DataFrame) -> pd.Series:
    """Number the agents of each month from the riskiest; null where the model abstained."""
    told = agents.loc[~agents["abstained"]].sort_values(["as_of", "risk", "agent_id"], ascending=[True, False, True])
    return (told.groupby("as_of").cumcount() + 1).reindex(agents.index).astype("Int64")


def _abstentions(fitted: FittedRisk, frame: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Give each agent-month's reason for abstention, or None; the first of the rules that applies."""
    frame = frame.reset_index(drop=True)
    missing = frame[[feature.name for feature in fitted.features]].isna()
    blind = missing.mean(axis=1) > spec.abstain.missing_share
    reason = pd.Series(np.where(blind, BLIND, None), index=frame.index, dtype=object)
    for family in stopped_families(missing, fitted.features):
        reason[:] = STOPPED.format(family=family)
    if TENURE in frame:
        reason[frame[TENURE] < FEWEST_DAYS] = NEW
    return frame[["agent_id", "as_of"]].assign(abstain_reason=reason)
