"""The doubt of a mean of members: from those who saw different agents, steadied, and never from one row's company."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.model.boosting import MonotoneBoosting
from attrition.model.doubt import FROM_SHRINKING, typical_variance, variance


def test_members_that_agree_leave_the_typical_doubt_only() -> None:
    agreed, split = np.zeros((1, 5)), np.array([[-1.0, -0.5, 0.0, 0.5, 1.0]])
    least = variance(agreed, group_share=0.7, typical=0.1)
    assert 0 < least[0] < variance(split, group_share=0.7, typical=0.1)[0]


def test_a_row_has_the_same_doubt_alone_and_in_company() -> None:
    margins = np.random.default_rng(0).normal(size=(50, 5))
    told = variance(margins, group_share=0.7, typical=0.3)
    assert variance(margins[7:8], group_share=0.7, typical=0.3)[0] == told[7]


def test_a_single_member_has_nobody_to_disagree_with() -> None:
    assert typical_variance(np.zeros((4, 1))) == 0.0


@pytest.mark.parametrize("members", [2, 3, 6])
def test_members_of_a_mean_of_agents_err_as_much_as_the_jackknife_says(members) -> None:
    """Means over 70 % of the agents, brought to full size, spread as the mean over other agents really does."""
    rng = np.random.default_rng(1)
    told, true = [], []
    for draw in range(600):
        people = rng.normal(size=200)
        drawn = MonotoneBoosting(members, group_share=0.7, seed=draw)._drawn(np.arange(200))
        means = np.array([[people[rows].mean() for rows in drawn]])
        told.append(variance(means, group_share=0.7, typical=means.var(ddof=1))[0] / FROM_SHRINKING)
        true.append(people.mean())
    assert np.mean(told) == pytest.approx(np.var(true), rel=0.2)


def test_members_see_whole_agents_and_each_agent_is_left_out_about_equally_often() -> None:
    agents = np.repeat(np.arange(100), 20)
    drawn = MonotoneBoosting(5, group_share=0.6)._drawn(agents)
    for rows in drawn:
        seen, counts = np.unique(agents[rows], return_counts=True)
        assert (len(seen), set(counts)) == (60, {20})
    assert set(np.bincount(np.concatenate(drawn) // 20)) == {60}
    names = np.random.default_rng(2).permutation(100).astype(str)[agents]
    renamed = MonotoneBoosting(5, group_share=0.6)._drawn(names)
    assert all(np.array_equal(one, other) for one, other in zip(drawn, renamed, strict=True))


def test_one_member_sees_everybody() -> None:
    assert MonotoneBoosting(1)._drawn(np.arange(10)) == [None]
