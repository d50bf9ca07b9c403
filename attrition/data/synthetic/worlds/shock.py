"""A world whose level jumps in one month, for reasons that no table holds."""

from __future__ import annotations

import math

from attrition.data.synthetic import hazard
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.world import World

SHOCK_MONTH = 24
"""The month of the exports, counted from 0, in which the level jumps."""


def draw(seed: int) -> World:
    """Return the world of thresholds with a jump: up by six tenths where the seed is odd, down to six where even."""
    size = math.log(1.6) if seed % 2 else math.log(0.6)
    return World(
        name="shock", effects=hazard.contributions, climate=level.jump(0.0, month=SHOCK_MONTH, size=size)
    )  # fmt: skip
