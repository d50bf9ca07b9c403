"""Scale and centre the effects of a world on the agents of a small reference centre of the world of thresholds."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from attrition.data.synthetic import hazard, parameters
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.simulate import simulate_months
from attrition.data.synthetic.worlds.world import Effects

SPREAD = 1.0
"""Standard deviation, between agents of the reference centre, of the sum of contributions; in thresholds 1.1."""


@cache
def reference_state() -> Frame:
    """Return the states of the agents of a reference centre at twelve month-ends, (agent-months,) each."""
    layout = make_layout(400, 12, seed=0, last_month="2026-10")
    months = [m for m in simulate_months(layout, draw_market(layout)) if m.month.number >= layout.first_month]
    names = months[0].state
    return {name: np.concatenate([m.state[name][m.seats["active"]] for m in months]) for name in names}


def calibrated(
    raw: Effects, *, spread: float = SPREAD, frailty_sd: float = parameters.FRAILTY_SD, season: float = 1.0
) -> tuple[Effects, float]:
    """Return effects centred on the reference centre and scaled to a spread, and the level that keeps the usual rate.

    Parameters
    ----------
    raw : Effects
        What each family adds to the log-hazard, on any scale, without the season.
    spread : float
        Standard deviation of the sum of the contributions in the reference centre.
    frailty_sd : float
        Standard deviation of the differences that no table holds.
    season : float
        Factor of the usual season.

    Returns
    -------
    effects : Effects
        The same effects, centred and scaled, with the season added to the context.
    log_rate : float
        What to add to everybody's log-hazard so that the mean hazard of the reference centre stays what it is.
    """
    state = reference_state()
    parts = raw(state)
    means = {name: float(value.mean()) for name, value in parts.items()}
    scale = spread / float(np.std(sum(parts.values())))
    calendar = season * hazard.EFFECT_SCALE * np.array(parameters.SEASON)

    def effects(now: Frame) -> Frame:
        scaled = {name: scale * (value - means[name]) for name, value in raw(now).items()}
        return scaled | {"context": scaled["context"] + calendar[now["next_month"].astype(int)]}

    usual = _mean_rate(state, hazard.contributions(state)) + parameters.FRAILTY_SD**2 / 2
    return effects, usual - _mean_rate(state, effects(state)) - frailty_sd**2 / 2


def _mean_rate(state: Frame, parts: Frame) -> float:
    """Return the log of the mean hazard of agents, by tenure and the contributions of the families."""
    log_hazard: NDArray = hazard.baseline(state["tenure_days"]) + sum(parts.values())
    return float(np.log(np.mean(np.exp(log_hazard))))
