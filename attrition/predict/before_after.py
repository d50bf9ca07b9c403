"""Risk before and after a change of facts, at each horizon, and how sure the model is of the difference itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from attrition.labels.outcomes import KEYS
from attrition.model.doubt import typical_variance, variance

if TYPE_CHECKING:
    from attrition.model.risk import FittedRisk

RISKS = ["risk", "risk_low", "risk_high"]


def before_after(fitted: FittedRisk, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Score the same agent-months twice.

    Returns
    -------
    DataFrame
        agent_id, as_of, horizon_months, ``risk``, ``risk_low``, ``risk_high`` with ``_before`` and ``_after``, and
        ``difference``, ``difference_low``, ``difference_high`` in risk. The interval of a difference comes from the
        differences of the model's members, which have most of their errors in common; null with one member.
    """
    now, then = fitted.score(before), fitted.score(after)
    table = now[[*KEYS, "horizon_months"]]
    for name in RISKS:
        table = table.assign(**{f"{name}_before": now[name], f"{name}_after": then[name]})
    half = _half_width(fitted, before, after).ravel()
    return table.assign(
        difference=then["risk"] - now["risk"],
        difference_low=expit(then["log_odds"] - half) - now["risk"],
        difference_high=expit(then["log_odds"] + half) - now["risk"],
    )


def _half_width(fitted: FittedRisk, before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Give half the width of the interval of a difference in log-odds, n x horizons."""
    model, encoding = fitted.resigning, fitted.encoding
    moved = model.margins(encoding.matrix(after)) - model.margins(encoding.matrix(before))
    slopes = np.array([model.levels[horizon].slope for horizon in fitted.horizons])
    if moved.shape[1] == 1 or model.trees is None:
        return np.full((len(moved), len(slopes)), np.nan)
    doubt, is_moved = np.zeros(len(moved)), (moved != 0.0).any(axis=1)
    if is_moved.any():  # of what no member moves, nothing is in doubt, whatever the doubt about others
        there = moved[is_moved]
        doubt[is_moved] = variance(there, group_share=model.trees.group_share, typical=typical_variance(there))
    width = ndtri(0.5 + fitted.spec.calibration.interval / 2)
    return width * np.sqrt(doubt)[:, None] * slopes
