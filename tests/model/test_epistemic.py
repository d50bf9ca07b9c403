"""The epistemic variance of a mean of members: of those fitted on different agents, shrunk, row by row."""

from __future__ import annotations

import numpy as np
import pytest

from attrition.model.agent_samples import agent_samples
from attrition.model.epistemic import epistemic_variance, mean_member_variance


def test_members_that_agree_leave_the_mean_variance_only() -> None:
    agreed, split = np.zeros((1, 5)), np.array([[-1.0, -0.5, 0.0, 0.5, 1.0]])
    least = epistemic_variance(agreed, group_share=0.7, mean_variance=0.1)
    assert 0 < least[0] < epistemic_variance(split, group_share=0.7, mean_variance=0.1)[0]


def test_a_row_has_the_same_variance_alone_and_among_others() -> None:
    margins = np.random.default_rng(0).normal(size=(50, 5))
    variances = epistemic_variance(margins, group_share=0.7, mean_variance=0.3)
    assert epistemic_variance(margins[7:8], group_share=0.7, mean_variance=0.3)[0] == variances[7]


def test_a_single_member_has_no_variance() -> None:
    assert mean_member_variance(np.zeros((4, 1))) == 0.0


@pytest.mark.parametrize("members", [2, 3, 6])
def test_members_of_a_mean_of_agents_err_as_much_as_the_jackknife_estimates(members) -> None:
    """Means over 70 % of the agents, brought to full size, spread as the mean over other agents really does."""
    rng = np.random.default_rng(1)
    estimated, true = [], []
    for draw in range(600):
        people = rng.normal(size=200)
        drawn = agent_samples(np.arange(200), members, 0.7, draw).member_rows(np.arange(200))
        means = np.array([[people[rows].mean() for rows in drawn]])
        estimated.append(epistemic_variance(means, group_share=0.7, mean_variance=means.var(ddof=1))[0])
        true.append(people.mean())
    assert np.mean(estimated) == pytest.approx(np.var(true), rel=0.2)
