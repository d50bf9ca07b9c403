"""The first month of a centre's data: earlier exits are not on record, so earlier agent-months are left out."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from attrition.data.tables import TABLES

MONTHLY_TABLES = ("shifts", "contacts", "snapshots")
"""Tables that have rows in every month in which a centre runs."""


def data_start(tables: Mapping[str, ir.Table]) -> pd.Timestamp:
    """Find the first day of the daily or monthly tables; without any of these, the day of the first exit.

    The latest of the tables' first days counts: before it, only agents who stayed would be known.
    """
    names = [name for name in MONTHLY_TABLES if name in tables] or ["exits"]
    starts = [tables[name][TABLES[name].happened].min().execute() for name in names]
    return max(pd.Timestamp(start) for start in starts)
