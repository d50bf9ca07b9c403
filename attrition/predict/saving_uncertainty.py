"""How sure a plan's saving is: drawn from the intervals of effects and of risks, the same draw for what errs together.

In each draw every intervention has one effect, for all who are offered it: the hazard ratio of the playbook, from a
distribution on the logarithm whose 5 % and 95 % points are the ends of its interval (two halves, since they need not be
equally far). The level of risk errs for everybody together, each agent's log-odds alone. The
more careful of the model's what-if and the drawn effect counts, as everywhere; nothing is said of luck, by which of ten
agents at 30 % not always three resign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

if TYPE_CHECKING:
    from attrition.predict.playbook import Playbook

TAIL = 0.05
"""Below and above the interval of 90 %."""


def simulate_savings(
    chosen: pd.DataFrame, playbook: Playbook, *, level_error: float, draws: int, lots: np.random.Generator
) -> np.ndarray:
    """Draw what the chosen offers save after their cost.

    Parameters
    ----------
    chosen : DataFrame
        Offers that are made: ``intervention``, ``cost``, ``replacement``, ``risk_in_time``, ``risk_error`` (standard
        error of its log-odds), ``model_ratio`` (may be null), ``works_share``, ``dose``.
    playbook : Playbook
        The effects and their intervals.
    level_error : float
        By how much the level of risk is off for everybody, as a share.
    draws : int
        How many.
    lots : numpy.random.Generator
        The seed is the caller's.

    Returns
    -------
    ndarray of shape (draws,)
    """
    names, codes = np.unique(chosen["intervention"].to_numpy(dtype=str), return_inverse=True)
    fixed = {name: chosen[name].to_numpy(dtype=float) for name in ("dose", "works_share", "replacement", "risk_error")}
    model = chosen["model_ratio"].fillna(0.0).to_numpy(dtype=float)
    at = logit(chosen["risk_in_time"].to_numpy(dtype=float))
    cost = float(chosen["cost"].sum())
    savings = np.empty(draws)
    for draw in range(draws):
        told = np.array([_effect(playbook, name, lots.standard_normal()) for name in names])
        level = np.exp(level_error * lots.standard_normal() - level_error**2 / 2)
        risk = np.clip(expit(at + fixed["risk_error"] * lots.standard_normal(len(at))) * level, 0.0, 0.999)
        evidence = 1.0 - fixed["works_share"] * (1.0 - told[codes] ** fixed["dose"])
        ratio = np.minimum(1.0, np.maximum(evidence, model))
        less = np.expm1(np.log1p(-risk) * ratio) - np.expm1(np.log1p(-risk))
        savings[draw] = (fixed["replacement"] * less).sum() - cost
    return savings


def _effect(playbook: Playbook, name: str, draw: float) -> float:
    """Give a drawn hazard ratio; none that would raise the hazard, since that counts as no effect."""
    told = playbook[name].evidence
    end = told.low if draw < 0 else told.high
    width = abs(np.log(end / told.hazard_ratio)) / ndtri(1.0 - TAIL)
    return float(min(1.0, told.hazard_ratio * np.exp(width * draw)))
