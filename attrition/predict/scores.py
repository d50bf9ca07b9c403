"""The table of scores: risks with bands and ranks, and the agents for whom the model abstains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS, month_end

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

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
MINIMUM_TENURE_DAYS = 30
TOO_NEW = "less than a month in post"
NEW_SITE = "a site the model has not learnt from"
MISSING_INPUTS = "too many inputs are missing"
STOPPED_SOURCE = "a source has stopped: inputs that carry much of the model are missing for everybody"
MAXIMUM_LOST_GAIN = 0.20
"""Share of the model's gain that may be missing for all agents of a month before it abstains for all of them."""
MINIMUM_AGENTS = 20
"""Agents in a month from which on a feature without any value counts as a stopped source."""


def at_new_site(groups: pd.DataFrame, outcomes: pd.DataFrame, fitted: FittedRisk) -> pd.Series:
    """Mark the agent-months of sites that the model has not learnt from.

    Parameters
    ----------
    groups : DataFrame
        agent_id, as_of, ``site`` of the rows to be scored. An unknown site is not new.
    outcomes : DataFrame
        as_of, ``site`` of all agent-months.
    fitted : FittedRisk
        The model: its date and the windows it was trained on.

    Returns
    -------
    Series of bool
        By agent_id and as_of.
    """
    keys = pd.MultiIndex.from_frame(groups[KEYS])
    if "site" not in groups:
        return pd.Series(False, index=keys)
    has_label = month_end(outcomes["as_of"], plus=min(fitted.spec.trees.learn_from)) <= fitted.at
    training_sites = outcomes.loc[has_label, "site"].unique()
    return pd.Series((groups["site"].notna() & ~groups["site"].isin(training_sites)).to_numpy(), index=keys)


def scores(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    is_new_site: pd.Series | None = None,
    month: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score agent-months: the contract's table ``scores``.

    Agents are ranked within their month by risk at the headline horizon, ties by agent number. An agent for whom the
    model abstains has a reason, and no rank and no band. The risk is kept, because the expected number of resignations
    counts all agents.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    frame : DataFrame
        Rows of the panel: ``agent_id``, ``as_of`` and the features.
    version : str
        The model's version in the registry.
    is_new_site : Series, optional
        From `at_new_site`; without it no site is new.
    month : DataFrame, optional
        All agents of the months, where `frame` holds only some: whether a source has stopped depends on all of them.
    """
    return scores_with_log_odds(fitted, frame, version=version, is_new_site=is_new_site, month=month)[COLUMNS]


def scores_with_log_odds(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    is_new_site: pd.Series | None = None,
    month: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Score agent-months as `scores` does, with the column ``log_odds`` beside the contract's."""
    spec, table = fitted.spec, fitted.score(frame)
    headline = table.loc[table["horizon_months"] == spec.headline].reset_index(drop=True)
    agents = headline[["agent_id", "as_of", "risk"]].assign(band=headline["risk"].map(fitted.band))
    reasons = _abstain_reasons(fitted, frame, frame if month is None else month, is_new_site)
    agents = agents.merge(reasons, on=KEYS, validate="one_to_one")
    agents["abstained"] = agents["abstain_reason"].notna()
    agents["band"] = agents["band"].astype("string").where(~agents["abstained"])
    agents["rank"] = _ranks(agents)
    table = table.merge(agents.drop(columns="risk"), on=KEYS, validate="many_to_one")
    return table.assign(model_name=spec.name, model_version=version)


def _ranks(agents: pd.DataFrame) -> pd.Series:
    """Rank the agents of each month, the riskiest first; null where the model abstains."""
    ranked = agents.loc[~agents["abstained"]].sort_values(["as_of", "risk", "agent_id"], ascending=[True, False, True])
    return (ranked.groupby("as_of").cumcount() + 1).reindex(agents.index).astype("Int64")


def _abstain_reasons(
    fitted: FittedRisk, frame: pd.DataFrame, month: pd.DataFrame, is_new_site: pd.Series | None
) -> pd.DataFrame:
    """Give each agent-month's reason to abstain, or null; where several rules apply, the last of them below counts."""
    frame = frame.reset_index(drop=True)
    missing = frame[[feature.name for feature in fitted.features]].isna()
    reason = pd.Series([None] * len(frame), index=frame.index, dtype="string")
    reason[missing.mean(axis=1) > fitted.spec.abstain.missing_share] = MISSING_INPUTS
    reason[frame["as_of"].isin(_months_with_stopped_source(fitted, month))] = STOPPED_SOURCE
    if is_new_site is not None:
        reason[is_new_site.reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy(dtype=bool)] = NEW_SITE
    if TENURE in frame:
        reason[frame[TENURE] < MINIMUM_TENURE_DAYS] = TOO_NEW
    return frame[KEYS].assign(abstain_reason=reason)


def _months_with_stopped_source(fitted: FittedRisk, frame: pd.DataFrame) -> pd.Index:
    """List the months in which features with a large share of the model's gain are missing for all agents.

    A feature with gain had values when the model was fitted. In a month with few agents, none having a value is no
    evidence that a source has stopped.
    """
    missing = frame[[feature.name for feature in fitted.features]].isna()
    by_month = missing.groupby(frame["as_of"])
    lost = by_month.min().astype(bool) @ fitted.gain_shares().reindex(missing.columns).astype(float)
    return lost.index[(lost > MAXIMUM_LOST_GAIN) & (by_month.size() >= MINIMUM_AGENTS)]
