"""With one risk for everybody, too, the level follows the newest months, and steady months leave it where it was."""

import numpy as np
import pandas as pd
import pytest

from attrition.model.encode import Encoding
from attrition.model.few_exits import fit_around_prior
from attrition.model.spec import Spec
from attrition.model.training_set import TrainingSet

AGENTS, MONTHS = 250, 24


def level_change(rates: np.ndarray) -> float:
    """Return by how much the level of the next month was moved, in a centre whose agents resign at these rates."""
    as_of = pd.Series(np.repeat(pd.date_range("2024-01-31", periods=MONTHS, freq="ME"), AGENTS))
    label = (np.random.default_rng(1).random(AGENTS * MONTHS) < np.repeat(rates, AGENTS)).astype(float)
    agent = np.tile(np.arange(AGENTS), MONTHS)
    training = TrainingSet(np.zeros((len(agent), 0)), agent, as_of, pd.DataFrame({1: label}), np.zeros(0, dtype=int))
    spec = Spec.model_validate({"name": "m", "horizons": [1], "headline": 1, "trees": {"learn_from": [1]}})
    fitted = fit_around_prior(training, horizons=[1], spec=spec, encoding=Encoding((), {}), estimator=None)
    return fitted.calibrators[1].level_change


def test_a_level_that_doubled_half_a_year_ago_is_followed():
    assert level_change(np.r_[np.full(MONTHS - 6, 0.02), np.full(6, 0.04)]) > 0.15


def test_a_steady_level_stays():
    assert level_change(np.full(MONTHS, 0.03)) == pytest.approx(0, abs=0.1)
