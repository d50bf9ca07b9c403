"""Whether the order of the agents is right, beside simpler models, the oracle, and what the columns allow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from attrition.model.metrics import LabelledScores, auc

TOP = 0.10


def auc_figures(scores: Mapping[str, np.ndarray], truth: pd.DataFrame, horizon: int) -> dict[str, float]:
    """Return the AUC of several scores of the same agent-months, by their names."""
    label, agent, month = (truth[name].to_numpy() for name in (f"resigned_{horizon}", "agent_id", "as_of"))
    return {f"AUC: {name}": float(auc(LabelledScores(label, score, agent, month))[0]) for name, score in scores.items()}


def is_top(score: np.ndarray, month: pd.Series, share: float = TOP) -> np.ndarray:
    """Return which rows are in the top share of their month by a score; ties at the edge go to the first rows."""
    rank = pd.Series(score, index=month.index).groupby(month).rank(ascending=False, method="first")
    count = month.groupby(month).transform("size")
    return (rank <= (share * count).round().clip(lower=1)).to_numpy()


def true_lift(score: np.ndarray, true: np.ndarray, month: pd.Series) -> float:
    """Return the true risk of the top tenth of each month by a score, over the true risk of all.

    Examples
    --------
    >>> true_lift(np.arange(10.0), np.array([0.1] * 9 + [0.6]), pd.Series(["2026-01"] * 10))
    4.0
    """
    return float(true[is_top(score, month)].mean() / true.mean())


def lift_figures(risk: np.ndarray, noise_free: np.ndarray, truth: pd.DataFrame, horizon: int) -> dict[str, float]:
    """Return the true lift of the model, of the fit to the true log-odds, of the oracle, and the share reached."""
    true, month = truth[f"risk_{horizon}"].to_numpy(), truth["as_of"]
    lifts = {name: true_lift(score, true, month) for name, score in (("lift", risk), ("reachable lift", noise_free))}
    return lifts | {
        "share of reachable": lifts["lift"] / lifts["reachable lift"],
        "oracle's lift": true_lift(true, true, month),
    }
