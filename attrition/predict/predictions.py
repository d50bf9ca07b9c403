"""What the served model answers for a row: risk per horizon, band, the three strongest drivers, the version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.intervention_effects import risk_by_horizon

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

TOP = 3
"""How many drivers an answer names; features that tell one topic are one fact, named once."""


def predictions(fitted: FittedRisk, features: pd.DataFrame, *, version: str) -> pd.DataFrame:
    """Score rows without identity.

    Parameters
    ----------
    fitted : FittedRisk
        The model.
    features : DataFrame, shape (n, k)
        Checked rows, see `attrition.predict.inputs`.
    version : str
        Told in every row.

    Returns
    -------
    DataFrame
        n rows in order: ``risk_1m`` and so on, ``band``, ``drivers`` (JSON: the three topics that move the
        log-odds furthest from the average agent of the training months, as a single row has no peers; each in the words
        of the feature that says most of it) and ``model_version``.
    """
    frame = features.reset_index(drop=True)
    frame = frame.assign(agent_id=frame.index.astype(str), as_of=pd.Timestamp(0))
    table = risk_by_horizon(fitted, frame).rename(columns="risk_{}m".format)
    table["band"] = table[f"risk_{fitted.spec.headline}m"].map(fitted.band)
    table["drivers"] = _top(fitted, frame)
    table["model_version"] = version
    return table


def _top(fitted: FittedRisk, frame: pd.DataFrame) -> list[str]:
    parts, _ = fitted.contributions(frame, horizon=fitted.spec.headline)
    known = {feature.name: feature for feature in fitted.features}
    features, own = [known[name] for name in parts.columns], parts.to_numpy(dtype=float)
    codes, topics = pd.factorize(np.array([feature.topic for feature in features], dtype=object))
    facts = own @ (codes[:, None] == np.arange(len(topics))).astype(float)
    telling = _telling(own, facts, codes, is_twin=np.array([bool(one.compared) for one in features]))
    order = np.argsort(-np.abs(facts), axis=1, kind="stable")[:, :TOP]
    return [
        json.dumps([_reason(features[telling[row, place]], facts[row, place]) for place in places if facts[row, place]])
        for row, places in enumerate(order)
    ]


def _telling(own: np.ndarray, facts: np.ndarray, codes: np.ndarray, *, is_twin: np.ndarray) -> np.ndarray:
    """Find what tells each topic, n x topics: the largest in the whole's direction, itself before its peers' twin."""
    agrees = own * facts[:, codes] > 0
    size = np.where(agrees, np.abs(own) / (np.abs(own).max(initial=0.0) + 1.0) + ~is_twin, -1.0)
    telling = np.zeros(facts.shape, dtype=np.intp)
    for place in range(facts.shape[1]):
        members = np.flatnonzero(codes == place)
        telling[:, place] = members[size[:, members].argmax(axis=1)]
    return telling


def _reason(feature: Feature, contribution: float) -> dict[str, object]:
    return {
        "feature": feature.name,
        "says": feature.en,
        "lever": feature.lever,
        "direction": "raises" if contribution > 0 else "lowers",
        "log_odds": round(float(contribution), 4),
        "is_symptom": feature.is_symptom,
    }
