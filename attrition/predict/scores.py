"""The table of scores: risks with bands and ranks, and abstentions with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.abstention import GONE, NEW_SITE, abstain_reasons
from attrition.model.training_sites import training_sites

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


def at_new_site(groups: pd.DataFrame, outcomes: pd.DataFrame, fitted: FittedRisk) -> pd.Series:
    """Return whether each agent-month is at a site from which the model was not trained.

    Parameters
    ----------
    groups : DataFrame
        agent_id, as_of, ``site`` of the rows to be scored. An unknown site is not new; without the column none is.
    outcomes : DataFrame
        as_of, ``site`` of all agent-months, of which those the model was trained on are taken
        (`attrition.model.training_sites`). The model's own list is of the names that sites had then.
    fitted : FittedRisk
        The model.

    Returns
    -------
    Series of bool
        Indexed by agent_id and as_of.
    """
    keys = pd.MultiIndex.from_frame(groups[KEYS])
    sites = training_sites(outcomes, spec=fitted.spec, fitted_at=fitted.fitted_at)
    if "site" not in groups or not sites:
        return pd.Series(False, index=keys)
    return pd.Series((groups["site"].notna() & ~groups["site"].isin(sites)).to_numpy(), index=keys)


def gone_by_then(groups: pd.DataFrame) -> pd.Series:
    """Return whether each agent-month is of somebody who was gone by then, without an exit on file.

    Parameters
    ----------
    groups : DataFrame
        agent_id, as_of, ``gone_known_on`` (see `attrition.labels.maturity.with_observation`); without it nobody is.

    Returns
    -------
    Series of bool
        Indexed by agent_id and as_of.
    """
    keys = pd.MultiIndex.from_frame(groups[KEYS])
    if "gone_known_on" not in groups:
        return pd.Series(False, index=keys)
    return pd.Series((groups["gone_known_on"] <= groups["as_of"]).to_numpy(), index=keys)


def scores(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    is_new_site: pd.Series | None = None,
    is_gone: pd.Series | None = None,
    all_agents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the contract's table ``scores`` (DATA_DICTIONARY.md) for some agent-months.

    Agents are ranked within their month by risk at the headline horizon (3 months by default), ties by agent number.
    An agent for whom the model abstains has a reason, and no rank and no band. The risk is kept, because the expected
    number of resignations counts all agents. Where the order of the model was not shown, nobody has a rank or a band.

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
    is_gone : Series, optional
        From `gone_by_then`; without it nobody is gone.
    all_agents : DataFrame, optional
        Rows of all agents of the same months, needed where `frame` holds only some of them: whether a source has
        stopped depends on all of them.
    """
    table = scores_with_log_odds(
        fitted, frame, version=version, is_new_site=is_new_site, is_gone=is_gone, all_agents=all_agents
    )
    return table[COLUMNS]


def scores_with_log_odds(
    fitted: FittedRisk,
    frame: pd.DataFrame,
    *,
    version: str,
    is_new_site: pd.Series | None = None,
    is_gone: pd.Series | None = None,
    all_agents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the table of `scores` with the additional column ``log_odds``."""
    spec, table = fitted.spec, fitted.score(frame)
    at_headline = table.loc[table["horizon_months"] == spec.headline].reset_index(drop=True)
    agents = at_headline[["agent_id", "as_of", "risk"]].assign(band=at_headline["risk"].map(fitted.band))
    flags: dict[str, pd.Series | None] = {NEW_SITE: is_new_site, GONE: is_gone}
    reasons = abstain_reasons(fitted, frame, frame if all_agents is None else all_agents, flags)
    agents = agents.merge(reasons, on=KEYS, validate="one_to_one")
    agents["abstained"] = agents["abstain_reason"].notna()
    agents["band"] = agents["band"].astype("string").where(~agents["abstained"])
    agents["rank"] = _ranks(agents[agents["band"].notna()]).reindex(agents.index).astype("Int64")
    table = table.merge(agents.drop(columns="risk"), on=KEYS, validate="many_to_one")
    return table.assign(model_name=spec.name, model_version=version)


def _ranks(ranked: pd.DataFrame) -> pd.Series:
    """Return ranks within each month, 1 for the riskiest agent."""
    ordered = ranked.sort_values(["as_of", "risk", "agent_id"], ascending=[True, False, True])
    return ordered.groupby("as_of").cumcount() + 1
