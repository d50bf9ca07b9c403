"""How uncertain a plan's saving is: simulated from the intervals of effects and risks, with shared errors drawn once.

In each draw every intervention has one effect, the same for all agents who are offered it: its hazard ratio, from a
distribution on the log scale whose 5 % and 95 % points are the ends of the playbook's interval (each half has its own
width, since the interval may be skewed). The error of the level of risk is shared by all agents; the epistemic error of
an agent's log-odds is drawn for each agent. As everywhere, the smaller of the model's effect and the drawn effect
counts. Chance in who resigns is not included: of ten agents at a risk of 30 % not always three resign.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

if TYPE_CHECKING:
    from attrition.predict.playbook import Playbook

TAIL = 0.05
"""Probability below and above the playbook's 90 % interval."""


def simulate_savings(
    selected: pd.DataFrame, playbook: Playbook, *, level_error: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw what the selected offers save after their cost.

    Parameters
    ----------
    selected : DataFrame
        Offers that are made: ``intervention``, ``cost``, ``replacement``, ``risk_in_time``, ``risk_error`` (standard
        error of the agent's log-odds), ``model_ratio`` (may be null), ``works_share``, ``dose``.
    playbook : Playbook
        The effects and their intervals.
    level_error : float
        Relative standard deviation of the level of risk, shared by all agents.
    draws : int
        Number of draws.
    rng : numpy.random.Generator
        Source of randomness; the caller chooses the seed.

    Returns
    -------
    ndarray of shape (draws,)
    """
    names, codes = np.unique(selected["intervention"].to_numpy(dtype=str), return_inverse=True)
    dose, works_share, replacement, risk_error = (
        selected[name].to_numpy(dtype=float) for name in ("dose", "works_share", "replacement", "risk_error")
    )
    model_ratio = selected["model_ratio"].fillna(0.0).to_numpy(dtype=float)
    log_odds = logit(selected["risk_in_time"].to_numpy(dtype=float))
    cost = float(selected["cost"].sum())
    savings = np.empty(draws)
    for draw in range(draws):
        hazard_ratios = np.array([_hazard_ratio(playbook, name, rng.standard_normal()) for name in names])
        level = np.exp(level_error * rng.standard_normal() - level_error**2 / 2)
        risk = np.clip(expit(log_odds + risk_error * rng.standard_normal(len(log_odds))) * level, 0.0, 0.999)
        evidence_ratio = 1.0 - works_share * (1.0 - hazard_ratios[codes] ** dose)
        ratio = np.minimum(1.0, np.maximum(evidence_ratio, model_ratio))
        risk_reduction = np.expm1(np.log1p(-risk) * ratio) - np.expm1(np.log1p(-risk))
        savings[draw] = (replacement * risk_reduction).sum() - cost
    return savings


def _hazard_ratio(playbook: Playbook, name: str, normal: float) -> float:
    """Turn a standard normal draw into a hazard ratio; one that would raise the hazard counts as no effect."""
    evidence = playbook[name].evidence
    end = evidence.low if normal < 0 else evidence.high
    error = abs(np.log(end / evidence.hazard_ratio)) / ndtri(1.0 - TAIL)
    return float(min(1.0, evidence.hazard_ratio * np.exp(error * normal)))
