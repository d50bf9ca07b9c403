from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from attrition.predict.inputs import InvalidInput, from_frame, from_records
from tests.predict.linear_risk import MODE, PAY

FEATURES = [PAY, MODE]


def test_numbers_texts_and_nulls_become_a_table_of_features():
    table = from_records([{PAY.name: 1, MODE.name: "office"}, {PAY.name: None, MODE.name: None}, {}], FEATURES)
    assert table[PAY.name].tolist()[:1] == [1.0]
    assert table[PAY.name].isna().tolist() == [False, True, True]
    assert table[MODE.name].tolist() == ["office", None, None]


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
        ({"pay_market_ratoi": 1}, r'row 1: 1 fields .*did you mean "pay_market_ratio"'),
    ],
)
def test_what_is_neither_is_refused_by_field_and_row(record, text):
    with pytest.raises(InvalidInput, match=text):
        from_records([record], FEATURES)


@pytest.mark.parametrize("records", [None, {}, "x", [], [1], [[]]])
def test_rows_are_a_list_of_objects(records):
    with pytest.raises(InvalidInput, match="rows"):
        from_records(records, FEATURES)


def test_a_refusal_repeats_no_value_and_no_unknown_field_name():
    with pytest.raises(InvalidInput) as refusal:
        from_records([{PAY.name: "Wang Fang"}, {"13800138000": 1}], FEATURES)
    assert "13800138000" not in str(refusal.value)
    with pytest.raises(InvalidInput) as refusal:
        from_records([{PAY.name: "Wang Fang"}], FEATURES)
    assert "Wang" not in str(refusal.value)


def test_at_most_twenty_faults_are_named_and_the_others_are_counted():
    with pytest.raises(InvalidInput, match="and 30 more") as refusal:
        from_records([{PAY.name: "x"}] * 50, FEATURES)
    assert str(refusal.value).count("row") == 20


def test_a_row_may_carry_its_identity_which_goes_no_further():
    table = from_records([{"agent_id": "7", "as_of": "2026-10-31", PAY.name: 1.0}], FEATURES)
    assert list(table.columns) == [PAY.name, MODE.name]


def test_a_table_with_typed_columns_passes_as_it_is():
    frame = pd.DataFrame({PAY.name: [0.1, np.nan], MODE.name: pd.array(["office", None], dtype="string")})
    table = from_frame(frame, FEATURES)
    assert table[PAY.name].dtype == float
    assert table[MODE.name].tolist() == ["office", None]


def test_a_column_of_flags_is_not_a_column_of_numbers():
    with pytest.raises(InvalidInput, match="true or false"):
        from_frame(pd.DataFrame({PAY.name: [True]}), FEATURES)
