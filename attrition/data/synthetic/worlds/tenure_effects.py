"""A world in which what drives people out changes with tenure, and some of it reverses."""

from __future__ import annotations

import numpy as np

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

NEWCOMERS: Weights = {
    "pay": {"market_ratio": -0.05, "bonus": 0.10},
    "career": {"training_hours": -0.30, "talk_months": 0.10},
    "workload": {"occupancy": 0.60, "abusive": 0.50},
    "schedule": {"changed_share": 0.70, "weekend_share": -0.30, "denied": 0.20},
    "quality": {"severity": 0.50, "score": -0.50, "wait_days": 0.30},
    "team": {"talks": -0.60, "peer_help": -0.30, "leader_months": -0.10},
    "context": {"referred": -0.30, "commute": 0.20},
}
VETERANS: Weights = {
    "pay": {"market_ratio": -0.90, "peer_gap": -0.30, "raise_months": 0.20},
    "career": {"role_months": 0.50, "rejected_months": -0.40, "training_hours": 0.20},
    "workload": {"occupancy": 0.10, "overtime": -0.10},
    "schedule": {"weekend_share": 0.40, "night_share": 0.40, "changed_share": 0.05},
    "quality": {"score": 0.25, "appeal_lost": 0.30},
    "team": {"talks": -0.10, "team_resigned": 0.40},
    "context": {"mode": -0.30, "commute": 0.05},
}


def effects(state: Frame) -> Frame:
    """Return a mixture of the effects on newcomers and on veterans, by tenure; half each after nine months."""
    veteran = 1 / (1 + np.exp(-(state["tenure_days"] - 274) / 90))
    early, late = linear(state, NEWCOMERS), linear(state, VETERANS)
    return {family: (1 - veteran) * early[family] + veteran * late[family] for family in early}


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(name="tenure_effects", effects=scaled, climate=level.constant(log_rate))
