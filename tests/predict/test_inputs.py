from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.model.encode import Encoding
from attrition.predict.inputs import NOT_GIVEN, InvalidInput, from_frame, from_records
from tests.predict.linear_risk import MODE, PAY

ENCODING = Encoding((PAY, MODE), {MODE.name: ("home", "office")})


def test_numbers_texts_and_nulls_are_encoded_as_the_model_reads_them():
    rows = [{PAY.name: 1, MODE.name: "office"}, {PAY.name: -0.0, MODE.name: "the moon"}, {PAY.name: None}, {}]
    inputs = from_records(rows, ENCODING)
    assert str(inputs.encoded.tolist()) == "[[1.0, 1.0], [0.0, nan], [nan, nan], [nan, nan]]"
    assert inputs.is_missing.tolist() == [[False, False], [False, False], [True, True], [True, True]]


def test_rows_of_json_and_of_a_table_are_encoded_as_the_panel_is():
    rows = [{PAY.name: 0.97, MODE.name: "home"}, {PAY.name: None, MODE.name: "the moon"}, {PAY.name: 3.0}]
    frame = pd.DataFrame(rows)
    for inputs in (from_records(rows, ENCODING), from_frame(frame, ENCODING)):
        np.testing.assert_array_equal(inputs.encoded, ENCODING.matrix(frame))
        np.testing.assert_array_equal(inputs.is_missing, frame[ENCODING.names].isna())


def test_what_abstention_must_know_is_given_unknown_or_not_given():
    rows = [{"site": "Foshan", "is_gone": False, "sources": "running", "as_of": "2026-10-31"}, {"site": None}, {}]
    inputs = from_records(rows, ENCODING)
    assert inputs.site == ["Foshan", None, NOT_GIVEN]
    assert inputs.is_gone == [False, None, None]
    assert (inputs.sources, inputs.month) == (["running", None, None], ["2026-10-31", None, None])


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({PAY.name: "0.98"}, "row 1, pay_market_ratio: text where a number"),
        ({PAY.name: True}, "row 1, pay_market_ratio: true or false where a number"),
        ({PAY.name: [1]}, "row 1, pay_market_ratio: a nested value where a number"),
        ({PAY.name: 2**63}, "row 1, pay_market_ratio: an integer too large"),
        ({PAY.name: 10**400}, "row 1, pay_market_ratio: an integer too large"),
        ({PAY.name: float("inf")}, "row 1, pay_market_ratio: infinity"),
        ({MODE.name: 3}, "row 1, schedule_work_mode: something else where a text"),
        ({MODE.name: ["x"]}, "row 1, schedule_work_mode: something else where a text"),
        ({"site": 3}, "row 1, site: something else where a text"),
        ({"is_gone": "no"}, "row 1, is_gone: something else where true or false"),
        ({"is_gone": 0}, "row 1, is_gone: something else where true or false"),
        ({"sources": "yes"}, 'row 1, sources: something else where "running" or "whole_month"'),
        ({"pay_market_ratoi": 1}, r'row 1: 1 fields .*did you mean "pay_market_ratio"'),
    ],
)
def test_what_is_neither_is_refused_by_field_and_row(record, text):
    with pytest.raises(InvalidInput, match=text):
        from_records([record], ENCODING)


@pytest.mark.parametrize("records", [None, {}, "x", [], [1], [[]]])
def test_rows_are_a_list_of_objects(records):
    with pytest.raises(InvalidInput, match="rows"):
        from_records(records, ENCODING)


def test_a_refusal_repeats_no_value_and_no_unknown_field_name():
    with pytest.raises(InvalidInput) as refusal:
        from_records([{PAY.name: "Wang Fang"}, {"13800138000": 1}], ENCODING)
    assert "13800138000" not in str(refusal.value)
    with pytest.raises(InvalidInput) as refusal:
        from_records([{PAY.name: "Wang Fang"}], ENCODING)
    assert "Wang" not in str(refusal.value)


def test_at_most_twenty_faults_are_named_and_the_others_are_counted():
    with pytest.raises(InvalidInput, match="and 30 more") as refusal:
        from_records([{PAY.name: "x"}] * 50, ENCODING)
    assert str(refusal.value).count("row") == 20


def test_a_row_may_say_whose_it_is_and_no_feature_or_text_shows_it():
    inputs = from_records([{"agent_id": "A7", "as_of": "2026-10-31", PAY.name: 1.0}], ENCODING)
    assert inputs.agent == ["A7"]
    assert "A7" not in repr(inputs)


def test_a_staff_number_is_text_since_a_number_has_lost_its_leading_zeros():
    with pytest.raises(InvalidInput, match="row 1, agent_id: something else where a text is needed"):
        from_records([{"agent_id": 12345}], ENCODING)


def test_a_table_with_typed_columns_passes_as_it_is():
    frame = pd.DataFrame({PAY.name: [0.1, np.nan], MODE.name: pd.array(["office", None], dtype="string")})
    assert str(from_frame(frame, ENCODING).encoded.tolist()) == "[[0.1, 1.0], [nan, nan]]"


def test_a_column_of_flags_is_not_a_column_of_numbers():
    with pytest.raises(InvalidInput, match="true or false"):
        from_frame(pd.DataFrame({PAY.name: [True]}), ENCODING)
