"""A world in which evaluators change: their severity is drawn anew now and then, and all become more severe."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level, smooth
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

WEIGHTS: Weights = {
    **{family: {name: 0.6 * weight for name, weight in parts.items()} for family, parts in smooth.WEIGHTS.items()},
    "quality": {"severity": 0.60, "score": -0.15, "appeal_lost": 0.25, "wait_days": 0.15},
}


def effects(state: Frame) -> Frame:
    """Return effects in which the severity of the evaluators counts most."""
    return linear(state, WEIGHTS)


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(
        name="changing_evaluators", effects=scaled, climate=level.constant(log_rate), severity_changes=0.08,
        severity_growth_year=0.5,
    )  # fmt: skip
