from __future__ import annotations

import pandas as pd
import pytest

from attrition.predict.feature_changes import apply_changes
from attrition.predict.intervention import Change

RATIO = "pay_market_ratio"
NO_MEDIANS = pd.DataFrame()


def changed(values, change, **others):
    frame = pd.DataFrame({change["feature"]: values, **others})
    return apply_changes(frame, [Change(**change)], peer_medians=NO_MEDIANS)[change["feature"]].tolist()


def test_a_feature_goes_to_its_value_and_nobody_is_moved_the_wrong_way():
    assert changed([0.9, 1.1], {"feature": RATIO, "better": "up", "to": 1.0}) == [1.0, 1.1]


def test_no_move_is_longer_than_the_longest_way():
    assert changed([0.80, 0.97], {"feature": RATIO, "better": "up", "to": 1.0, "maximum_change": 0.08}) == [
        0.88,
        1.0,
    ]


def test_an_amount_stops_at_the_limit_and_an_agent_beyond_it_stays():
    change = {"feature": "workload_overtime_hours_3m", "better": "down", "by": -10.0, "limit": 5.0}
    assert changed([30.0, 12.0, 3.0], change) == [20.0, 5.0, 3.0]


def test_what_is_not_known_stays_unknown():
    frame = pd.DataFrame({RATIO: [None, 0.9]}, dtype=float)
    after = apply_changes(frame, [Change(feature=RATIO, better="up", to=1.0)], peer_medians=NO_MEDIANS)
    assert after[RATIO].isna().tolist() == [True, False]


def test_the_comparison_with_peers_moves_by_the_same_amount():
    frame = pd.DataFrame({RATIO: [0.9], RATIO + "_vs_peers": [-0.06]})
    after = apply_changes(frame, [Change(feature=RATIO, better="up", to=1.0)], peer_medians=NO_MEDIANS)
    assert after[RATIO + "_vs_peers"].tolist() == [pytest.approx(0.04)]


def test_a_follower_moves_in_proportion():
    frame = pd.DataFrame({RATIO: [0.8], "pay_peer_ratio": [0.5]})
    changes = [
        Change(feature=RATIO, better="up", to=1.0),
        Change(feature="pay_peer_ratio", better="up", follows=RATIO),
    ]
    assert apply_changes(frame, changes, peer_medians=NO_MEDIANS)["pay_peer_ratio"].tolist() == [0.625]


def test_peers_draw_an_agent_up_only():
    frame = pd.DataFrame({RATIO: [0.9, 1.2]})
    typical = pd.DataFrame({RATIO: [1.0, 1.0]})
    after = apply_changes(frame, [Change(feature=RATIO, better="up", to_peers=True)], peer_medians=typical)
    assert after[RATIO].tolist() == [1.0, 1.2]


def test_a_word_is_replaced_where_one_is_known():
    word, unknown = changed(["office", None], {"feature": "schedule_work_mode", "better": "other", "to": "hybrid"})
    assert word == "hybrid"
    assert pd.isna(unknown)


def test_a_feature_that_no_change_names_is_not_among_those_changed():
    frame = pd.DataFrame({RATIO: [0.9], "team_span": [12.0]})
    after = apply_changes(frame, [Change(feature=RATIO, better="up", to=1.0)], peer_medians=NO_MEDIANS)
    assert list(after) == [RATIO]


def test_a_feature_the_panel_lacks_is_passed_over_and_the_frame_is_left_as_it_was():
    frame = pd.DataFrame({RATIO: [0.9]})
    after = apply_changes(frame, [Change(feature="team_span", better="down", to=8.0)], peer_medians=NO_MEDIANS)
    assert list(after) == []
    apply_changes(frame, [Change(feature=RATIO, better="up", to=1.0)], peer_medians=NO_MEDIANS)
    assert frame[RATIO].tolist() == [0.9]
