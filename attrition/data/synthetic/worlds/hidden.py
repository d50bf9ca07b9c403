"""A world in which most of what differs between people is held by no table."""

from __future__ import annotations

from attrition.data.synthetic.worlds import level, smooth
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

FRAILTY_SD = 0.9
SPREAD = 0.6
SELECTION = 0.28
"""What to add to the log-hazard because the frail leave first, measured on seeds 1 to 3."""


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed: weak smooth effects beside a strong frailty."""
    scaled, log_rate = calibrated(smooth.effects, spread=SPREAD, frailty_sd=FRAILTY_SD)
    return World(name="hidden", effects=scaled, climate=level.constant(log_rate + SELECTION), frailty_sd=FRAILTY_SD)
