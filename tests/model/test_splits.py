import pandas as pd
import pytest

from attrition.labels.outcomes import month_end
from attrition.model.splits import calibration_train_ends, expanding_origins, holdout_origin

MONTHS = pd.Series(pd.date_range("2023-01-31", periods=36, freq="ME"))
LAST = MONTHS.iloc[-1]


def last_label_day(months, *, known_at, horizon):
    """Return the last day on which a label that is known at `known_at` ends."""
    label_ends = month_end(months, plus=horizon)
    return label_ends[label_ends <= known_at].max()


@pytest.mark.parametrize("horizon", [1, 3, 6, 12])
def test_l7_the_last_label_day_of_training_lies_before_the_first_feature_day_of_the_test(horizon):
    origins = expanding_origins(
        MONTHS, min_history_months=14, step_months=2, max_origins=5, horizon=horizon, mature_to=LAST
    )
    assert origins
    for origin in origins:
        assert last_label_day(MONTHS, known_at=origin.month_end, horizon=horizon) < origin.scored_months[0]


def mature_months(horizon):
    return [month for month in MONTHS if month_end(pd.Series([month]), plus=horizon)[0] <= LAST]


def train_ends(horizons, *, calibration_months, has_enough_labels=lambda train_end: True):
    return calibration_train_ends(
        {horizon: mature_months(horizon) for horizon in horizons},
        headline_horizon=3,
        calibration_months=calibration_months,
        has_enough_labels=has_enough_labels,
    )


def test_horizons_share_the_train_end_of_the_headline_which_leaves_it_all_calibration_months():
    train_end_by_horizon = train_ends((1, 3, 6), calibration_months=8)
    assert set(train_end_by_horizon.values()) == {MONTHS[24]}
    assert [month for month in mature_months(3) if month > train_end_by_horizon[3]] == MONTHS[25:33].tolist()


def test_a_horizon_with_too_few_mature_months_after_the_shared_train_end_has_one_of_its_own():
    train_end_by_horizon = train_ends((3, 12), calibration_months=8)
    assert (train_end_by_horizon[3], train_end_by_horizon[12]) == (MONTHS[24], MONTHS[15])


def test_with_too_few_labels_before_them_half_as_many_months_calibrate_and_else_none():
    train_end_by_horizon = train_ends(
        (3, 6), calibration_months=24, has_enough_labels=lambda train_end: train_end >= MONTHS[12]
    )
    assert train_end_by_horizon == {3: MONTHS[20], 6: MONTHS[17]}
    no_train_ends = train_ends((3, 6), calibration_months=24, has_enough_labels=lambda train_end: False)
    assert set(no_train_ends.values()) == {None}


def test_origins_expand_the_latest_are_kept_and_what_they_score_is_mature():
    origins = expanding_origins(MONTHS, min_history_months=12, step_months=3, max_origins=4, horizon=3, mature_to=LAST)
    assert [origin.month_end for origin in origins] == [MONTHS[position] for position in (20, 23, 26, 29)]
    scored = [month for origin in origins for month in origin.scored_months]
    assert scored == MONTHS[21:33].tolist()
    assert month_end(pd.Series(scored), plus=3).max() == LAST


def test_a_history_that_is_too_short_has_no_origins():
    assert (
        expanding_origins(
            MONTHS[:15], min_history_months=12, step_months=3, max_origins=4, horizon=3, mature_to=MONTHS[14]
        )
        == []
    )


def test_the_holdout_is_the_last_mature_months():
    origin = holdout_origin(MONTHS, holdout_months=4, horizon=3, mature_to=LAST)
    assert origin.scored_months == tuple(MONTHS[29:33])
    assert origin.month_end == MONTHS[28]


def test_no_month_is_held_out_where_none_would_be_left():
    assert holdout_origin(MONTHS[:6], holdout_months=3, horizon=3, mature_to=MONTHS[5]) is None
