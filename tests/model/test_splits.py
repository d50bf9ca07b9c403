import pandas as pd
import pytest

from attrition.labels.outcomes import month_end
from attrition.model.splits import calibration_split, holdout, origins

MONTHS = pd.Series(pd.date_range("2023-01-31", periods=36, freq="ME"))
LAST = MONTHS.iloc[-1]


def last_label_day(months, *, at, horizon):
    """The last day on which a label known at `at` may end."""
    ends = month_end(months, plus=horizon)
    return ends[ends <= at].max()


@pytest.mark.parametrize("horizon", [1, 3, 6, 12])
def test_l7_the_last_label_day_of_training_lies_before_the_first_feature_day_of_the_test(horizon):
    laid = origins(MONTHS, first_after=14, step=2, most=5, horizon=horizon, known_at=LAST)
    assert laid
    for origin in laid:
        assert last_label_day(MONTHS, at=origin.at, horizon=horizon) < origin.scored[0]


@pytest.mark.parametrize("horizon", [1, 3, 6, 12])
def test_l7_the_labels_that_train_end_before_the_months_that_calibrate(horizon):
    split = calibration_split(MONTHS, months=4, horizon=horizon)
    assert month_end(MONTHS[split.training], plus=horizon).max() < MONTHS[split.calibration].min()
    assert split.calibration.sum() == 4
    assert not (split.training & split.calibration).any()


def test_origins_expand_the_latest_are_kept_and_what_they_score_is_mature():
    laid = origins(MONTHS, first_after=12, step=3, most=4, horizon=3, known_at=LAST)
    assert [origin.at for origin in laid] == [MONTHS[place] for place in (20, 23, 26, 29)]
    scored = [month for origin in laid for month in origin.scored]
    assert scored == MONTHS[21:33].tolist()
    assert month_end(pd.Series(scored), plus=3).max() == LAST


def test_a_history_that_is_too_short_has_no_origins():
    assert origins(MONTHS[:15], first_after=12, step=3, most=4, horizon=3, known_at=MONTHS[14]) == []


def test_the_holdout_is_the_last_mature_months():
    found = holdout(MONTHS, later=4, horizon=3, known_at=LAST)
    assert found.scored == tuple(MONTHS[29:33])
    assert found.at == MONTHS[28]


def test_no_month_is_held_out_where_none_would_be_left():
    assert holdout(MONTHS[:6], later=3, horizon=3, known_at=MONTHS[5]) is None
