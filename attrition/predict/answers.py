"""What the served model answers for a row: risk per horizon, band, the three strongest drivers, the version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from attrition.predict.effect import risk_by_horizon
from attrition.predict.whatif import PEERS

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.model.risk import FittedRisk

TOP = 3
"""How many drivers an answer names; a feature and its comparison with peers are one fact, named once."""


def answers(fitted: FittedRisk, features: pd.DataFrame, *, version: str) -> pd.DataFrame:
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
        n rows in order: ``risk_1m`` and so on, ``band``, ``drivers`` (JSON: the three features that move the
        log-odds furthest from the average agent of the training months, as a single row has no peers) and
        ``model_version``.
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
    facts = parts.T.groupby([name.removesuffix(PEERS) for name in map(str, parts.columns)], sort=False).sum().T
    known = {feature.name.removesuffix(PEERS): feature for feature in reversed(fitted.features)}
    names, values = np.array(facts.columns), facts.to_numpy()
    order = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :TOP]
    return [
        json.dumps([_reason(known[names[place]], row[place]) for place in places if row[place] != 0.0])
        for row, places in zip(values, order, strict=True)
    ]


def _reason(feature: Feature, contribution: float) -> dict[str, object]:
    return {
        "feature": feature.name,
        "says": feature.en,
        "lever": feature.lever,
        "direction": "raises" if contribution > 0 else "lowers",
        "log_odds": round(float(contribution), 4),
        "is_symptom": feature.is_symptom,
    }
