"""Fairness audit of offers: how they are distributed across protected groups (age, gender, and what a site supplies).

Agents are at high risk where their risk is above the median, as in the plan's fairness rule. Of the agents at high risk
in a group, the share who are offered an intervention is compared with the share among all others at high risk, with a
95 % interval of the difference (Newcombe 1998, from Wilson's intervals of the shares). Of many groups, one in twenty
has an interval without zero by chance alone. The audit changes no offer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from attrition.model.protected_groups import NOT_STATED, with_age_bands
from attrition.predict.fairness import at_high_risk
from attrition.report.disclosure import suppress_small_units

if TYPE_CHECKING:
    from datetime import date

CONFIDENCE_LEVEL = 0.95
COLUMNS = [
    "attribute",
    "group",
    "in_need",
    "offered",
    "share",
    "others_share",
    "gap",
    "gap_low",
    "gap_high",
    "is_hidden",
]


def offer_audit(
    agents: pd.DataFrame, offered: pd.Series, attributes: pd.DataFrame, *, as_of: date, min_group: int
) -> pd.DataFrame:
    """Return, for each group of each protected attribute, how many agents at high risk are offered an intervention.

    Parameters
    ----------
    agents : DataFrame
        All scored agents: ``agent_id``, ``risk``.
    offered : Series
        The agents who are offered an intervention.
    attributes : DataFrame
        From `attrition.data.people.protected.protected_attributes`.
    as_of : date
        The month-end; ages are of that day.
    min_group : int
        Fewest agents at high risk in a group that is shown. Where a hidden group could be computed from the others,
        another is hidden with it.

    Returns
    -------
    DataFrame
        ``attribute``, ``group``, ``in_need`` (agents at high risk), ``offered`` (of these), ``share`` (offered of in
        need), ``others_share`` (the same of all other groups), ``gap`` (difference of both shares) with its interval
        ``gap_low``, ``gap_high``, and ``is_hidden``. The gap is null where there are no others. A hidden row keeps no
        figure. An attribute that nobody has is left out.

    Examples
    --------
    >>> agents = pd.DataFrame({"agent_id": [f"{n:02d}" for n in range(80)], "risk": [0.1] * 40 + [0.5] * 40})
    >>> attributes = agents[["agent_id"]].assign(gender=["female", "male"] * 40)
    >>> offered, as_of = agents["agent_id"].iloc[40:60:2], pd.Timestamp("2026-10-31")
    >>> audit = offer_audit(agents, offered, attributes, as_of=as_of, min_group=10)
    >>> audit[["group", "in_need", "offered", "gap", "gap_low", "gap_high"]].round(2).values.tolist()
    [['female', 20.0, 10.0, 0.5, 0.24, 0.7], ['male', 20.0, 0.0, -0.5, -0.7, -0.24]]
    """
    high_risk = at_high_risk(agents)[["agent_id"]]
    in_need = high_risk.merge(
        with_age_bands(attributes, pd.Timestamp(as_of)), on="agent_id", how="left", validate="one_to_one"
    )
    in_need["is_offered"] = in_need["agent_id"].isin(offered)
    names = [name for name in in_need if name not in ("agent_id", "is_offered") and in_need[name].notna().any()]
    parts = [_audited(in_need, str(name), min_group) for name in names]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _audited(in_need: pd.DataFrame, name: str, min_group: int) -> pd.DataFrame:
    """Return the audit of one attribute."""
    groups = in_need[name].where(in_need[name].notna(), NOT_STATED).astype(str)
    table = in_need.groupby(groups)["is_offered"].agg(in_need="size", offered="sum").rename_axis("group").reset_index()
    rest = table[["in_need", "offered"]].sum() - table[["in_need", "offered"]]
    gaps = [
        _gap(*map(int, counts))
        for counts in zip(table["offered"], table["in_need"], rest["offered"], rest["in_need"], strict=True)
    ]
    table[["share", "others_share", "gap", "gap_low", "gap_high"]] = gaps
    table = table.assign(attribute=name, is_hidden=_hidden(table, min_group))
    figures = COLUMNS[2:-1]
    table[figures] = table[figures].astype(float).mask(table["is_hidden"])
    return table[COLUMNS]


def _gap(offered: int, count: int, others_offered: int, others: int) -> tuple[float, ...]:
    """Return the share of a group, that of all others, and their difference with its interval."""
    share = offered / count
    if not others:
        return share, np.nan, np.nan, np.nan, np.nan
    others_share = others_offered / others
    interval = binomtest(offered, count).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    others_interval = binomtest(others_offered, others).proportion_ci(CONFIDENCE_LEVEL, method="wilson")
    gap = share - others_share
    low = gap - np.hypot(share - interval.low, others_interval.high - others_share)
    high = gap + np.hypot(interval.high - share, others_share - others_interval.low)
    return share, others_share, gap, float(low), float(high)


def _hidden(table: pd.DataFrame, min_group: int) -> np.ndarray:
    """Return which groups are suppressed, as sites that add up to a centre."""
    units = table[["group", "in_need"]].set_axis(["unit", "headcount"], axis=1).assign(level="site")
    centre = pd.DataFrame({"unit": ["centre"], "headcount": [int(table["in_need"].sum())], "level": ["centre"]})
    rows = pd.concat([centre, units], ignore_index=True).assign(expected=0.0, low=0.0, high=0.0)
    return suppress_small_units(rows, {}, min_group=min_group)["is_hidden"].to_numpy()[1:]
