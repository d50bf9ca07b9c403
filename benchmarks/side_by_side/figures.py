"""How good each peer is on the same rows, and by how much ours is better, with whole agents redrawn in pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from attrition.labels.outcomes import KEYS
from attrition.model.clusters import bootstrap_weights
from attrition.model.metrics import LabelledScores, auc, average_precision, calibration_error

OURS = "attrition"
Metric = Callable[[LabelledScores, np.ndarray | None], np.ndarray]


def mean_of_months(metric: Metric) -> Metric:
    """Give the plain mean of a metric over the months; a month in which it has no value is left out."""

    def mean(judged: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
        months = []
        for month in np.unique(judged.month):
            here = judged.month == month
            one = LabelledScores(judged.label[here], judged.risk[here], judged.agent[here], judged.month[here])
            months.append(metric(one, None if weight is None else weight[here]))
        found = np.stack(months)
        counted = np.isfinite(found)
        return np.where(counted, found, 0).sum(axis=0) / np.maximum(counted.sum(axis=0), 1)

    return mean


def brier(judged: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Give the mean squared distance of risk and outcome."""
    w = np.ones((len(judged.label), 1)) if weight is None else weight
    return (judged.label - judged.risk) ** 2 @ w / w.sum(axis=0)


METRICS: Mapping[str, tuple[Metric, int]] = {
    "auc_mean_of_months": (mean_of_months(auc), 1),
    "auc": (auc, 1),
    "average_precision_mean_of_months": (mean_of_months(average_precision), 1),
    "average_precision": (average_precision, 1),
    "brier": (brier, -1),
    "calibration_error": (calibration_error, -1),
}
"""Each metric, and 1 where more is better or -1 where less is. A list is made each month: the means of months judge
the order within it, the others also how the level of risk follows from month to month."""
PROMISED = ["auc_mean_of_months", "auc", "average_precision", "brier"]


def judge(scores: Mapping[str, pd.DataFrame], truth: pd.DataFrame, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Measure every peer on the same judged rows.

    Parameters
    ----------
    scores : mapping of str to DataFrame
        agent_id, as_of, risk by peer; one of them is ours.
    truth : DataFrame
        agent_id, as_of, label: the rows to judge by. Every peer must have scored all of them.
    draws, seed : int
        Redraws of whole agents, the same ones for every peer.

    Returns
    -------
    DataFrame
        peer, metric, value, better_by, low, high, rows, events: by how much ours is better than the peer, positive
        where it is, with the 2.5 and 97.5 percentiles of the redraws.
    """
    rows = truth.sort_values(KEYS, kind="stable", ignore_index=True)
    laid = {peer: _judged(rows, told) for peer, told in scores.items()}
    weight = bootstrap_weights(laid[OURS].agent, draws=draws, seed=seed)
    found = []
    for metric, (measure, sign) in METRICS.items():
        ours, ours_redrawn = measure(laid[OURS], None)[0], measure(laid[OURS], weight)
        for peer, one in laid.items():
            value = measure(one, None)[0]
            low, high = np.nanpercentile(sign * (ours_redrawn - measure(one, weight)), [2.5, 97.5])
            found.append((peer, metric, value, sign * (ours - value), low, high))
    table = pd.DataFrame(found, columns=["peer", "metric", "value", "better_by", "low", "high"])
    return table.assign(rows=len(rows), events=int(rows["label"].sum()))


def _judged(rows: pd.DataFrame, scores: pd.DataFrame) -> LabelledScores:
    both = rows.merge(scores, on=KEYS, how="left", validate="one_to_one")
    missing = int(both["risk"].isna().sum())
    if missing:
        raise ValueError(f"{missing} of {len(both)} rows were not scored; every peer must score them all")
    return LabelledScores(
        both["label"].to_numpy(dtype=float),
        both["risk"].to_numpy(dtype=float),
        both["agent_id"].astype(str).to_numpy(),
        both["as_of"].to_numpy(),
    )


def lost(table: pd.DataFrame) -> list[str]:
    """Name, centre by centre, each peer that is better than ours on a metric of the promise, and by how much."""
    behind = table[table["metric"].isin(PROMISED) & (table["better_by"] < 0) & (table["peer"] != "oracle")]
    return [
        f"{row.centre}: {row.peer} is better on {row.metric} by {-row.better_by:.4f} "
        f"({-row.high:.4f} to {-row.low:.4f})"
        for row in behind.itertuples()
    ]
