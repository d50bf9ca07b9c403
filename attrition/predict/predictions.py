"""Predictions of the served model for rows of features: risks, band, the three strongest drivers, model version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.intervention_effects import risk_by_horizon

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

DRIVERS_SHOWN = 3
"""Number of drivers named for each row; features of one topic (the same measure over other windows) count as one."""


def predictions(fitted: FittedRisk, features: pd.DataFrame, *, version: str) -> pd.DataFrame:
    """Return predictions for rows of features that carry no agent and no month.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    features : DataFrame, shape (n, k)
        Rows as validated by `attrition.predict.inputs`.
    version : str
        Version of the model, repeated in every row.

    Returns
    -------
    DataFrame
        n rows in order: ``risk_1m`` and so on (one per horizon), ``band`` (of the headline horizon's risk; null where
        the order of the model was not shown), ``drivers`` (JSON) and ``model_version``. The drivers are the three
        topics with the largest contribution to the log-odds, each described by its feature with the largest
        contribution. Contributions are relative to the average of the training months, since a single row has no peers.
    """
    frame = features.reset_index(drop=True)
    # The model's functions expect keys; these only number the rows.
    frame = frame.assign(agent_id=frame.index.astype(str), as_of=pd.Timestamp(0))
    table = risk_by_horizon(fitted, frame).rename(columns="risk_{}m".format)
    table["band"] = table[f"risk_{fitted.spec.headline}m"].map(fitted.band)
    table["drivers"] = _largest_topics(fitted, frame)
    table["model_version"] = version
    return table


def _largest_topics(fitted: FittedRisk, frame: pd.DataFrame) -> list[str]:
    """Return the topics with the largest contributions as JSON, one text per row."""
    table, _ = fitted.contributions(frame, horizon=fitted.spec.headline)
    by_name = {feature.name: feature for feature in fitted.features}
    features, contributions = [by_name[name] for name in table.columns], table.to_numpy(dtype=float)
    codes, topics = pd.factorize(np.array([feature.topic for feature in features], dtype=object))
    by_topic = contributions @ (codes[:, None] == np.arange(len(topics))).astype(float)
    is_peer_feature = np.array([bool(feature.compared) for feature in features])
    shown = _describing_features(contributions, by_topic, codes, is_peer_feature=is_peer_feature)
    order = np.argsort(-np.abs(by_topic), axis=1, kind="stable")[:, :DRIVERS_SHOWN]
    return [
        json.dumps(
            [_driver(features[shown[row, code]], by_topic[row, code]) for code in topic_codes if by_topic[row, code]]
        )
        for row, topic_codes in enumerate(order)
    ]


def _describing_features(
    contributions: np.ndarray, by_topic: np.ndarray, codes: np.ndarray, *, is_peer_feature: np.ndarray
) -> np.ndarray:
    """Return the position of the feature that describes each topic, n x topics.

    It is the one with the largest contribution in the direction of the topic's sum; differences from peers are used
    only where no other feature of the topic has that direction.
    """
    has_same_sign = contributions * by_topic[:, codes] > 0
    size = np.abs(contributions) / (np.abs(contributions).max(initial=0.0) + 1.0)  # below 1, so that other features win
    priority = np.where(has_same_sign, size + ~is_peer_feature, -1.0)
    chosen = np.zeros(by_topic.shape, dtype=np.intp)
    for topic_code in range(by_topic.shape[1]):
        members = np.flatnonzero(codes == topic_code)
        chosen[:, topic_code] = members[priority[:, members].argmax(axis=1)]
    return chosen


def _driver(feature: Feature, contribution: float) -> dict[str, object]:
    """Return one driver as it stands in the JSON; ``log_odds`` is the contribution of the whole topic."""
    return {
        "feature": feature.name,
        "says": feature.en,
        "lever": feature.lever,
        "direction": "raises" if contribution > 0 else "lowers",
        "log_odds": round(float(contribution), 4),
        "is_symptom": feature.is_symptom,
    }
