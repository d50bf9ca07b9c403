"""A world in which work outside the office, and attendance records that fail there, drive people out."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level, smooth
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

WEIGHTS: Weights = {
    **{family: {name: 0.7 * weight for name, weight in parts.items()} for family, parts in smooth.WEIGHTS.items()},
    "schedule": {"field_share": 0.20, "clock_missing_share": 0.50, "changed_share": 0.15, "denied": 0.10},
}

CORRECTION = -0.2
"""What to add to the log-hazard so that the rate is the usual one, measured on seeds 1 to 3."""


def effects(state: Frame) -> Frame:
    """Return effects in which failed clockings count most of all that a roster holds."""
    return linear(state, WEIGHTS)


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects)
    return World(name="failing_clocks", effects=scaled, climate=level.constant(log_rate + CORRECTION))
