"""Compute the true hazard of resigning, and what each family of drivers and each lever adds to its logarithm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame, hinge

EFFECT_SCALE = 0.90  # factor of all contributions, set so that the oracle's AUC is about .76
# mean contribution of each family before scaling; subtracted, so that an average agent has the baseline hazard
MEAN_EFFECTS = {
    "pay": 0.58,
    "career": 0.11,
    "workload": 0.35,
    "schedule": 0.46,
    "quality": 0.49,
    "team": 0.32,
    "context": -0.05,
}


def baseline(tenure_days: NDArray) -> NDArray:
    """Return the log of the monthly voluntary rate by tenure alone, for the month that begins at this tenure."""
    # the band of tenure is that of the middle of the coming month; rates are not interpolated between bands
    band = np.searchsorted(parameters.TENURE_DAYS, np.asarray(tenure_days) + 15, side="right") - 1
    return (np.log(np.array(parameters.EXIT_RATE) * 0.8) + np.array(parameters.TENURE_CORRECTION))[
        np.clip(band, 0, None)
    ]


def soft_step(value: NDArray, threshold: float, width: float) -> NDArray:
    """Return a smooth step at a threshold: 0 well below it, 1 well above, steepest at it (logistic function)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip((value - threshold) / width, -30, 30))))


def pay(state: Frame) -> NDArray:
    """Return the effect of pay: below market or peers raises risk, above lowers it little (Emanuel & Harrington)."""
    bonus_short = soft_step(-state["bonus"], -0.82, 0.03)
    is_best = state["ability"] > 0.5
    return (
        0.95 * soft_step(-state["market_ratio"], -0.93, 0.012)
        + 1.6 * hinge(1.0 - state["market_ratio"], 0.2)
        + 0.35 * soft_step(-state["peer_gap"], 0.06, 0.01)
        + 0.35 * (state["raise_months"] >= 14)
        + bonus_short * np.where(is_best, 0.75, 0.35)  # Sandvik et al.: the best react
    )


def career(state: Frame) -> NDArray:
    """Return the effect of careers: long in the role, a rejected application, no talk or training; or a promotion."""
    return (
        0.55 * ((state["role_months"] >= 15) & (state["level"] < 4))
        + 1.05 * (state["rejected_months"] < 3)
        + 0.45 * ((state["rejected_months"] >= 3) & (state["rejected_months"] < 6))
        - 0.45 * (state["promoted_months"] < 6)
        - 0.45 * (state["talk_months"] < 6)
        - 0.30 * (state["training_hours"] >= 4)
        + 0.15 * hinge(state["cancelled"], 2)
    )


def workload(state: Frame) -> NDArray:
    """Return the effect of occupancy over .85, overtime, and abuse where support is missing (Li & Zhou)."""
    return (
        0.95 * soft_step(state["occupancy"], 0.857, 0.007)
        + 0.30 * soft_step(state["overtime"], 9.0, 0.5)
        + 0.70 * soft_step(state["abusive"], 5.0, 0.4) * np.where(state["talks"] < 0.8, 1.0, 0.2)
    )


def schedule(state: Frame) -> NDArray:
    """Return the effect of changed shifts, weekends, nights, denied leave (Bergman, David & Song; Mas & Pallais)."""
    return (
        0.75 * soft_step(state["changed_share"], 0.105, 0.010)
        + 0.45 * soft_step(state["weekend_share"], 0.29, 0.008)
        + 0.60 * soft_step(state["night_share"], 0.30, 0.03)
        + 0.32 * hinge(state["denied"], 3)
    )


def quality(state: Frame) -> NDArray:
    """Return the effect of evaluations: severe evaluators, low scores, fatal errors, lost appeals, late feedback."""
    return (
        0.70 * soft_step(state["severity"], 2.4, 0.3)
        + 0.45 * soft_step(-state["score"], -80.0, 0.7)
        + 0.16 * hinge(state["critical"], 3)
        + 0.32 * hinge(state["appeal_lost"], 3)
        + 0.35 * soft_step(state["wait_days"], 6.0, 0.3)
    )


