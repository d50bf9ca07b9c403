"""A world in which resignations are contagious: who leaves takes others of the team along, most of all in spring."""

from __future__ import annotations

import numpy as np

from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.worlds import level
from attrition.data.synthetic.worlds.linear import linear
from attrition.data.synthetic.worlds.reference import calibrated
from attrition.data.synthetic.worlds.smooth import WEIGHTS
from attrition.data.synthetic.worlds.world import World

SEASON = 2.0
SPRING = (1, 2, 3)
"""Months from February to April, in which a wave spreads fastest."""
CORRECTION = -0.15
"""What to add to the log-hazard so that the rate is the usual one, measured on seeds 1 to 3."""


def effects(state: Frame) -> Frame:
    """Return half of the smooth effects, and a strong effect of resignations in the team."""
    parts = {name: 0.5 * value for name, value in linear(state, WEIGHTS).items()}
    spreading = np.where(np.isin(state["next_month"], SPRING), 1.5, 1.0)
    share = np.minimum(state["team_resigned"], 0.4)
    return parts | {"team": parts["team"] + spreading * 5.0 * share}


def draw(seed: int) -> World:
    """Return the world, which is the same for every seed."""
    scaled, log_rate = calibrated(effects, season=SEASON)
    return World(name="waves", effects=scaled, climate=level.constant(log_rate + CORRECTION))
