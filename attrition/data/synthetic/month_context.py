"""The context of a simulated month, which every step of its simulation receives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market
from attrition.data.synthetic.worlds.thresholds import THRESHOLDS
from attrition.data.synthetic.worlds.world import World


@dataclass(frozen=True, kw_only=True)
class MonthContext:
    """The centre's layout, its market, the month that is simulated, the generator of its draws, and its world."""

    layout: Layout
    market: Market
    month: Month
    rng: np.random.Generator
    world: World = THRESHOLDS

    @property
    def months_exported(self) -> int:
        """Number of months since the exports began; negative before them."""
        return self.month.number - self.layout.first_month

    @property
    def index(self) -> int:
        """Number of months since the start of the simulation; the row of this month in the arrays of `Market`."""
        return self.month.number - self.layout.start_month
