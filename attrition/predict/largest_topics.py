"""The strongest drivers of single rows: the topics with the largest contributions, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.encode import Encoding

DRIVERS_SHOWN = 3
"""Number of drivers named for each row; features of one topic (the same measure over other windows) count as one."""


def largest_topics(encoding: Encoding, contributions: np.ndarray) -> list[str]:
    """Return the topics with the largest contributions as JSON, one text per row.

    Parameters
    ----------
    encoding : Encoding
        The features, in the order of the columns.
    contributions : ndarray of shape (n, features)
        In log-odds.

    Returns
    -------
    list of str
        Each a list of at most `DRIVERS_SHOWN` objects: feature, says, lever, direction, log_odds (of the whole topic),
        is_symptom. A row has the same drivers whether it stands alone or among others.
    """
    features, codes = encoding.features, encoding.topics
    by_topic = (encoding.sum_by_topic @ contributions.T).T
    order = np.argsort(-np.abs(by_topic), axis=1, kind="stable")[:, :DRIVERS_SHOWN]
    priority = _priority(features, contributions, by_topic[:, codes])
    drivers: list[list[dict[str, object]]] = [[] for _ in contributions]
    for topic in order.T:
        chosen = np.where(codes == topic[:, None], priority, -np.inf).argmax(axis=1)
        sums = np.take_along_axis(by_topic, topic[:, None], axis=1)[:, 0]
        for row, (feature, contribution) in enumerate(zip(chosen.tolist(), sums.tolist(), strict=True)):
            if contribution:
                drivers[row].append(_driver(features[feature], contribution))
    return [json.dumps(shown) for shown in drivers]


def _priority(features: Sequence[Feature], contributions: np.ndarray, topic_sums: np.ndarray) -> np.ndarray:
    """Return how well each feature describes its topic, n x features.

    Best is the one with the largest contribution in the direction of the topic's sum; differences from peers are used
    only where no other feature of the topic has that direction.
    """
    is_peer_feature = np.array([bool(feature.compared) for feature in features])
    largest = np.abs(contributions).max(axis=1, initial=0.0, keepdims=True)
    size = np.abs(contributions) / (largest + 1.0)  # below 1, so that features that are no differences win
    return np.where(contributions * topic_sums > 0, size + ~is_peer_feature, -1.0)


def _driver(feature: Feature, contribution: float) -> dict[str, object]:
    """Return one driver as it stands in the JSON; ``log_odds`` is the contribution of the whole topic."""
    return {
        "feature": feature.name,
        "says": feature.en,
        "lever": feature.lever,
        "direction": "raises" if contribution > 0 else "lowers",
        "log_odds": round(contribution, 4),
        "is_symptom": feature.is_symptom,
    }
