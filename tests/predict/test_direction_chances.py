"""The chance of a direction, on members that are means of agents."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.model.agent_samples import agent_samples
from attrition.predict.direction_chances import direction_chances

MEMBERS, SHARE = 6, 0.7


def test_a_direction_is_right_as_often_as_its_chance_says() -> None:
    """True contributions are drawn; members estimate them as means over 70 % of 200 agents."""
    rng = np.random.default_rng(0)
    true = rng.normal(0.0, 0.3, 3000)
    estimated = np.empty((MEMBERS, len(true), 1))
    for row, mean in enumerate(true):
        people = rng.normal(mean, 1.0, 200)
        drawn = agent_samples(np.arange(200), MEMBERS, SHARE, row).member_rows(np.arange(200))
        estimated[:, row, 0] = [people[rows].mean() for rows in drawn]
    chances = direction_chances(estimated, agent_share=SHARE)[:, 0]
    is_right = np.sign(estimated.mean(axis=0)[:, 0]) == np.sign(true)
    for low, high in ((0.5, 0.65), (0.65, 0.8), (0.8, 0.95)):
        is_here = (chances >= low) & (chances < high)
        assert is_right[is_here].mean() == pytest.approx(chances[is_here].mean(), abs=0.08)


def test_members_that_differ_more_leave_less_chance() -> None:
    close, apart = np.array([0.1, 0.11, 0.09]), np.array([0.1, 0.5, -0.3])
    chances = direction_chances(np.stack([close, apart])[None].transpose(2, 0, 1), agent_share=SHARE)
    assert chances[0, 0] > 0.95 > 0.7 > chances[0, 1] > 0.5


def test_a_contribution_of_nothing_may_go_either_way_and_one_member_tells_nothing() -> None:
    assert direction_chances(np.zeros((3, 1, 1)), agent_share=SHARE).tolist() == [[0.5]]
    assert direction_chances(np.full((1, 1, 1), 0.2), agent_share=SHARE).tolist() == [[1.0]]
