"""Metrics as plain functions of labelled scores and a matrix of bootstrap weights.

`weight` is None (every row counts once) or n x draws; the result is a float array of one value per draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from attrition.model.clusters import bootstrap_weights, sum_by_cluster

BINS = 10
SMALLEST_RISK = 1e-4
NEWTON_STEPS = 12
CLOSE = 1e-6


@dataclass(frozen=True)
class LabelledScores:
    """Agent-months with label, risk, agent and month, and how many agents can be supported each month.

    `capacity_share` is a share of each month's agents, `talks` a number of stay interviews a month.
    """

    label: np.ndarray
    risk: np.ndarray
    agent: np.ndarray
    month: np.ndarray
    capacity_share: float = 0.10
    talks: int = 40


Top = Callable[[LabelledScores], np.ndarray]
"""Marks the rows at the top of their month, 1 or 0, or a share where rows tie."""


def auc(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the probability that a leaver has the higher risk than a stayer; ties count half."""
    leavers, stayers = _by_risk(scores, weight)
    below = np.cumsum(stayers, axis=0) - stayers
    pairs = leavers.sum(axis=0) * stayers.sum(axis=0)
    return _divide((leavers * (below + 0.5 * stayers)).sum(axis=0), pairs)


def average_precision(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the mean precision over the leavers, from the highest risk down (ties are taken together)."""
    leavers, stayers = (part[::-1] for part in _by_risk(scores, weight))
    captured = np.cumsum(leavers, axis=0)
    precision = _divide(captured, captured + np.cumsum(stayers, axis=0))
    return _divide((leavers * np.nan_to_num(precision)).sum(axis=0), leavers.sum(axis=0))


def brier_skill(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the share of the squared error that the risks save against the observed rate."""
    w = _weights(scores, weight)
    total = w.sum(axis=0)
    rate = _divide(scores.label @ w, total)
    error = _divide((scores.label - scores.risk) ** 2 @ w, total)
    return 1.0 - _divide(error, rate * (1.0 - rate))


def flagged_count(capacity_share: float, ranked: int) -> int:
    """Return how many of the ranked agents a share of them is, rounded up; a share of .1 is 3 of 30, not 4."""
    return math.ceil(round(capacity_share * ranked, 9))


def flagged(scores: LabelledScores) -> np.ndarray:
    """Mark the top `capacity_share` of each month by risk."""
    return _top(scores, lambda rows: flagged_count(scores.capacity_share, rows))


def top_twentieth(scores: LabelledScores) -> np.ndarray:
    """Mark the top 5 % of each month by risk."""
    return _top(scores, lambda rows: math.ceil(rows / 20))


def talked_to(scores: LabelledScores) -> np.ndarray:
    """Mark as many agents of each month as there are stay interviews."""
    return _top(scores, lambda rows: min(scores.talks, rows))


def lift(scores: LabelledScores, weight: np.ndarray | None = None, *, top: Top = flagged) -> np.ndarray:
    """Return the rate of resigning at the top of each month's list, as a multiple of the general rate."""
    w = _weights(scores, weight)
    listed = top(scores)
    return _divide(_divide((scores.label * listed) @ w, listed @ w), _divide(scores.label @ w, w.sum(axis=0)))


def recall(scores: LabelledScores, weight: np.ndarray | None = None, *, top: Top = flagged) -> np.ndarray:
    """Return the share of all leavers that were at the top of their month's list."""
    w = _weights(scores, weight)
    return _divide((scores.label * top(scores)) @ w, scores.label @ w)


def observed_over_expected(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return observed over expected resignations."""
    w = _weights(scores, weight)
    return _divide(scores.label @ w, scores.risk @ w)


def calibration_error(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the mean gap between risk and rate over ten bins of about equal size (expected calibration error).

    Rows of equal risk share a bin. A sample of a perfect model has an error above 0 too: read it with its interval.
    """
    w = _weights(scores, weight)
    order = np.argsort(scores.risk, kind="stable")
    edges = np.quantile(scores.risk, np.linspace(0, 1, BINS + 1)[1:-1])
    bins = np.searchsorted(edges, scores.risk[order], side="left")
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    gap = ((scores.label - scores.risk)[:, None] * w)[order]
    return _divide(np.abs(np.add.reduceat(gap, starts, axis=0)).sum(axis=0), w.sum(axis=0))


def calibration_slope(scores: LabelledScores, weight: np.ndarray | None = None) -> np.ndarray:
    """Return the slope of what happened along the log-odds: 1 is right, below 1 the risks are too far apart."""
    w = _weights(scores, weight)
    margin = logit(np.clip(scores.risk, SMALLEST_RISK, 1.0 - SMALLEST_RISK))
    level, slope = np.zeros(w.shape[1]), np.ones(w.shape[1])
    for _ in range(NEWTON_STEPS):
        risk = expit(margin[:, None] * slope + level)
        curve, off = w * risk * (1.0 - risk), w * (scores.label[:, None] - risk)
        flat, across, steep = curve.sum(axis=0), margin @ curve, margin**2 @ curve
        determinant = flat * steep - across**2
        first, second = off.sum(axis=0), margin @ off
        up = np.clip(_divide(steep * first - across * second, determinant), -1.0, 1.0)
        turn = np.clip(_divide(flat * second - across * first, determinant), -1.0, 1.0)
        level, slope = level + up, slope + turn
        if not (np.abs(turn) > CLOSE).any():
            break
    return slope


METRICS: Mapping[str, Callable[[LabelledScores, np.ndarray | None], np.ndarray]] = {
    "auc": auc,
    "average_precision": average_precision,
    "brier_skill": brier_skill,
    "lift_at_capacity": lift,
    "recall_at_capacity": recall,
    "lift_at_5_percent": partial(lift, top=top_twentieth),
    "recall_at_5_percent": partial(recall, top=top_twentieth),
    "lift_at_talks": partial(lift, top=talked_to),
    "recall_at_talks": partial(recall, top=talked_to),
    "observed_over_expected": observed_over_expected,
    "calibration_slope": calibration_slope,
    "calibration_error": calibration_error,
}


def metrics_table(scores: LabelledScores, *, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return every metric with its 95 % interval over a bootstrap of whole agents.

    Parameters
    ----------
    scores : LabelledScores
        At least one leaver and one stayer; otherwise the metrics that need both are null.
    draws : int
        Bootstrap draws; percentiles 2.5 and 97.5 are the interval.

    Returns
    -------
    DataFrame
        metric, value, low, high.
    """
    weight = bootstrap_weights(scores.agent, draws=draws, seed=seed)
    rows = []
    for name, metric in METRICS.items():
        spread = metric(scores, weight)
        spread = spread[np.isfinite(spread)]
        low, high = np.percentile(spread, [2.5, 97.5]) if len(spread) else (np.nan, np.nan)
        rows.append((name, float(metric(scores, None)[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high"])


def auc_within_months(scores: LabelledScores) -> tuple[float, float]:
    """Return the AUC over pairs of the same month, and its standard error with agents as the units.

    Notes
    -----
    The error sums the structural components of DeLong, DeLong & Clarke-Pearson (1988) by agent, as
    Obuchowski (1997) does for clustered data.
    """
    influence = np.zeros(len(scores.label))
    total = pairs = 0.0
    for rows in pd.Series(np.arange(len(scores.label))).groupby(scores.month).indices.values():
        favourable = _favourable_pairs(scores.label[rows], scores.risk[rows])
        leavers = scores.label[rows].sum()
        influence[rows] = favourable
        total += favourable[scores.label[rows] == 1].sum()
        pairs += leavers * (len(rows) - leavers)
    if pairs == 0:
        return float("nan"), float("nan")
    value = total / pairs
    centred = influence - value * _pairs_of_each(scores)
    error = np.sqrt((sum_by_cluster(scores.agent, centred / pairs) ** 2).sum())
    return float(value), float(error)


def _top(scores: LabelledScores, places_in: Callable[[int], int]) -> np.ndarray:
    """Mark the highest risks of each month, as many as there are places; ties at the edge share what is left."""
    share = np.zeros(len(scores.risk))
    for rows in pd.Series(np.arange(len(scores.risk))).groupby(scores.month).indices.values():
        risk, places = scores.risk[rows], places_in(len(rows))
        edge = np.sort(risk)[::-1][places - 1]
        above, tied = risk > edge, risk == edge
        share[rows] = above + tied * (places - above.sum()) / tied.sum()
    return share


def _favourable_pairs(label: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Count for each row the opposite rows of its month that it is ranked correctly against; ties count half."""
    stayers, leavers = np.sort(risk[label == 0]), np.sort(risk[label == 1])
    below = (np.searchsorted(stayers, risk, "left") + np.searchsorted(stayers, risk, "right")) / 2
    above = len(leavers) - (np.searchsorted(leavers, risk, "left") + np.searchsorted(leavers, risk, "right")) / 2
    return np.where(label == 1, below, above)


def _pairs_of_each(scores: LabelledScores) -> np.ndarray:
    """Count for each row the opposite rows of its month."""
    label = pd.Series(scores.label)
    leavers = label.groupby(scores.month).transform("sum").to_numpy()
    rows = label.groupby(scores.month).transform("size").to_numpy()
    return np.where(scores.label == 1, rows - leavers, leavers)


def _by_risk(scores: LabelledScores, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Sum the weights of leavers and of stayers at each distinct risk, from the lowest up."""
    order = np.argsort(scores.risk, kind="stable")
    starts = np.flatnonzero(np.diff(scores.risk[order], prepend=-np.inf))
    w, label = _weights(scores, weight)[order], scores.label[order][:, None]
    return np.add.reduceat(w * label, starts, axis=0), np.add.reduceat(w * (1 - label), starts, axis=0)


def _weights(scores: LabelledScores, weight: np.ndarray | None) -> np.ndarray:
    return np.ones((len(scores.label), 1)) if weight is None else weight


def _divide(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Divide; null where the divisor is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0, np.divide(top, bottom), np.nan)


def calibration_error_by_chance(scores: LabelledScores, *, draws: int, seed: int = 0) -> float:
    """Return the calibration error that a perfect model would exceed one time in twenty on as few rows as these."""
    generator = np.random.default_rng(seed)
    errors = []
    for _ in range(draws):
        label = (generator.random(len(scores.risk)) < scores.risk).astype(float)
        errors.append(calibration_error(replace(scores, label=label))[0])
    return float(np.quantile(errors, 0.95))
