"""The truth: what each family of drivers adds to the log-hazard of resigning, and what a lever would change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.world import Frame, hinge

SCALE = 0.90  # one knob for the strength of all drivers, set so that the oracle's AUC is about .76
MEAN = {
    "pay": 0.58,
    "career": 0.11,
    "workload": 0.35,
    "schedule": 0.46,
    "quality": 0.49,
    "team": 0.32,
    "context": -0.05,
}


def baseline(tenure_days: NDArray) -> NDArray:
    """Monthly voluntary rate by tenure alone, in logs, for the month that begins at this tenure."""
    # the middle of the coming month decides; the steps of EXIT_RATE are kept as steps
    band = np.searchsorted(world.TENURE_DAYS, np.asarray(tenure_days) + 15, side="right") - 1
    return (np.log(np.array(world.EXIT_RATE) * 0.8) + np.array(world.TENURE_CORRECTION))[np.clip(band, 0, None)]


def past(value: NDArray, threshold: float, width: float) -> NDArray:
    """Say how far a measure is past a threshold: 0 well below it, 1 well above, steepest at it."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip((value - threshold) / width, -30, 30))))


def pay(at: Frame) -> NDArray:
    """Below the market and below peers hurts, above helps little (Emanuel & Harrington; Dube et al.)."""
    bonus_short = past(-at["bonus"], -0.82, 0.03)
    best = at["ability"] > 0.5
    return (
        0.95 * past(-at["market_ratio"], -0.93, 0.012)
        + 1.6 * hinge(1.0 - at["market_ratio"], 0.2)
        + 0.35 * past(-at["peer_gap"], 0.06, 0.01)
        + 0.35 * (at["raise_months"] >= 14)
        + bonus_short * np.where(best, 0.75, 0.35)  # Sandvik et al.: the best react
    )


def career(at: Frame) -> NDArray:
    """A long time in the role, a rejected application, no talk and no training push; a promotion holds."""
    return (
        0.55 * ((at["role_months"] >= 15) & (at["level"] < 4))
        + 1.05 * (at["rejected_months"] < 3)
        + 0.45 * ((at["rejected_months"] >= 3) & (at["rejected_months"] < 6))
        - 0.45 * (at["promoted_months"] < 6)
        - 0.45 * (at["talk_months"] < 6)
        - 0.30 * (at["training_hours"] >= 4)
        + 0.15 * hinge(at["cancelled"], 2)
    )


def workload(at: Frame) -> NDArray:
    """Occupancy over .85 wears out, much overtime too; abuse acts where support is missing (Li & Zhou)."""
    return (
        0.95 * past(at["occupancy"], 0.857, 0.007)
        + 0.30 * past(at["overtime"], 9.0, 0.5)
        + 0.70 * past(at["abusive"], 5.0, 0.4) * np.where(at["talks"] < 0.8, 1.0, 0.2)
    )


def schedule(at: Frame) -> NDArray:
    """Shifts changed at short notice, weekends, nights and denied leave (Bergman, David & Song; Mas & Pallais)."""
    return (
        0.75 * past(at["changed_share"], 0.105, 0.010)
        + 0.45 * past(at["weekend_share"], 0.29, 0.008)
        + 0.60 * past(at["night_share"], 0.30, 0.03)
        + 0.32 * hinge(at["denied"], 3)
    )


def quality(at: Frame) -> NDArray:
    """Evaluations that feel unfair: severe evaluators, lost appeals, fatal errors, late feedback."""
    return (
        0.70 * past(at["severity"], 2.4, 0.3)
        + 0.45 * past(-at["score"], -80.0, 0.7)
        + 0.16 * hinge(at["critical"], 3)
        + 0.32 * hinge(at["appeal_lost"], 3)
        + 0.35 * past(at["wait_days"], 6.0, 0.3)
    )


def team(at: Frame) -> NDArray:
    """Leaders who talk hold people; resignations in the team spread (Hoffman & Tadelis; Felps et al.)."""
    return (
        0.50 * past(-at["talks"], -0.5, 0.06)
        + 0.25 * past(-at["talks"], -1.4, 0.06)
        - 0.08 * at["leader_quality"]
        + 0.45 * past(at["team_resigned"], 0.13, 0.008)
        - 0.25 * (at["recognition"] >= 0.5)
        + 0.25 * (at["peer_help"] < 1.0)
        + 0.25 * (at["leader_months"] < 3)
    )


def context(at: Frame) -> NDArray:
    """Home-working halves it in a trial (Bloom et al. 2015); referrals stay; contracts end; seasons."""
    ending = (at["contract_months"] > -0.5) & (at["contract_months"] < 2.5)
    return (
        np.choose(at["mode"].astype(int), [0.0, -0.35, -0.6])
        - 0.22 * at["referred"]
        + 0.15 * at["agency"]
        + 0.25 * ((at["commute"] > 55) & (at["mode"] == 0))
        + 0.60 * ending
        - 0.08 * (at["unemployment"] - 5.0)
        + np.array(world.SEASON)[at["next_month"].astype(int)]
    )


def contributions(at: Frame) -> Frame:
    """What each family adds to the log-hazard against the usual agent, (seats,) each."""
    parts = {
        "pay": pay(at), "career": career(at), "workload": workload(at), "schedule": schedule(at),
        "quality": quality(at), "team": team(at), "context": context(at),
    }  # fmt: skip
    return {name: SCALE * (value - MEAN[name]) for name, value in parts.items()}


def hazard(at: Frame, parts: Frame) -> NDArray:
    """Monthly hazard of resigning: tenure, drivers (`parts`) and frailty multiply; shocks come on top."""
    log_drivers = sum(parts.values())
    return np.asarray(np.exp(baseline(at["tenure_days"]) + log_drivers + at["frailty"]) + world.SHOCK_RATE)


def competing(at: Frame) -> tuple[NDArray, NDArray]:
    """Monthly hazards of a dismissal (low quality, failed probation) and of any other exit."""
    new = at["tenure_days"] < 95
    log_ratio = 0.15 * hinge(87 - at["score"], 20) + 0.30 * hinge(at["critical"], 4) + 1.2 * new
    dismissed = world.INVOLUNTARY_RATE * np.exp(np.minimum(log_ratio, 3.2))
    return dismissed, np.full(len(new), world.OTHER_RATE)


LEVERS: dict[str, Frame] = {
    # what a lever does to the standing: the lowest or highest value it leaves
    "pay": {"market_ratio": np.array(1.0), "peer_gap": np.array(0.0)},
    "career_path": {"talk_months": np.array(0), "training_hours": np.array(4.0)},
    "workload": {"occupancy": np.array(0.82), "overtime": np.array(6.0)},
    "schedule": {"changed_share": np.array(0.03), "denied": np.array(0.0)},
    "coaching": {"severity": np.array(0.0), "wait_days": np.array(3.0)},
    "team": {"talks": np.array(2.0), "recognition": np.array(1.0)},
}
RAISES = ("market_ratio", "peer_gap", "training_hours", "talks", "recognition")


def lever_effects(at: Frame) -> Frame:
    """What each lever, fully pulled today, would add to the log-hazard (zero or less), (seats,) each."""
    before = sum(contributions(at).values())
    effects = {}
    for lever, changes in LEVERS.items():
        moved = {name: (np.maximum if name in RAISES else np.minimum)(at[name], to) for name, to in changes.items()}
        effects[lever] = np.asarray(sum(contributions(at | moved).values()) - before)
    return effects
