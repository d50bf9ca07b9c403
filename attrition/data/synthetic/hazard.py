"""The truth: what each family of drivers adds to the log-hazard of resigning, and what a lever would change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import world
from attrition.data.synthetic.world import Frame, hinge

SCALE = 1.15  # one knob for the strength of all drivers, set so that the oracle's AUC is about .76
MEAN = {"pay": 0.40, "career": 0.12, "workload": 0.32, "schedule": 0.46, "quality": 0.34, "team": 0.10, "context": 0.05}


def baseline(tenure_days: NDArray) -> NDArray:
    """Monthly voluntary rate by tenure alone, in logs, for the month that begins at this tenure."""
    # the middle of the coming month decides; the steps of EXIT_RATE are kept as steps
    band = np.searchsorted(world.TENURE_DAYS, np.asarray(tenure_days) + 15, side="right") - 1
    return (np.log(np.array(world.EXIT_RATE) * 0.8) + np.array(world.TENURE_CORRECTION))[np.clip(band, 0, None)]


def pay(at: Frame) -> NDArray:
    """Below the market and below peers hurts, above helps little (Emanuel & Harrington; Dube et al.)."""
    short = hinge(1.0 - at["market_ratio"], 0.25)
    bonus_short = hinge(0.95 - at["bonus"], 0.5) * (1.0 + 0.6 * (at["ability"] > 0.6))  # Sandvik: the best react
    return (
        4.2 * short
        - 1.2 * hinge(at["market_ratio"] - 1.0, 0.15)
        + 2.4 * hinge(-at["peer_gap"] - 0.03, 0.2)
        + 0.30 * (at["raise_months"] >= 14)
        - 0.25 * ((at["raise_months"] < 3) & (at["tenure_days"] > 180))
        + 1.4 * bonus_short
    )


def career(at: Frame) -> NDArray:
    """A long time in the role, a rejected application, no talk and no training push; a promotion holds."""
    return (
        0.45 * ((at["role_months"] >= 15) & (at["level"] < 4))
        + 0.20 * (at["role_months"] >= 27)
        + 0.95 * (at["rejected_months"] < 3)
        + 0.40 * ((at["rejected_months"] >= 3) & (at["rejected_months"] < 6))
        - 0.45 * (at["promoted_months"] < 6)
        - 0.40 * (at["talk_months"] < 6)
        - 0.28 * (at["training_hours"] >= 4)
        + 0.25 * hinge(at["cancelled"], 2)
    )


def workload(at: Frame) -> NDArray:
    """Occupancy over .85 wears out, overtime over eight hours too; abuse acts where support is missing (Li & Zhou)."""
    unsupported = np.where(at["talks"] < 0.7, 1.0, 0.35)
    return (
        8.5 * hinge(at["occupancy"] - 0.84, 0.10)
        + 1.0 * hinge(at["occupancy"] - 0.78, 0.06)
        + 0.050 * hinge(at["overtime"] - 7.0, 14)
        + 0.095 * hinge(at["abusive"] - 3.5, 8) * unsupported
    )


def schedule(at: Frame) -> NDArray:
    """Shifts changed at short notice, weekends, nights and denied leave (Bergman, David & Song; Mas & Pallais)."""
    return (
        3.2 * hinge(at["changed_share"] - 0.03, 0.20)
        + 2.4 * hinge(at["weekend_share"] - 0.22, 0.2)
        + 0.75 * at["night_share"]
        + 0.42 * hinge(at["denied"], 2)
    )


def quality(at: Frame) -> NDArray:
    """Evaluations that feel unfair: severe evaluators, lost appeals, fatal errors, late feedback."""
    return (
        0.060 * np.clip(at["severity"], -4, 6)
        + 0.050 * hinge(82 - at["score"], 10)
        + 0.26 * hinge(at["critical"], 2)
        + 0.40 * hinge(at["appeal_lost"], 2)
        + 0.30 * (at["wait_days"] > 6)
    )


def team(at: Frame) -> NDArray:
    """Leaders who talk hold people; resignations in the team spread (Hoffman & Tadelis; Felps et al.)."""
    return (
        -0.30 * np.minimum(at["talks"], 2.5)
        - 0.10 * at["leader_quality"]
        + 2.2 * hinge(at["team_resigned"] - 0.06, 0.25)
        - 0.16 * np.minimum(at["recognition"], 2.0)
        + 0.30 * (at["messages"] < 28)
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


def hazard(at: Frame) -> NDArray:
    """Monthly hazard of resigning: tenure, drivers and frailty multiply; shocks come on top."""
    log_drivers = sum(contributions(at).values())
    return np.asarray(np.exp(baseline(at["tenure_days"]) + log_drivers + at["frailty"]) + world.SHOCK_RATE)


def competing(at: Frame) -> tuple[NDArray, NDArray]:
    """Monthly hazards of a dismissal (low quality, failed probation) and of any other exit."""
    new = at["tenure_days"] < 95
    log_ratio = 0.085 * hinge(84 - at["score"], 20) + 0.45 * hinge(at["critical"], 3) + 1.5 * new
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
