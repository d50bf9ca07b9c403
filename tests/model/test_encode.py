import numpy as np
import pandas as pd
import pytest

from attrition.errors import DataError
from attrition.features.declare import Feature
from attrition.model.encode import FEW_ROWS, canonical_order, fit_encoding

MODE = Feature(name="schedule_work_mode", family="schedule", lever="schedule", en="", zh="", unit="category")
PAY = Feature(name="pay_market_ratio", family="pay", lever="pay", en="", zh="", unit="ratio", direction=-1)
ROWS = pd.DataFrame(
    {
        "agent_id": list("abcd"),
        "schedule_work_mode": ["home", "office", "office", None],
        "pay_market_ratio": [1.0, None, 2.0, 3.0],
    }
)


def test_features_stand_in_order_of_name_and_words_in_order_of_frequency():
    encoding = fit_encoding(ROWS, [MODE, PAY], min_agents=1)
    assert encoding.names == ["pay_market_ratio", "schedule_work_mode"]
    assert encoding.categories == {"schedule_work_mode": ("office", "home")}


def test_a_category_has_no_direction():
    directed = Feature(name="pay_grade", family="pay", lever="pay", en="", zh="", unit="category", direction=1)
    rows = pd.DataFrame({"agent_id": ["a"], "pay_grade": ["a"], "pay_market_ratio": [1.0]})
    assert fit_encoding(rows, [directed, PAY]).constraints == [0, -1]


def test_a_word_of_few_agents_is_pooled_with_what_is_missing_however_many_rows_it_has():
    rows = pd.DataFrame({"agent_id": ["a"] * 6 + list("bcd"), "schedule_work_mode": ["moon"] * 6 + ["home"] * 3})
    encoding = fit_encoding(rows, [MODE], min_agents=3)
    assert encoding.categories == {"schedule_work_mode": ("home",)}
    assert np.isnan(encoding.matrix(rows)).sum() == 6


def test_null_and_infinite_are_missing():
    encoding = fit_encoding(ROWS, [MODE, PAY], min_agents=1)
    unusable = pd.DataFrame({"schedule_work_mode": [None, pd.NA], "pay_market_ratio": [np.inf, -np.inf]})
    assert np.isnan(encoding.matrix(unusable)).all()


@pytest.mark.parametrize("dtype", ["Float64", "object", "float32", "Int64"])
def test_numbers_of_any_type_are_the_same_numbers(dtype):
    encoding = fit_encoding(ROWS, [PAY])
    assert encoding.matrix(pd.DataFrame({"pay_market_ratio": pd.Series([1, 2], dtype=dtype)})).ravel().tolist() == [
        1,
        2,
    ]


def test_a_missing_column_is_named_with_its_nearest_spelling():
    encoding = fit_encoding(ROWS, [PAY])
    with pytest.raises(DataError, match=r'pay_market_ratio \(did you mean "pay_market_rati"\?\)'):
        encoding.matrix(pd.DataFrame({"pay_market_rati": [1.0]}))


def test_l11_the_canonical_order_does_not_depend_on_the_order_given():
    as_of = pd.Series(pd.to_datetime(["2026-02-28", "2026-01-31", "2026-01-31", "2026-01-31"]))
    encoded = np.array([[1.0], [np.nan], [2.0], [2.0]])
    labels = pd.DataFrame({"y": [1.0, 0.0, 1.0, np.nan]})
    mixed = [3, 1, 0, 2]
    straight = canonical_order(as_of, encoded, labels)
    again = np.array(mixed)[canonical_order(as_of[mixed], encoded[mixed], labels.iloc[mixed])]
    assert straight.tolist() == again.tolist()
    assert straight[-1] == 0


@pytest.mark.parametrize("dtype", ["str", "object", "category"])
def test_the_categories_of_many_rows_are_coded_as_those_of_one(dtype):
    encoding = fit_encoding(ROWS, [MODE, PAY], min_agents=1)
    values = pd.Series(["office", None, "home", "moon", "home"] * (FEW_ROWS // 4), dtype=dtype)
    rows = pd.DataFrame(
        {"schedule_work_mode": values, "pay_market_ratio": [np.inf, -0.0, 1.0, np.nan, 2.0] * (FEW_ROWS // 4)}
    )
    one_by_one = np.vstack([encoding.matrix(rows.iloc[[row]]) for row in range(5)])
    np.testing.assert_array_equal(encoding.matrix(rows)[:5], one_by_one)
    assert one_by_one[:, 1].tolist()[:1] == [0.0]
    assert np.isnan(one_by_one[[1, 3], 1]).all()
