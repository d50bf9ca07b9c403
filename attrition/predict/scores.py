"""This month's risks as people will use them: bands, ranks, and where the model says that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS, month_end

if TYPE_CHECKING:
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
TENURE = "tenure_days"
FEWEST_DAYS = 30
TOO_NEW = "less than a month in post"
NEW_SITE = "a site the model has not learnt from"
MISSING_INPUTS = "too many inputs are missing"
STOPPED_SOURCE = "a source has stopped: inputs that carry much of the model are missing for everybody"
GAIN_THAT_MATTERS = 0.20
"""Share of the model's gain that may be missing for everybody in a month before it stops naming risks."""
FEWEST_AGENTS = 20


def at_new_site(groups: pd.DataFrame, outcomes: pd.DataFrame, fitted: FittedRisk) -> pd.Series:
    """Tell which agent-months belong to a site of which nothing was known when the model was fitted.

    Parameters
    ----------
    groups : DataFrame
        agent_id, as_of, ``site``: what is to be scored. A site that is not stated is not new.
    outcomes : DataFrame
        as_of, ``site`` of every agent-month there is.
    fitted : FittedRisk
        Knows until when it learnt, and of which windows.

    Returns
    -------
    Series of bool
        By agent_id and as_of.
    """
    keys = pd.MultiIndex.from_frame(groups[KEYS])
    if "site" not in groups:
        return pd.Series(False, index=keys)
    passed = month_end(outcomes["as_of"], plus=min(fitted.spec.trees.learn_from)) <= fitted.at
    learnt = outcomes.loc[passed, "site"].unique()
    return pd.Series((groups["site"].notna() & ~groups["site"].isin(learnt)).to_numpy(), index=keys)


def scores(
    fitted: FittedRisk, frame: pd.DataFrame, *, spec: Spec, version: str, is_new_site: pd.Series | None = None
) -> pd.DataFrame:
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
    is_new_site : Series, optional
        From `at_new_site`; without it no site is new.
    """
    table = fitted.score(frame)
    headline = table.loc[table["horizon_months"] == spec.headline].reset_index(drop=True)
    agents = headline[["agent_id", "as_of", "risk"]].assign(band=headline["risk"].map(fitted.band))
    agents = agents.merge(
        _abstentions(fitted, frame, spec, is_new_site), on=["agent_id", "as_of"], validate="one_to_one"
    )
    agents["abstained"] = agents["abstain_reason"].notna()
    agents["band"] = agents["band"].astype("string").where(~agents["abstained"])
    agents["rank"] = _ranks(agents)
    table = table.merge(agents.drop(columns="risk"), on=["agent_id", "as_of"], validate="many_to_one")
    return table.assign(model_name=spec.name, model_version=version)[COLUMNS]


def _ranks(agents: pd.DataFrame) -> pd.Series:
    """Number the agents of each month from the riskiest; null where the model abstained."""
    told = agents.loc[~agents["abstained"]].sort_values(["as_of", "risk", "agent_id"], ascending=[True, False, True])
    return (told.groupby("as_of").cumcount() + 1).reindex(agents.index).astype("Int64")


def _abstentions(fitted: FittedRisk, frame: pd.DataFrame, spec: Spec, is_new_site: pd.Series | None) -> pd.DataFrame:
    """Give each agent-month's reason for abstention, or null; the first rule that applies speaks."""
    frame = frame.reset_index(drop=True)
    missing = frame[[feature.name for feature in fitted.features]].isna()
    reason = pd.Series([None] * len(frame), index=frame.index, dtype="string")
    reason[missing.mean(axis=1) > spec.abstain.missing_share] = MISSING_INPUTS
    reason[_has_stopped(fitted, missing, frame["as_of"])] = STOPPED_SOURCE
    if is_new_site is not None:
        reason[is_new_site.reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy(dtype=bool)] = NEW_SITE
    if TENURE in frame:
        reason[frame[TENURE] < FEWEST_DAYS] = TOO_NEW
    return frame[["agent_id", "as_of"]].assign(abstain_reason=reason)


def _has_stopped(fitted: FittedRisk, missing: pd.DataFrame, as_of: pd.Series) -> pd.Series:
    """Find the months in which features that carry much of the model are missing for everybody.

    A feature that carries gain had values when the model was fitted. With few agents in a month, none having a value
    says little.
    """
    nobody = missing.groupby(as_of).transform("min").astype(bool)
    lost = nobody @ fitted.gain_shares().reindex(missing.columns).astype(float)
    return (lost > GAIN_THAT_MATTERS) & (as_of.groupby(as_of).transform("size") >= FEWEST_AGENTS)
