import pandas as pd
import pytest

from attrition.labels.outcomes import month_end
from attrition.model.splits import expanding_origins, holdout_origin

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
