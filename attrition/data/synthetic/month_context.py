"""What every step of a simulated month works with: the centre, its market, the month and a random generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attrition.data.synthetic.layout import Layout, Month
from attrition.data.synthetic.market import Market


@dataclass(frozen=True, kw_only=True)
class MonthContext:
    """The month being simulated."""

    layout: Layout
    market: Market
    month: Month
    rng: np.random.Generator

    @property
    def index(self) -> int:
        """Months since the simulation starts."""
        return self.month.number - self.layout.start_month
