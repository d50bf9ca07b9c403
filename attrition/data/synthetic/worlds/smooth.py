"""A world of smooth, mostly linear effects: no step anywhere, every measure moves the risk a little."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

WEIGHTS: Weights = {
    "pay": {"market_ratio": -0.50, "peer_gap": -0.15, "raise_months": 0.15, "bonus": -0.20},
    "career": {"role_months": 0.30, "rejected_months": -0.20, "promoted_months": 0.15, "talk_months": 0.25,
               "training_hours": -0.15, "cancelled": 0.10},
    "workload": {"occupancy": 0.35, "overtime": 0.15, "abusive": 0.25},
    "schedule": {"changed_share": 0.30, "weekend_share": 0.15, "night_share": 0.20, "denied": 0.20},
    "quality": {"severity": 0.25, "score": -0.20, "critical": 0.15, "appeal_lost": 0.15, "wait_days": 0.20},
    "team": {"talks": -0.35, "recognition": -0.20, "peer_help": -0.10, "team_resigned": 0.20, "leader_months": -0.10},
    "context": {"mode": -0.15, "referred": -0.10, "agency": 0.05, "commute": 0.10, "unemployment": -0.05},
}  # fmt: skip


def effects(state: Frame) -> Frame:
    """Return the linear effects of all families."""
    return linear(state, WEIGHTS)


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(name="smooth", effects=scaled, climate=level.constant(log_rate))
