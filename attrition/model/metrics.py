"""Metrics of risks against labels, as functions of labelled scores and a matrix of bootstrap weights.

Every metric takes `weight`, which is None (each row counts once) or an array of n x draws, and returns a float array
with one value per draw; without weights it has one value. A value that cannot be computed is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from attrition.model.clusters import bootstrap_weights, sum_by_cluster

BINS = 10
"""Bins of the calibration error."""
MIN_RISK = 1e-4
"""Risks are clipped to this, and to 1 minus this, before their log-odds are taken."""
MAX_NEWTON_STEPS = 12
NEWTON_TOLERANCE = 1e-6


@dataclass(frozen=True)
class LabelledScores:
    """Scores of agent-months with their labels, as arrays of shape (n,).

    Attributes
    ----------
    label : ndarray
        1 if the agent resigned within the horizon, else 0.
    risk : ndarray
        The predicted risk, or any score that ranks the rows.
    agent, month : ndarray
        Whose row it is, and its month.
    capacity_share : float
        Share of each month's agents that can be supported.
    talks : int
        Number of stay interviews a month.
    """

    label: np.ndarray
    risk: np.ndarray
    agent: np.ndarray
    month: np.ndarray
    capacity_share: float = 0.10
    talks: int = 30


RowMarker = Callable[[LabelledScores], np.ndarray]
"""Returns 1 for rows at the top of their month and 0 for the others, or a share where rows tie at the edge."""


def auc(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the probability that a leaver has a higher risk than a stayer (the area under the ROC curve).

    All pairs count, also of different months; ties count half.
    """
    leavers, stayers = _by_risk(scores, weight)
    stayers_below = np.cumsum(stayers, axis=0) - stayers
    pairs = leavers.sum(axis=0) * stayers.sum(axis=0)
    return _divide((leavers * (stayers_below + 0.5 * stayers)).sum(axis=0), pairs)


