"""The difference of a metric between two models on the same agent-months, by a paired bootstrap of whole agents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attrition.model.clusters import bootstrap_weights
from attrition.model.metrics import LabelledScores

Metric = Callable[[LabelledScores, np.ndarray | None], np.ndarray]


@dataclass(frozen=True)
class Difference:
    """A metric of two models, and the one-sided limits of its difference: `low` from below, `high` from above."""

    first: float
    second: float
    low: float
    high: float


def paired_difference(
    metric: Metric, first: LabelledScores, second: LabelledScores, *, draws: int, confidence: float
) -> Difference:
    """Return how much a metric of the first model exceeds that of the second, with its one-sided limits.

    Parameters
    ----------
    metric : callable
        A metric of `attrition.model.metrics`.
    first, second : LabelledScores
        Two models' scores of the same agent-months in the same order.
    draws : int
        Number of draws of agents. Both models are measured on the same agents of each draw, so what both gain or lose
        by chance cancels out.
    confidence : float
        Of each limit by itself: the difference is above `low` with this confidence, and below `high`.

    Examples
    --------
    >>> from attrition.model.metrics import auc
    >>> draw = np.random.default_rng(0)
    >>> risk, agent = draw.random(500), np.arange(500).astype(str)
    >>> label = (draw.random(500) < risk).astype(float)
    >>> right, random = (LabelledScores(label, r, agent, np.zeros(500)) for r in (risk, draw.random(500)))
    >>> gain = paired_difference(auc, right, random, draws=200, confidence=0.95)
    >>> round(gain.first - gain.second, 2), round(gain.low, 2), round(gain.high, 2)
    (0.33, 0.28, 0.4)
    """
    if len(first.agent) != len(second.agent) or (first.agent != second.agent).any():
        raise ValueError("two models can be compared on the same agent-months only")
    weight = bootstrap_weights(first.agent, draws=draws, seed=0)
    drawn = metric(first, weight) - metric(second, weight)
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.quantile(drawn, [1.0 - confidence, confidence]) if len(drawn) else (np.nan, np.nan)
    return Difference(float(metric(first, None)[0]), float(metric(second, None)[0]), float(low), float(high))
