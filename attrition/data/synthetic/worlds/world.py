"""What a world declares: the effects of the families, and what moves the level of the hazard beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import parameters
from attrition.data.synthetic.frames import Frame

Effects = Callable[[Frame], Frame]
"""From the state of agents to what each family adds to their log-hazard, (agents,) each."""


def steady_climate(months: NDArray) -> NDArray:
    """Return a level that never moves: zeros, (months, sites)."""
    return np.zeros((len(months), len(parameters.SITES)))


@dataclass(frozen=True, kw_only=True)
class World:
    """A mechanism of resigning, drawn for one seed.

    Attributes
    ----------
    name : str
        The name in `catalogue.WORLDS`.
    effects : Effects
        What each family adds to the log-hazard, compared with an average agent.
    climate : Callable
        From months since the exports begin, negative before them, to what a month adds to the log-hazard of everybody
        at a site and no table holds, (months, sites).
    frailty_sd : float
        Standard deviation of the lasting differences between people that no table holds.
    market_growth_year : float
        By how much more the log of market pay grows in a year of the exported months; negative where it falls behind.
    severity_changes : float
        Share of the evaluators whose severity is drawn anew in a month of the exported months.
    severity_growth_year : float
        Points by which all evaluators become more severe in a year of the exported months.
    persistence : dict or None
        The share of each family's contribution that is left after a month, by which the oracle forecasts; None: the
        oracle learns its forecast from the simulated months.
    """

    name: str
    effects: Effects
    climate: Callable[[NDArray], NDArray] = steady_climate
    frailty_sd: float = parameters.FRAILTY_SD
    market_growth_year: float = 0.0
    severity_changes: float = 0.0
    severity_growth_year: float = 0.0
    persistence: dict[str, float] | None = None
