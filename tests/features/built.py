"""Builds features from tables in text."""

from __future__ import annotations

from functools import cache

import ibis
import pandas as pd

from attrition.exposure.open_past import open_past
from attrition.features.declare import Family
from attrition.features.registry import build_features
from tests.text_tables import tables


@cache
def feature_rows(*families: Family, first: str, last: str, **table_texts: str) -> pd.DataFrame:
    """Return the features of families from tables in text, indexed by agent and month ("2026-01").

    The result is cached, since several tests use the same tables.
    """
    con = ibis.duckdb.connect(threads=2)
    past = open_past(tables(con, **table_texts), pd.Timestamp(first), pd.Timestamp(last))
    rows = build_features(past, families).to_pandas()
    rows["month"] = rows["as_of"].astype(str).str[:7]
    return rows.set_index(["agent_id", "month"]).sort_index()
