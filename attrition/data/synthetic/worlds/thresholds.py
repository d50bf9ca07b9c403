"""The world of the demonstration: steps at thresholds, as the studies describe them, and a level that stays."""

from __future__ import annotations

from attrition.data.synthetic import hazard, parameters
from attrition.data.synthetic.worlds.world import World

THRESHOLDS = World(name="thresholds", effects=hazard.contributions, persistence=parameters.PERSISTENCE)
