"""The context of a simulated month, which every step of its simulation receives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market


@dataclass(frozen=True, kw_only=True)
class MonthContext:
    """The centre's layout, its market, the month that is simulated, and the random generator of its draws."""

    layout: Layout
    market: Market
    month: Month
    rng: np.random.Generator

    @property
    def index(self) -> int:
        """Number of months since the start of the simulation; the row of this month in the arrays of `Market`."""
        return self.month.number - self.layout.start_month
