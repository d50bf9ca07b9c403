"""Calibrators are fitted on agents that members left out, and their level follows the newest mature months."""

import numpy as np
import pandas as pd
import pytest

from attrition.model.calibrate import calibrate
from attrition.model.training_set import TrainingSet

AGENTS, MONTHS = 600, 30


def training_set(rates: np.ndarray) -> TrainingSet:
    """Return agents over months who resign within a month at the month's rate, drawn by chance."""
    as_of = pd.Series(np.repeat(pd.date_range("2024-01-31", periods=MONTHS, freq="ME"), AGENTS))
    label = (np.random.default_rng(1).random(AGENTS * MONTHS) < np.repeat(rates, AGENTS)).astype(float)
    agent = np.tile(np.arange(AGENTS), MONTHS)
    return TrainingSet(np.zeros((len(agent), 1)), agent, as_of, pd.DataFrame({1: label}), np.zeros(1, dtype=int))


def calibrated(training: TrainingSet, margins: np.ndarray, is_left_out: np.ndarray):
    return calibrate(margins, is_left_out, training, horizons=[1], months=12)[1]


def test_what_a_member_says_of_agents_it_was_fitted_on_does_not_count():
    training = training_set(np.full(MONTHS, 0.03))
    unseen = np.random.default_rng(2).random(len(training.agent)) < 0.5
    label = training.labels[1].to_numpy()
    margins = np.where(unseen, 0.0, 5.0 * (label - 0.5))[:, None]
    honest = calibrated(training, margins, unseen[:, None])
    assert honest.rows == pytest.approx(AGENTS * 12 / 2, rel=0.1)
    assert honest.intercept == pytest.approx(np.log(0.03 / 0.97), abs=0.15)
    assert calibrated(training, margins, np.ones_like(margins, dtype=bool)).slope > 1.2


def test_the_level_follows_a_jump_and_says_by_how_much():
    training = training_set(np.r_[np.full(MONTHS - 6, 0.02), np.full(6, 0.04)])
    margins = np.zeros((len(training.agent), 1))
    moved = calibrated(training, margins, np.ones_like(margins, dtype=bool))
    assert moved.level_change > 0.1
    assert moved.intercept - moved.level_change == pytest.approx(np.log(0.03 / 0.97), abs=0.1)
    assert moved.observed_over_expected == pytest.approx(1.0, abs=0.02)
