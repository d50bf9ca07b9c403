"""How the model in use sees the months: its risks, its bands, and of whom it abstains, beside the training months."""

from __future__ import annotations

import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.monitor.drift import WatchedMonths, index_by_month, share_by_month

BANDS = "bands"
EVERYBODY = ""
GROUPINGS = ("site", "tenure_band")


def score_drift(scores: pd.DataFrame, trained: pd.Index, *, headline: int, limit: float) -> pd.DataFrame:
    """Return how the risks of each horizon, and the bands, of each month compare with the training months.

    Parameters
    ----------
    scores : DataFrame
        The contract's ``scores`` of training months and later ones, all by the model in use.
    trained : Index
        The month-ends among them that are training months.
    headline : int
        The horizon that has bands.
    limit : float
        Stability index below which nothing is made of a difference.

    Returns
    -------
    DataFrame
        ``subject`` ("risk_3m" and so on, or "bands") and the columns of `attrition.monitor.drift`.
    """
    columns = {f"risk_{horizon}m": (horizon, "risk") for horizon in sorted(scores["horizon_months"].unique())}
    columns[BANDS] = (headline, "band")
    parts = []
    for subject, (horizon, column) in columns.items():
        rows = scores[scores["horizon_months"] == horizon].reset_index(drop=True)
        if rows[column].notna().any():
            drift = index_by_month(rows[column], _months(rows, trained), limit=limit)
            parts.append(drift.assign(subject=subject))
    return pd.concat(parts, ignore_index=True)


def abstained_drift(
    scores: pd.DataFrame, groups: pd.DataFrame, trained: pd.Index, *, rise: float, smallest_group: int
) -> pd.DataFrame:
    """Return which share of agents the model does not rank in each month: of all, of each site and tenure band.

    Parameters
    ----------
    scores : DataFrame
        The contract's ``scores``, one horizon.
    groups : DataFrame
        ``agent_id``, ``as_of`` and whichever of ``site`` and ``tenure_band`` are known.
    trained : Index
        The month-ends that are training months.
    rise : float
        By how much the share may be above the largest of a training month.
    smallest_group : int
        Groups of fewer agents in any month are left out.

    Returns
    -------
    DataFrame
        ``grouping`` ("" for everybody), ``group``, and the columns of `attrition.monitor.drift`.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> scores = pd.DataFrame({"agent_id": [*range(20)] * 2, "as_of": day(["2026-01-31"] * 20 + ["2026-02-28"] * 20),
    ...     "abstained": [False] * 20 + [True] * 12 + [False] * 8})
    >>> drift = abstained_drift(scores, scores[["agent_id", "as_of"]], pd.Index(day(["2026-01-31"])), rise=0.1,
    ...     smallest_group=10)
    >>> drift[["amount", "is_over"]].values.tolist()
    [[0.6, True]]
    """
    names = [name for name in GROUPINGS if name in groups]
    rows = scores.merge(groups[[*KEYS, *names]], on=KEYS, how="left", validate="one_to_one")
    parts = [_share(rows, trained, rise).assign(grouping="", group=EVERYBODY)]
    for name in names:
        for group, members in rows.groupby(name, sort=True, observed=True):
            if members.groupby("as_of").size().min() >= smallest_group:
                parts.append(_share(members, trained, rise).assign(grouping=name, group=str(group)))
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _share(rows: pd.DataFrame, trained: pd.Index, rise: float) -> pd.DataFrame:
    return share_by_month(rows["abstained"].astype(bool), _months(rows, trained), rise=rise)


def _months(rows: pd.DataFrame, trained: pd.Index) -> WatchedMonths:
    return WatchedMonths.of(rows[KEYS], rows["as_of"].isin(trained).to_numpy())
