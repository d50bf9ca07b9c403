"""The rounds on time since hire alone are used only with more than two years of history."""

import numpy as np
import pandas as pd
import pytest

from attrition.model.boosting import MonotoneBoosting
from attrition.model.exits import SHORT_HISTORY_MONTHS, without_baseline_if_history_is_short
from attrition.model.training_set import TrainingSet


def training_set(months):
    """Return a training set of one agent over so many months, with the same label every month."""
    as_of = pd.Series(pd.date_range("2022-01-31", periods=months, freq="ME"))
    labels = pd.DataFrame({3: np.zeros(months)})
    return TrainingSet(np.zeros((months, 1)), pd.Series(["a"] * months), as_of, labels, np.zeros(1, dtype=int))


@pytest.mark.parametrize(("months", "rounds"), [(12, 0), (SHORT_HISTORY_MONTHS, 0), (SHORT_HISTORY_MONTHS + 1, 7)])
def test_the_baseline_comes_first_only_with_more_than_two_years_of_history(months, rounds):
    trees = MonotoneBoosting(2, baseline=[0], baseline_rounds=7)
    assert without_baseline_if_history_is_short(trees, training_set(months)).baseline_rounds == rounds
    assert trees.baseline_rounds == 7
