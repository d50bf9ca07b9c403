"""Every agent is left out by an equal share of the members, and a member never sees the agents it leaves out."""

import numpy as np
import pytest

from attrition.model.agent_samples import agent_samples


@pytest.mark.parametrize(("members", "share", "fewest", "most"), [(1, 0.7, 0, 1), (3, 0.7, 0, 1), (6, 0.7, 1, 2)])
def test_every_agent_is_left_out_by_about_the_same_number_of_members(members, share, fewest, most):
    agents = np.arange(500)
    times_left_out = agent_samples(agents, members, share, seed=1).is_left_out(agents).sum(axis=1)
    assert (times_left_out.min(), times_left_out.max()) == (fewest, most)
    assert times_left_out.mean() / members == pytest.approx(1 - share, abs=0.01)


def test_all_rows_of_an_agent_are_left_out_together():
    agent = np.tile(["a", "b", "c", "d"], 5)
    samples = agent_samples(agent, members=4, share=0.5, seed=0)
    for member, rows in enumerate(samples.member_rows(agent)):
        seen = set(agent[rows])
        assert seen == set(agent[~samples.is_left_out(agent)[:, member]])
        assert len(rows) == 5 * len(seen)


def test_an_agent_without_any_row_is_left_out_by_all_members():
    assert agent_samples(["a", "b"], members=3, share=0.9, seed=0).is_left_out(["c"]).all()


def test_other_names_in_the_same_order_are_drawn_alike():
    agents = np.repeat(np.arange(100), 20)
    names = np.random.default_rng(2).permutation(100).astype(str)[agents]
    drawn, renamed = (agent_samples(who, 5, 0.6, seed=3).is_left_out(who) for who in (agents, names))
    assert np.array_equal(drawn, renamed)
