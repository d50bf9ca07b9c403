"""The uncertainty of a plan's saving, simulated from the intervals of effects and risks.

In each draw every intervention has one hazard ratio, the same for all agents who are offered it. It is drawn on the log
scale, from a normal distribution whose 5 % and 95 % quantiles are the ends of the playbook's interval (each half has
its own width, since the interval may be skewed). One error is shared by the risks of all agents in a draw; the error of
the log-odds is drawn for each agent. As in the estimates, the smaller of the model's effect and the drawn effect
counts. Draws are centred so that the mean hazard ratio is the playbook's and the mean of what each agent's drawn risks
save is what the estimate saves: noise alone makes a plan neither better nor worse. Not included is the chance of who
resigns: of ten agents at a risk of 30 %, three resign only on average.
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
ROUNDS_TO_CENTRE = 20
NODES = ndtri((np.arange(400) + 0.5) / 400)
WEIGHTS = np.full(400, 1 / 400)
"""Standard normal draws at equal steps of probability, for means of functions with a kink."""


def simulate_savings(
    selected: pd.DataFrame, playbook: Playbook, *, shared_error: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Return draws of what the selected offers save together, after their cost.

    Parameters
    ----------
    selected : DataFrame
        The selected offers: ``intervention``, ``cost``, ``replacement`` (cost of a resignation),
        ``risk_at_saving_horizon``, ``risk_error`` (standard error of the agent's log-odds), ``model_ratio`` (the
        model's hazard ratio, may be null), ``works_share`` (share of the months in which it works), ``dose``.
    playbook : Playbook
        The effects and their intervals.
    shared_error : float
        Relative standard deviation of the error that the risks of all agents share.
    draws : int
        Number of draws.
    rng : numpy.random.Generator
        Source of randomness; the caller chooses the seed.

    Returns
    -------
    ndarray of shape (draws,)
        In the currency of the playbook; negative where the offers cost more than they save.
    """
    names, codes = np.unique(selected["intervention"].to_numpy(dtype=str), return_inverse=True)
    dose, works_share, replacement, risk_error = (
        selected[name].to_numpy(dtype=float) for name in ("dose", "works_share", "replacement", "risk_error")
    )
    model_ratio = selected["model_ratio"].fillna(0.0).to_numpy(dtype=float)
    log_odds = logit(selected["risk_at_saving_horizon"].to_numpy(dtype=float))
    declared = np.array([playbook[name].evidence.hazard_ratio for name in names])
    ratio = _ratio_in_force(declared[codes] ** dose, works_share, model_ratio)
    scale = _scale_of_reductions(log_odds, risk_error, ratio)
    centres = {name: _centred_hazard_ratio(playbook, name) for name in names}
    cost = float(selected["cost"].sum())
    savings = np.empty(draws)
    for draw in range(draws):
        hazard_ratios = np.array(
            [_hazard_ratio(playbook, name, centres[name], rng.standard_normal()) for name in names]
        )
        risk_factor = np.exp(shared_error * rng.standard_normal() - shared_error**2 / 2)
        risk = expit(log_odds + risk_error * rng.standard_normal(len(log_odds))) * risk_factor
        ratio = _ratio_in_force(hazard_ratios[codes] ** dose, works_share, model_ratio)
        savings[draw] = (replacement * scale * _risk_reduction(risk, ratio)).sum() - cost
    return savings


def _ratio_in_force(evidence: np.ndarray, works_share: np.ndarray, model_ratio: np.ndarray) -> np.ndarray:
    """Return the hazard ratios over the months of the saving: that of the smaller effect, and never above 1."""
    return np.minimum(1.0, np.maximum(1.0 - works_share * (1.0 - evidence), model_ratio))


def _risk_reduction(risk: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Return by how much a hazard ratio lowers risks."""
    log_staying = np.log1p(-np.clip(risk, 0.0, 0.999))
    return np.asarray(np.expm1(log_staying * ratio) - np.expm1(log_staying))


def _scale_of_reductions(log_odds: np.ndarray, error: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Return the factor by which drawn reductions of each agent have the one without errors as their mean.

    Normal errors in log-odds raise the mean risk, and with it the mean reduction.
    """
    drawn = _risk_reduction(expit(log_odds[:, None] + error[:, None] * NODES), ratio[:, None]) @ WEIGHTS
    return np.asarray(_risk_reduction(expit(log_odds), ratio) / np.where(drawn > 0.0, drawn, 1.0))


def _centred_hazard_ratio(playbook: Playbook, name: str) -> float:
    """Return the hazard ratio around which draws have the declared one as their mean.

    Where the declared interval is skewed, or its end is cut off at 1, draws around the declared one itself would save
    more or less on average than the declared one does.
    """
    declared = centre = playbook[name].evidence.hazard_ratio
    for _ in range(ROUNDS_TO_CENTRE):
        mean = sum(
            weight * _hazard_ratio(playbook, name, centre, node) for node, weight in zip(NODES, WEIGHTS, strict=True)
        )
        centre = min(1.0, centre * declared / float(mean))
    return centre


def _hazard_ratio(playbook: Playbook, name: str, centre: float, normal: float) -> float:
    """Return the hazard ratio of a standard normal draw; one above 1, which would raise the hazard, counts as 1."""
    evidence = playbook[name].evidence
    end = evidence.low if normal < 0 else evidence.high
    error = abs(np.log(end / evidence.hazard_ratio)) / ndtri(1.0 - TAIL)
    return float(min(1.0, centre * np.exp(error * normal)))
