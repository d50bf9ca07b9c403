from pathlib import Path

import pytest

from attrition.declared import parse, read
from attrition.errors import DeclarationError
from attrition.model.spec import BacktestJob, Spec

ROOT = Path(__file__).parents[2]


def test_the_starter_specification_is_what_the_defaults_say():
    assert read(ROOT / "models" / "resignation.toml", Spec) == Spec(name="resignation")


def test_the_starter_backtest_is_what_the_defaults_say():
    assert read(ROOT / "pipelines" / "backtest.toml", BacktestJob) == BacktestJob()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"headline": 4}, "headline 4 is not among the horizons"),
        ({"horizons": [3, 1]}, "growing"),
        ({"trees": {"min_rows_in_leaf": 10}}, "trees.min_rows_in_leaf"),
        ({"trees": {"depht": 3}}, 'trees.depht is not a known key.*"depth"'),
        ({"bands": {"very_high": 0.5}}, "shares must grow"),
        ({"bar": {}}, "bar is now called promotion"),
        ({"examination": {}}, "examination is now called holdout"),
        ({"holdout": {"canary_errors": 3.0}}, "holdout.canary_errors is now called null_check_errors"),
    ],
)
def test_an_impossible_specification_is_refused_with_its_place(content, message):
    with pytest.raises(DeclarationError, match=message):
        parse({"name": "resignation", **content}, Spec, where="resignation.toml")