def team(state: Frame) -> NDArray:
    """Return the effect of leaders who talk, and of resignations in the team (Hoffman & Tadelis; Felps et al.)."""
    return (
        0.50 * soft_step(-state["talks"], -0.5, 0.06)
        + 0.25 * soft_step(-state["talks"], -1.4, 0.06)
        - 0.08 * state["leader_quality"]
        + 0.45 * soft_step(state["team_resigned"], 0.13, 0.008)
        - 0.25 * (state["recognition"] >= 0.5)
        + 0.25 * (state["peer_help"] < 1.0)
        + 0.25 * (state["leader_months"] < 3)
    )


def context(state: Frame) -> NDArray:
    """Return the effect of home-working (a trial: half, Bloom et al. 2015), referral, contract end and season."""
    is_contract_ending = (state["contract_months"] > -0.5) & (state["contract_months"] < 2.5)
    return (
        np.choose(state["mode"].astype(int), [0.0, -0.35, -0.6])
        - 0.22 * state["referred"]
        + 0.15 * state["agency"]
        + 0.25 * ((state["commute"] > 55) & (state["mode"] == 0))
        + 0.60 * is_contract_ending
        - 0.08 * (state["unemployment"] - 5.0)
        + np.array(parameters.SEASON)[state["next_month"].astype(int)]
    )


def contributions(state: Frame) -> Frame:
    """Return what each family adds to the log-hazard compared with an average agent, (seats,) each."""
    parts = {
        "pay": pay(state), "career": career(state), "workload": workload(state), "schedule": schedule(state),
        "quality": quality(state), "team": team(state), "context": context(state),
    }  # fmt: skip
    return {name: EFFECT_SCALE * (value - MEAN_EFFECTS[name]) for name, value in parts.items()}


def hazard(state: Frame, family_effects: Frame) -> NDArray:
    """Return the monthly hazard of resigning: exp(tenure + families + frailty + climate) + shocks."""
    log_effect = baseline(state["tenure_days"]) + sum(family_effects.values()) + state["frailty"] + state["climate"]
    return np.asarray(np.exp(log_effect) + parameters.SHOCK_RATE)


def competing(state: Frame) -> tuple[NDArray, NDArray]:
    """Return the monthly hazards of a dismissal (low quality, failed probation) and of any other exit."""
    is_new = state["tenure_days"] < 95
    log_ratio = 0.15 * hinge(87 - state["score"], 20) + 0.30 * hinge(state["critical"], 4) + 1.2 * is_new
    dismissed = parameters.INVOLUNTARY_RATE * np.exp(np.minimum(log_ratio, 3.2))
    return dismissed, np.full(len(is_new), parameters.OTHER_RATE)


LEVER_CHANGES: dict[str, Frame] = {
    # bound that each lever, used fully, puts on a measure: a minimum for RAISED_MEASURES, a maximum for the others
    "pay": {"market_ratio": np.array(1.0), "peer_gap": np.array(0.0)},
    "career_path": {"talk_months": np.array(0), "training_hours": np.array(4.0)},
    "workload": {"occupancy": np.array(0.82), "overtime": np.array(6.0)},
    "schedule": {"changed_share": np.array(0.03), "denied": np.array(0.0), "clock_missing_share": np.array(0.01)},
    "coaching": {"severity": np.array(0.0), "wait_days": np.array(3.0)},
    "team": {"talks": np.array(2.0), "recognition": np.array(1.0)},
}
RAISED_MEASURES = ("market_ratio", "peer_gap", "training_hours", "talks", "recognition")


def lever_effects(state: Frame, of: Callable[[Frame], Frame] = contributions) -> Frame:
    """Return what each lever, used fully today, would add to the log-hazard, by the effects `of` a world."""
    current = sum(of(state).values())
    effects = {}
    for lever, changes in LEVER_CHANGES.items():
        changed = {
            name: (np.maximum if name in RAISED_MEASURES else np.minimum)(state[name], to)
            for name, to in changes.items()
        }
        effects[lever] = np.asarray(sum(of(state | changed).values()) - current)
    return effects
