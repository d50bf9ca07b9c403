"""Each driver moves the true hazard the way the field says, and some only together."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.data.synthetic import hazard
from attrition.data.synthetic.simulate import Lived
from attrition.data.synthetic.world import Frame

WORSE = {
    "market_ratio": 0.88, "peer_gap": -0.15, "raise_months": 20, "bonus": 0.7, "role_months": 24, "rejected_months": 1,
    "occupancy": 0.92, "overtime": 15, "abusive": 9, "changed_share": 0.2, "weekend_share": 0.4, "night_share": 0.8,
    "denied": 3, "severity": 5, "score": 72, "critical": 3, "appeal_lost": 2, "wait_days": 12, "team_resigned": 0.3,
}  # fmt: skip
BETTER = {"talks": 2.5, "recognition": 2, "talk_months": 1, "training_hours": 8, "promoted_months": 2, "mode": 2}


@pytest.fixture(scope="module")
def at(story: list[Lived]) -> Frame:
    return story[-1].at


def total(at: Frame) -> np.ndarray:
    return np.asarray(sum(hazard.contributions(at).values()))


@pytest.mark.parametrize(("measure", "value"), WORSE.items())
def test_what_wears_people_out_raises_the_hazard(at: Frame, measure: str, value: float) -> None:
    worse = np.minimum if value < at[measure].mean() else np.maximum
    change = total(at | {measure: worse(at[measure], value)}) - total(at)
    assert change.min() >= -1e-9
    assert change.mean() > 0.05


@pytest.mark.parametrize(("measure", "value"), BETTER.items())
def test_what_holds_people_lowers_the_hazard(at: Frame, measure: str, value: float) -> None:
    better = np.minimum if value < at[measure].mean() else np.maximum
    change = total(at | {measure: better(at[measure], value)}) - total(at)
    assert change.max() <= 1e-9
    assert change.mean() < -0.02


def test_abuse_hurts_most_where_nobody_talks(at: Frame) -> None:
    alone, heard = at | {"talks": 0 * at["talks"]}, at | {"talks": 0 * at["talks"] + 2}
    hurt = [
        total(state | {"abusive": 0 * at["abusive"] + 9}) - total(state | {"abusive": 0 * at["abusive"]})
        for state in (alone, heard)
    ]
    assert (hurt[0] > 2 * hurt[1]).all()


def test_the_baseline_falls_with_tenure() -> None:
    assert (np.diff(hazard.baseline(np.array([0, 60, 120, 300, 600, 1000, 2000]))) < 0).all()
