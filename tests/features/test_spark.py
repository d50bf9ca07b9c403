"""The same features on Spark: every column of every family equals DuckDB's, on a small centre."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.spark import brought_back, carried
from attrition.exposure.opening import open_past
from attrition.features.context import CONTEXT
from attrition.features.registry import build
from attrition.features.tenure import TENURE
from tests.rules.worlds import world

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed here"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]


FAMILIES_ON_SPARK = (TENURE, CONTEXT)
"""Spark plans each step for seconds, so the test takes two families through every door: state, events, totals apart."""


def test_features_are_the_same_on_spark_as_on_duckdb(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed")
    here = world(tmp_path / "centre", seed=5, agents=15, months=5)
    ours = build(open_past(here.tables, here.first, here.last), FAMILIES_ON_SPARK)
    built = build(open_past(carried(here.tables, tmp_path), here.first, here.last), FAMILIES_ON_SPARK)
    theirs = brought_back(built, ours.get_backend(), tmp_path)
    one, other = (rows.order_by("agent_id", "as_of").to_pandas() for rows in (ours, theirs))
    pd.testing.assert_frame_equal(other[one.columns], one, check_exact=False, rtol=1e-9, atol=1e-9)
