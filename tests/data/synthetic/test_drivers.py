"""Each driver changes the true hazard in the direction found in the literature; some only together."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic import hazard
from attrition.data.synthetic.frames import Frame
from attrition.data.synthetic.simulate import SimulatedMonth

WORSE = {
    "market_ratio": 0.88, "peer_gap": -0.15, "raise_months": 20, "bonus": 0.7, "role_months": 24, "rejected_months": 1,
    "occupancy": 0.92, "overtime": 15, "abusive": 9, "changed_share": 0.2, "weekend_share": 0.4, "night_share": 0.8,
    "denied": 3, "severity": 5, "score": 72, "critical": 3, "appeal_lost": 2, "wait_days": 12, "team_resigned": 0.3,
}  # fmt: skip
BETTER = {"talks": 2.5, "recognition": 2, "talk_months": 1, "training_hours": 8, "promoted_months": 2, "mode": 2}


@pytest.fixture(scope="module")
def state(months: list[SimulatedMonth]) -> Frame:
    return months[-1].state


def total(state: Frame) -> np.ndarray:
    return np.asarray(sum(hazard.contributions(state).values()))


@pytest.mark.parametrize(("measure", "value"), WORSE.items())
def test_a_worse_measure_raises_the_hazard(state: Frame, measure: str, value: float) -> None:
    worse = np.minimum if value < state[measure].mean() else np.maximum
    change = total(state | {measure: worse(state[measure], value)}) - total(state)
    assert change.min() >= -1e-9
    assert change.mean() > 0.05


@pytest.mark.parametrize(("measure", "value"), BETTER.items())
def test_a_better_measure_lowers_the_hazard(state: Frame, measure: str, value: float) -> None:
    better = np.minimum if value < state[measure].mean() else np.maximum
    change = total(state | {measure: better(state[measure], value)}) - total(state)
    assert change.max() <= 1e-9
    assert change.mean() < -0.02


def test_abuse_raises_the_hazard_most_where_there_are_no_talks(state: Frame) -> None:
    without_talks, with_talks = state | {"talks": 0 * state["talks"]}, state | {"talks": 0 * state["talks"] + 2}
    increases = [
        total(state | {"abusive": 0 * state["abusive"] + 9}) - total(state | {"abusive": 0 * state["abusive"]})
        for state in (without_talks, with_talks)
    ]
    assert (increases[0] > 2 * increases[1]).all()


def test_the_baseline_falls_with_tenure() -> None:
    assert (np.diff(hazard.baseline(np.array([0, 60, 120, 300, 600, 1000, 2000]))) < 0).all()
