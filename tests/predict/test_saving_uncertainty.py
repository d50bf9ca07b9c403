from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.playbook import read_playbook
from attrition.predict.saving_uncertainty import simulate_savings
from tests.predict.example_playbook import write_playbook
from tests.predict.linear_risk import FEATURES


@pytest.fixture
def playbook(tmp_path):
    return read_playbook(write_playbook(tmp_path), features=FEATURES)


def selected(**columns):
    row = {"intervention": "talk_first", "cost": 100.0, "replacement": 10_000.0, "risk_at_saving_horizon": 0.5}
    row |= {"risk_error": 0.0, "model_ratio": np.nan, "works_share": 1.0, "dose": 1.0}
    return pd.DataFrame([row | columns])


def savings(playbook, table, **options):
    options = {"shared_error": 0.0, "draws": 2000, "rng": np.random.default_rng(1)} | options
    return simulate_savings(table, playbook, **options)


def test_the_ends_of_the_effects_interval_are_the_ends_of_the_savings(playbook):
    """Hazard ratio 0.9 (0.8 to 0.98): the risk of one half falls to 1 - 0.5 ** ratio."""
    low, middle, high = np.quantile(savings(playbook, selected()), [0.05, 0.5, 0.95])
    expected = [10_000 * (0.5**ratio - 0.5) - 100 for ratio in (0.98, 0.9, 0.8)]
    assert [low, middle, high] == pytest.approx(expected, abs=60)


def test_the_smaller_effect_of_the_model_counts_in_every_draw(playbook):
    assert savings(playbook, selected(model_ratio=0.99)).max() == pytest.approx(10_000 * (0.5**0.99 - 0.5) - 100)


def test_one_draw_of_an_effect_holds_for_all_agents_who_get_it(playbook):
    many = pd.concat([selected()] * 100, ignore_index=True)
    assert savings(playbook, many).std() == pytest.approx(100 * savings(playbook, selected()).std(), rel=0.1)


def test_uncertainty_of_the_level_of_risk_widens_the_interval(playbook):
    rare = selected(risk_at_saving_horizon=0.1)
    assert savings(playbook, rare, shared_error=0.5).std() > 1.1 * savings(playbook, rare).std()


def test_the_same_seed_draws_the_same(playbook):
    assert savings(playbook, selected()).tolist() == savings(playbook, selected()).tolist()


def test_noise_alone_makes_a_plan_neither_better_nor_worse(playbook):
    """The saving before cost is that without errors, though risks and effects are drawn from skewed intervals."""
    table = selected(risk_at_saving_horizon=0.1, risk_error=0.7, cost=0.0)
    drawn = savings(playbook, table, draws=40_000, shared_error=0.2)
    assert drawn.mean() == pytest.approx(10_000 * (0.9**0.9 - 0.9), rel=0.01)
