"""Metrics of every peer on the same rows, and by how much ours is better, with a paired bootstrap of whole agents."""

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
    """Return the metric that is the plain mean over months; a month in which it has no value is left out."""

    def mean(rows: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
        months = []
        for month in np.unique(rows.month):
            is_month = rows.month == month
            part = LabelledScores(*(getattr(rows, name)[is_month] for name in ("label", "risk", "agent", "month")))
            months.append(metric(part, None if weight is None else weight[is_month]))
        values = np.stack(months)
        is_defined = np.isfinite(values)
        return np.where(is_defined, values, 0).sum(axis=0) / np.maximum(is_defined.sum(axis=0), 1)

    return mean


def brier(rows: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the mean squared distance of risk and outcome."""
    w = np.ones((len(rows.label), 1)) if weight is None else weight
    return (rows.label - rows.risk) ** 2 @ w / w.sum(axis=0)


METRICS: Mapping[str, tuple[Metric, int]] = {
    "auc_mean_of_months": (mean_of_months(auc), 1),
    "auc": (auc, 1),
    "average_precision_mean_of_months": (mean_of_months(average_precision), 1),
    "average_precision": (average_precision, 1),
    "brier": (brier, -1),
    "calibration_error": (calibration_error, -1),
}
"""Each metric, and 1 where more is better or -1 where less is. A list is made each month: the means of months measure
the order within it, the others also how the level of risk follows from month to month."""
PROMISED_METRICS = ["auc_mean_of_months", "auc", "average_precision", "brier"]


def compare_metrics(
    scores: Mapping[str, pd.DataFrame], truth: pd.DataFrame, *, draws: int, seed: int = 0
) -> pd.DataFrame:
    """Measure every peer on the same labelled rows.

    Parameters
    ----------
    scores : mapping of str to DataFrame
        agent_id, as_of, risk by peer; one of them is ours.
    truth : DataFrame
        agent_id, as_of, label: the rows to evaluate. Every peer must have scored all of them.
    draws, seed : int
        Bootstrap draws of whole agents, the same ones for every peer.

    Returns
    -------
    DataFrame
        peer, metric, value, better_by, low, high, rows, events: by how much ours is better than the peer, positive
        where it is, with the 2.5 and 97.5 percentiles of the draws.
    """
    rows = truth.sort_values(KEYS, kind="stable", ignore_index=True)
    labelled = {peer: _labelled_scores(rows, table) for peer, table in scores.items()}
    weight = bootstrap_weights(labelled[OURS].agent, draws=draws, seed=seed)
    records = []
    for metric, (measure, sign) in METRICS.items():
        ours, ours_draws = measure(labelled[OURS], None)[0], measure(labelled[OURS], weight)
        for peer, theirs in labelled.items():
            value = measure(theirs, None)[0]
            low, high = np.nanpercentile(sign * (ours_draws - measure(theirs, weight)), [2.5, 97.5])
            records.append((peer, metric, value, sign * (ours - value), low, high))
    table = pd.DataFrame(records, columns=["peer", "metric", "value", "better_by", "low", "high"])
    return table.assign(rows=len(rows), events=int(rows["label"].sum()))


def _labelled_scores(rows: pd.DataFrame, scores: pd.DataFrame) -> LabelledScores:
    joined = rows.merge(scores, on=KEYS, how="left", validate="one_to_one")
    missing = int(joined["risk"].isna().sum())
    if missing:
        raise ValueError(f"{missing} of {len(joined)} rows were not scored; every peer must score them all")
    return LabelledScores(
        joined["label"].to_numpy(dtype=float),
        joined["risk"].to_numpy(dtype=float),
        joined["agent_id"].astype(str).to_numpy(),
        joined["as_of"].to_numpy(),
    )


def better_peers(table: pd.DataFrame) -> list[str]:
    """Name, centre by centre, each peer that is better than ours on a promised metric, and by how much."""
    behind = table[table["metric"].isin(PROMISED_METRICS) & (table["better_by"] < 0) & (table["peer"] != "oracle")]
    return [
        f"{row.centre}: {row.peer} is better on {row.metric} by {-row.better_by:.4f} "
        f"({-row.high:.4f} to {-row.low:.4f})"
        for row in behind.itertuples()
    ]
