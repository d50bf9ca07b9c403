"""A world whose market runs away, or falls behind, so that pay alone explains a rate that rises or falls."""

from __future__ import annotations

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level, smooth
from attrition.data.synthetic.worlds.linear import Weights, linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.world import World

WEIGHTS: Weights = {
    **{family: {name: 0.6 * weight for name, weight in parts.items()} for family, parts in smooth.WEIGHTS.items()},
    "pay": {"market_ratio": -0.8, "bonus": -0.15},
}
RISING_A_YEAR, FALLING_A_YEAR = 0.08, -0.06


def effects(state: Frame) -> Frame:
    """Return effects in which pay against the market counts most."""
    return linear(state, WEIGHTS)


def draw(seed: int) -> World:
    """Return the world: the market runs away where the seed is odd, and falls behind where it is even."""
    scaled, log_rate = calibrated(effects)
    growth = RISING_A_YEAR if seed % 2 else FALLING_A_YEAR
    return World(
        name="drifting_pay", effects=scaled, climate=level.constant(log_rate), market_growth_year=growth,
    )  # fmt: skip