def average_precision(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the mean over the leavers of the precision at their risk; rows of equal risk are taken together."""
    leavers, stayers = (part[::-1] for part in _by_risk(scores, weight))
    captured = np.cumsum(leavers, axis=0)
    precision = _divide(captured, captured + np.cumsum(stayers, axis=0))
    return _divide((leavers * np.nan_to_num(precision)).sum(axis=0), leavers.sum(axis=0))


def brier_skill(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return by which share the risks reduce the squared error of predicting the observed rate for every row."""
    w = _weights(scores, weight)
    total = w.sum(axis=0)
    rate = _divide(scores.label @ w, total)
    error = _divide((scores.label - scores.risk) ** 2 @ w, total)
    return 1.0 - _divide(error, rate * (1.0 - rate))


def flagged_count(capacity_share: float, ranked: int) -> int:
    """Return the share of the ranked agents as a whole number, rounded up.

    The product is rounded first, since .1 times 30 is slightly more than 3 in floating point and would become 4.
    """
    return math.ceil(round(capacity_share * ranked, 9))


def mark_flagged(scores: LabelledScores) -> np.ndarray:
    """Mark the agents with the highest risks of each month: the share `capacity_share`."""
    return _mark_highest(scores, lambda rows: flagged_count(scores.capacity_share, rows))


def mark_top_5_percent(scores: LabelledScores) -> np.ndarray:
    """Mark the agents with the highest risks of each month: 5 %, rounded up."""
    return _mark_highest(scores, lambda rows: math.ceil(rows / 20))


def mark_interviewed(scores: LabelledScores) -> np.ndarray:
    """Mark the agents with the highest risks of each month: as many as there are stay interviews."""
    return _mark_highest(scores, lambda rows: min(scores.talks, rows))


def lift(
    scores: LabelledScores, weight: np.ndarray | None = None, *, mark_listed: RowMarker = mark_flagged
) -> np.ndarray:
    """Return the rate of resigning among the marked rows, divided by the rate among all rows."""
    w = _weights(scores, weight)
    is_listed = mark_listed(scores)
    return _divide(_divide((scores.label * is_listed) @ w, is_listed @ w), _divide(scores.label @ w, w.sum(axis=0)))


def recall(
    scores: LabelledScores, weight: np.ndarray | None = None, *, mark_listed: RowMarker = mark_flagged
) -> np.ndarray:
    """Return the share of the leavers' rows that are marked."""
    w = _weights(scores, weight)
    return _divide((scores.label * mark_listed(scores)) @ w, scores.label @ w)


def observed_over_expected(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the number of resignations, divided by the number that the risks add up to."""
    w = _weights(scores, weight)
    return _divide(scores.label @ w, scores.risk @ w)


def calibration_error(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the expected calibration error: the absolute gap between mean risk and rate, averaged over ten bins.

    The bins have about equal size, and rows of equal risk are in the same bin. Even a perfect model has an error above
    0 in a finite sample; `attrition.model.calibration_criteria` draws how large it may be.
    """
    w = _weights(scores, weight)
    order = np.argsort(scores.risk, kind="stable")
    edges = np.quantile(scores.risk, np.linspace(0, 1, BINS + 1)[1:-1])
    bins = np.searchsorted(edges, scores.risk[order], side="left")
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    gap = ((scores.label - scores.risk)[:, None] * w)[order]
    return _divide(np.abs(np.add.reduceat(gap, starts, axis=0)).sum(axis=0), w.sum(axis=0))


def calibration_slope(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the slope of a logistic regression of the labels on the log-odds of the risks.

    1 is right; below 1 the risks are too far apart. It is fitted by Newton's method for all draws at once.
    """
    w = _weights(scores, weight)
    margin = logit(np.clip(scores.risk, MIN_RISK, 1.0 - MIN_RISK))
    intercept, slope = np.zeros(w.shape[1]), np.ones(w.shape[1])
    for _ in range(MAX_NEWTON_STEPS):
        risk = expit(margin[:, None] * slope + intercept)
        curvature, residual = w * risk * (1.0 - risk), w * (scores.label[:, None] - risk)
        # The information matrix is ((h00, h01), (h01, h11)) and the gradient (g0, g1), for intercept and slope.
        h00, h01, h11 = curvature.sum(axis=0), margin @ curvature, margin**2 @ curvature
        determinant = h00 * h11 - h01**2
        g0, g1 = residual.sum(axis=0), margin @ residual
        intercept_step = np.clip(_divide(h11 * g0 - h01 * g1, determinant), -1.0, 1.0)
        slope_step = np.clip(_divide(h00 * g1 - h01 * g0, determinant), -1.0, 1.0)
        intercept, slope = intercept + intercept_step, slope + slope_step
        if not (np.abs(slope_step) > NEWTON_TOLERANCE).any():
            break
    return slope


METRICS: Mapping[str, Callable[[LabelledScores, np.ndarray | None], np.ndarray]] = {
    "auc": auc,
    "average_precision": average_precision,
    "brier_skill": brier_skill,
    "lift_at_capacity": lift,
    "recall_at_capacity": recall,
    "lift_at_5_percent": partial(lift, mark_listed=mark_top_5_percent),
    "recall_at_5_percent": partial(recall, mark_listed=mark_top_5_percent),
    "lift_at_talks": partial(lift, mark_listed=mark_interviewed),
    "recall_at_talks": partial(recall, mark_listed=mark_interviewed),
    "observed_over_expected": observed_over_expected,
    "calibration_slope": calibration_slope,
    "calibration_error": calibration_error,
}


def metrics_table(scores: LabelledScores, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return every metric with its 95 % interval over a bootstrap of whole agents.

    Parameters
    ----------
    scores : LabelledScores
        Without a leaver and a stayer, the metrics that need both are null.
    draws : int
        Number of bootstrap draws. The interval is from percentile 2.5 to 97.5 of the draws that have a value.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        metric (a name in `METRICS`), value, low, high.
    """
    weight = bootstrap_weights(scores.agent, draws=draws, seed=seed)
    rows = []
    for name, metric in METRICS.items():
        values = metric(scores, weight)
        values = values[np.isfinite(values)]
        low, high = np.percentile(values, [2.5, 97.5]) if len(values) else (np.nan, np.nan)
        rows.append((name, float(metric(scores, None)[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high"])


def auc_within_months(scores: LabelledScores) -> tuple[float, float]:
    """Return the AUC over pairs of the same month, and its standard error clustered by agent; NaN without pairs.

    Notes
    -----
    The error sums the structural components of DeLong, DeLong & Clarke-Pearson (1988) by agent, as
    Obuchowski (1997) does for clustered data.
    """
    influence = np.zeros(len(scores.label))
    favourable_pairs = pairs = 0.0
    for rows in pd.Series(np.arange(len(scores.label))).groupby(scores.month).indices.values():
        favourable = _favourable_pairs(scores.label[rows], scores.risk[rows])
        leavers = scores.label[rows].sum()
        influence[rows] = favourable
        favourable_pairs += favourable[scores.label[rows] == 1].sum()
        pairs += leavers * (len(rows) - leavers)
    if pairs == 0:
        return float("nan"), float("nan")
    value = favourable_pairs / pairs
    centred = influence - value * _pair_counts(scores)
    error = np.sqrt((sum_by_cluster(scores.agent, centred / pairs) ** 2).sum())
    return float(value), float(error)


def _mark_highest(scores: LabelledScores, count_listed: Callable[[int], int]) -> np.ndarray:
    """Mark the highest risks of each month with 1.

    `count_listed` returns how many of a month's rows are marked. Rows that tie at the edge share the remaining marks.
    """
    share = np.zeros(len(scores.risk))
    for rows in pd.Series(np.arange(len(scores.risk))).groupby(scores.month).indices.values():
        risk, listed = scores.risk[rows], count_listed(len(rows))
        edge = np.sort(risk)[::-1][listed - 1]
        above, tied = risk > edge, risk == edge
        share[rows] = above + tied * (listed - above.sum()) / tied.sum()
    return share


def _favourable_pairs(label: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return for each row of a month how many rows with the other label rank correctly against it; ties count half."""
    stayers, leavers = np.sort(risk[label == 0]), np.sort(risk[label == 1])
    stayers_below = (np.searchsorted(stayers, risk, "left") + np.searchsorted(stayers, risk, "right")) / 2
    leavers_above = (
        len(leavers) - (np.searchsorted(leavers, risk, "left") + np.searchsorted(leavers, risk, "right")) / 2
    )
    return np.where(label == 1, stayers_below, leavers_above)


def _pair_counts(scores: LabelledScores) -> np.ndarray:
    """Return for each row how many rows of its month have the other label."""
    label = pd.Series(scores.label)
    leavers = label.groupby(scores.month).transform("sum").to_numpy()
    rows = label.groupby(scores.month).transform("size").to_numpy()
    return np.where(scores.label == 1, rows - leavers, leavers)


def _by_risk(scores: LabelledScores, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of leavers and of stayers, summed at each distinct risk from the lowest up; risks x draws."""
    order = np.argsort(scores.risk, kind="stable")
    starts = np.flatnonzero(np.diff(scores.risk[order], prepend=-np.inf))
    w, label = _weights(scores, weight)[order], scores.label[order][:, None]
    return np.add.reduceat(w * label, starts, axis=0), np.add.reduceat(w * (1 - label), starts, axis=0)


def _weights(scores: LabelledScores, weight: np.ndarray | None) -> np.ndarray:
    """Return the weights; a column of ones where there are none."""
    return np.ones((len(scores.label), 1)) if weight is None else weight


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Return the quotient; NaN where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator != 0, np.divide(numerator, denominator), np.nan)
