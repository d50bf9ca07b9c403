import pandas as pd
import pytest

from attrition.labels.outcomes import month_end
from attrition.model.splits import calibration_cuts, expanding_origins, holdout_origin

MONTHS = pd.Series(pd.date_range("2023-01-31", periods=36, freq="ME"))
LAST = MONTHS.iloc[-1]


def last_label_day(months, *, at, horizon):
    """The last day on which a label known at `at` may end."""
    ends = month_end(months, plus=horizon)
    return ends[ends <= at].max()


@pytest.mark.parametrize("horizon", [1, 3, 6, 12])
def test_l7_the_last_label_day_of_training_lies_before_the_first_feature_day_of_the_test(horizon):
    origins = expanding_origins(MONTHS, first_after=14, step=2, most=5, horizon=horizon, known_at=LAST)
    assert origins
    for origin in origins:
        assert last_label_day(MONTHS, at=origin.at, horizon=horizon) < origin.scored[0]


def mature(horizon):
    return [month for month in MONTHS if month_end(pd.Series([month]), plus=horizon)[0] <= LAST]


def test_horizons_share_the_cut_of_the_headline_which_leaves_it_the_months_that_were_asked_for():
    cuts = calibration_cuts({h: mature(h) for h in (1, 3, 6)}, headline=3, months=8, is_enough=lambda cut: True)
    assert set(cuts.values()) == {MONTHS[24]}
    assert [month for month in mature(3) if month > cuts[3]] == MONTHS[25:33].tolist()


def test_a_horizon_with_too_few_mature_months_after_the_shared_cut_has_one_of_its_own():
    cuts = calibration_cuts({3: mature(3), 12: mature(12)}, headline=3, months=8, is_enough=lambda cut: True)
    assert (cuts[3], cuts[12]) == (MONTHS[24], MONTHS[15])


def test_where_little_lies_before_the_cut_half_as_many_months_calibrate_and_else_none():
    enough = {h: mature(h) for h in (3, 6)}
    cuts = calibration_cuts(enough, headline=3, months=24, is_enough=lambda cut: cut >= MONTHS[12])
    assert cuts == {3: MONTHS[20], 6: MONTHS[20 - 3]} or cuts[3] == MONTHS[20]
    assert set(calibration_cuts(enough, headline=3, months=24, is_enough=lambda cut: False).values()) == {None}


def test_origins_expand_the_latest_are_kept_and_what_they_score_is_mature():
    origins = expanding_origins(MONTHS, first_after=12, step=3, most=4, horizon=3, known_at=LAST)
    assert [origin.at for origin in origins] == [MONTHS[place] for place in (20, 23, 26, 29)]
    scored = [month for origin in origins for month in origin.scored]
    assert scored == MONTHS[21:33].tolist()
    assert month_end(pd.Series(scored), plus=3).max() == LAST


def test_a_history_that_is_too_short_has_no_origins():
    assert expanding_origins(MONTHS[:15], first_after=12, step=3, most=4, horizon=3, known_at=MONTHS[14]) == []


def test_the_holdout_is_the_last_mature_months():
    origin = holdout_origin(MONTHS, later=4, horizon=3, known_at=LAST)
    assert origin.scored == tuple(MONTHS[29:33])
    assert origin.at == MONTHS[28]


def test_no_month_is_held_out_where_none_would_be_left():
    assert holdout_origin(MONTHS[:6], later=3, horizon=3, known_at=MONTHS[5]) is None
