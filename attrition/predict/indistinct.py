"""Which families of features cannot be told apart at a centre: against peers, what they add hardly goes beyond chance.

Of such a family the model may state how much it adds to a risk, but not for whom: neither a reader nor the plan may
prefer an intervention because of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.model.epistemic import epistemic_variance, mean_member_variance
from attrition.predict.peers import peers

if TYPE_CHECKING:
    from attrition.data.terms import FamilyName
    from attrition.model.risk import FittedRisk

MONTHS = 3
"""The newest so many months of the training are looked at."""
ACTIONABLE: tuple[tuple[FamilyName, ...], ...] = (
    ("pay",),
    ("career",),
    ("workload", "schedule"),
    ("quality",),
    ("team",),
)
"""Families that an employer can act on; workload and schedule are one, as wherever three levers are shown."""
SMALLEST_SPREAD = 0.065
"""What a family adds must differ at least by this standard deviation, in log-odds, to be told apart from the others."""


def with_indistinct_families(fitted: FittedRisk, panel: pd.DataFrame, outcomes: pd.DataFrame) -> FittedRisk:
    """Return a model that names the families that cannot be told apart at its centre.

    Parameters
    ----------
    fitted : FittedRisk
        Just fitted.
    panel : DataFrame
        The panel that it was fitted on: ``agent_id``, ``as_of`` and every feature; later rows are ignored.
    outcomes : DataFrame
        Same rows; ``site``, ``job_role`` and ``tenure_band`` as far as the centre has them.
    """
    past = sorted(panel.loc[panel["as_of"] <= fitted.fitted_at, "as_of"].unique())
    is_newest = panel["as_of"].isin(past[-MONTHS:]).to_numpy()
    rows, groups = (table[is_newest].reset_index(drop=True) for table in (panel, outcomes))
    return replace(fitted, indistinct_families=indistinct_families(fitted, rows, groups))


def indistinct_families(fitted: FittedRisk, rows: pd.DataFrame, groups: pd.DataFrame) -> tuple[FamilyName, ...]:
    """Return the families of which a model cannot tell whose risk they raise.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    rows, groups : DataFrame
        All agents of some months with their features, and what makes them peers.

    Returns
    -------
    tuple of FamilyName
        In the order of `ACTIONABLE`. Families without a feature that an employer can act on are not among them, and
        there are none in a model that orders nobody, since it has no drivers.

    Notes
    -----
    Looked at are the agents whom the list can hold (``capacity_share`` of each month). The spread of a family is the
    standard deviation of the sum of its contributions against peers, of which the variance is taken off that other
    samples of agents would bring (`attrition.model.epistemic`). Families with a small spread are those whose ranking
    of agents does not agree with the truth of synthetic centres (``benchmarks/worlds.py``).
    """
    if not fitted.orders_people or rows.empty:
        return ()
    is_top, group = _is_top(fitted, rows), peers(groups)
    members = list(fitted.contributions_by_member(rows))
    indistinct: list[FamilyName] = []
    for families in ACTIONABLE:
        features = [item for item in fitted.features if item.family in families and not item.is_symptom]
        names = [item.name for item in features]
        sums = pd.DataFrame({number: member[names].sum(axis=1) for number, member in enumerate(members)})
        against_peers = (sums - group.mean(sums)).to_numpy()[is_top]
        if names and spread(against_peers, agent_share=fitted.spec.trees.agent_share) < SMALLEST_SPREAD:
            indistinct += [family for family in families if any(item.family == family for item in features)]
    return tuple(indistinct)


def spread(by_member: np.ndarray, *, agent_share: float) -> float:
    """Return the standard deviation, over agents, of what a family adds, without what other samples would change.

    Parameters
    ----------
    by_member : ndarray of shape (n, members)
        What the family adds to the log-odds of each agent-month by each member (averaged booster), against peers.
    agent_share : float
        Share of the agents that each member was trained on.

    Examples
    --------
    >>> agreed = np.array([[0.5, 0.5], [-0.5, -0.5]])
    >>> spread(agreed, agent_share=0.7), spread(np.array([[0.5, -0.5], [-0.5, 0.5]]), agent_share=0.7)
    (0.5, 0.0)
    """
    variance = float(by_member.mean(axis=1).var())
    if by_member.shape[1] > 1:
        noise = epistemic_variance(by_member, group_share=agent_share, mean_variance=mean_member_variance(by_member))
        variance -= float(noise.mean())
    return max(variance, 0.0) ** 0.5


def _is_top(fitted: FittedRisk, rows: pd.DataFrame) -> np.ndarray:
    """Return which rows are of the highest risks of their month, as many as the list can hold."""
    scored = fitted.score(rows)
    risk = scored.loc[scored["horizon_months"] == fitted.spec.headline, "risk"].reset_index(drop=True)
    return (risk.groupby(rows["as_of"]).rank(ascending=False, pct=True) <= fitted.spec.capacity_share).to_numpy()
