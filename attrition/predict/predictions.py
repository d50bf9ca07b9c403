"""Predictions of the served model for plain rows: risk per horizon, band, the three strongest drivers, the version."""

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
"""Drivers named for each row; features of one topic count as one driver."""


def predictions(fitted: FittedRisk, features: pd.DataFrame, *, version: str) -> pd.DataFrame:
    """Predict for rows without identity.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    features : DataFrame, shape (n, k)
        Checked rows, see `attrition.predict.inputs`.
    version : str
        Version of the model, repeated in every row.

    Returns
    -------
    DataFrame
        n rows in order: ``risk_1m`` and so on, ``band``, ``drivers`` (JSON: the three topics with the largest
        contribution to the log-odds, relative to the average of the training months, as a single row has no peers;
        each described by its feature with the largest contribution) and ``model_version``.
    """
    frame = features.reset_index(drop=True)
    frame = frame.assign(agent_id=frame.index.astype(str), as_of=pd.Timestamp(0))
    table = risk_by_horizon(fitted, frame).rename(columns="risk_{}m".format)
    table["band"] = table[f"risk_{fitted.spec.headline}m"].map(fitted.band)
    table["drivers"] = _largest_topics(fitted, frame)
    table["model_version"] = version
    return table


def _largest_topics(fitted: FittedRisk, frame: pd.DataFrame) -> list[str]:
    """Write the topics with the largest contributions as JSON, one text per row."""
    contributions, _ = fitted.contributions(frame, horizon=fitted.spec.headline)
    by_name = {feature.name: feature for feature in fitted.features}
    features, own = [by_name[name] for name in contributions.columns], contributions.to_numpy(dtype=float)
    codes, topics = pd.factorize(np.array([feature.topic for feature in features], dtype=object))
    by_topic = own @ (codes[:, None] == np.arange(len(topics))).astype(float)
    is_peer_feature = np.array([bool(feature.compared) for feature in features])
    shown = _describing_features(own, by_topic, codes, is_peer_feature=is_peer_feature)
    order = np.argsort(-np.abs(by_topic), axis=1, kind="stable")[:, :DRIVERS_SHOWN]
    return [
        json.dumps(
            [_driver(features[shown[row, place]], by_topic[row, place]) for place in places if by_topic[row, place]]
        )
        for row, places in enumerate(order)
    ]


def _describing_features(
    own: np.ndarray, by_topic: np.ndarray, codes: np.ndarray, *, is_peer_feature: np.ndarray
) -> np.ndarray:
    """Choose the feature that describes each topic, n x topics.

    It is the one with the largest contribution in the direction of the topic's sum; a feature comes before its
    comparison with peers.
    """
    same_sign = own * by_topic[:, codes] > 0
    priority = np.where(same_sign, np.abs(own) / (np.abs(own).max(initial=0.0) + 1.0) + ~is_peer_feature, -1.0)
    chosen = np.zeros(by_topic.shape, dtype=np.intp)
    for topic_code in range(by_topic.shape[1]):
        members = np.flatnonzero(codes == topic_code)
        chosen[:, topic_code] = members[priority[:, members].argmax(axis=1)]
    return chosen


def _driver(feature: Feature, contribution: float) -> dict[str, object]:
    return {
        "feature": feature.name,
        "says": feature.en,
        "lever": feature.lever,
        "direction": "raises" if contribution > 0 else "lowers",
        "log_odds": round(float(contribution), 4),
        "is_symptom": feature.is_symptom,
    }
