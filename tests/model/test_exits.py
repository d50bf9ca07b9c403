"""When a baseline along the time since hire is learnt first: only where history tells it from the year of hire."""

import numpy as np
import pandas as pd
import pytest

from attrition.model.boosting import MonotoneBoosting
from attrition.model.exits import SHORT_HISTORY_MONTHS, without_baseline_if_history_is_short
from attrition.model.training_set import TrainingSet


def months(number):
    """Give one agent over so many months, with the same outcome every month."""
    as_of = pd.Series(pd.date_range("2022-01-31", periods=number, freq="ME"))
    labels = pd.DataFrame({3: np.zeros(number)})
    return TrainingSet(np.zeros((number, 1)), pd.Series(["a"] * number), as_of, labels, np.zeros(1, dtype=int))


@pytest.mark.parametrize(("number", "rounds"), [(12, 0), (SHORT_HISTORY_MONTHS, 0), (SHORT_HISTORY_MONTHS + 1, 7)])
def test_the_baseline_comes_first_only_with_more_than_two_years_of_history(number, rounds):
    trees = MonotoneBoosting(2, baseline=[0], baseline_rounds=7)
    assert without_baseline_if_history_is_short(trees, months(number)).baseline_rounds == rounds
    assert trees.baseline_rounds == 7
