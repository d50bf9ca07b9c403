from __future__ import annotations

import json

import pytest

from attrition.model.encode import Encoding
from attrition.predict.inputs import Fields, InvalidInput
from attrition.predict.service.body import ByteBudget, parse_body
from attrition.predict.service.limits import Limits
from attrition.predict.service.reply import RejectedRequest
from tests.predict.linear_risk import MODE, PAY

FIELDS = Fields.of_model(Encoding((PAY, MODE), {MODE.name: ("home", "office")}))
LIMITS = Limits(rows=3, row_bytes=100)


def parsed(text, limits=LIMITS):
    body = text if isinstance(text, bytes) else text.encode()
    return parse_body(bytearray(body), FIELDS, limits)


def test_rows_are_read_as_json_reads_them_whatever_the_space_and_order():
    rows = [{PAY.name: 0.5, MODE.name: "of}fi\\ce]"}, {PAY.name: None, "site": '佛"山{'}, {}]
    for text in (
        json.dumps({"dataframe_records": rows}),
        json.dumps({"drivers": True, "dataframe_records": rows}, indent=3, ensure_ascii=False),
        json.dumps({"dataframe_records": rows, "drivers": True}, separators=(",", ":")),
    ):
        inputs, drivers = parsed(text)
        assert drivers
        assert str(inputs.encoded[:, 0].tolist()) == "[0.5, nan, nan]"
        assert inputs.site[1] == '佛"山{'
        assert inputs.is_missing[:, 1].tolist() == [False, True, True]


def test_drivers_may_be_turned_off():
    assert parsed('{"dataframe_records": [{}], "drivers": false}')[1] is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"dataframe_records": [{"agent_id": 1, "agent_id": 1}]}', "row 1 has a field twice"),
        ('{"dataframe_records": [{}, {"pay_market_ratio": [1]}]}', "row 2 is not a flat JSON object"),
        ('{"dataframe_records": [{"site": "' + "x" * 100 + '"}]}', "row 1 is not a flat JSON object of at most 100"),
        ('{"dataframe_records": [{"pay_market_ratio": NaN}]}', "row 1 is not JSON"),
    ],
)
def test_what_is_no_row_is_refused_by_its_number(text, words):
    with pytest.raises(InvalidInput, match=words):
        parsed(text)


def test_more_rows_than_are_taken_are_refused_when_the_next_begins():
    with pytest.raises(RejectedRequest, match="more than 3 rows"):
        parsed('{"dataframe_records": [{}, {}, {}, {}, not even looked at')


def test_bytes_of_all_bodies_together_are_bounded_and_given_back():
    budget = ByteBudget(10)
    with budget.body() as first, budget.body() as second:
        first.add(b"12345678")
        with pytest.raises(RejectedRequest, match="too many long bodies"):
            second.add(b"123")
    assert budget.taken == 0
    with budget.body() as third:
        third.add(b"1234567890")
