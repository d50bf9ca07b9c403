"""A world against the declared directions: some effects have a best middle, some go the other way."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.measures import deviation
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

WEIGHTS: Weights = {
    "pay": {"market_ratio": -0.10, "raise_months": -0.20, "bonus": -0.10},
    "career": {"promoted_months": -0.30, "training_hours": 0.25, "rejected_months": -0.15, "talk_months": 0.20},
    "workload": {"overtime": -0.20, "abusive": 0.25},
    "schedule": {"night_share": -0.25, "weekend_share": -0.15, "changed_share": 0.30, "denied": 0.15},
    "quality": {"severity": 0.20, "appeal_lost": 0.20, "wait_days": 0.10},
    "team": {"peer_help": 0.20, "team_resigned": 0.25, "recognition": -0.15},
    "context": {"mode": 0.20, "referred": -0.10, "commute": 0.10},
}
BEST_MIDDLE: Weights = {
    "pay": {"market_ratio": 0.40},
    "career": {"role_months": -0.30},
    "workload": {"occupancy": 0.35},
    "quality": {"score": 0.25},
    "team": {"talks": 0.25},
}
"""Weights of the squared deviation: positive where the middle is safest, negative where it is most at risk."""

CORRECTION = 0.2
"""What to add to the log-hazard so that the rate is the usual one, measured on seeds 1 to 3."""


def effects(state: Frame) -> Frame:
    """Return the linear effects plus the squared ones."""
    parts = linear(state, WEIGHTS)
    for family, measures in BEST_MIDDLE.items():
        for measure, weight in measures.items():
            parts[family] = parts[family] + weight * deviation(state, measure) ** 2
    return parts


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(name="non_monotone", effects=scaled, climate=level.constant(log_rate + CORRECTION))
