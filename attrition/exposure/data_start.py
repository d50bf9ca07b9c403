"""From which month on a centre's past can be seen: exits before it are not on file, so nobody is looked for there."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from attrition.data.tables import TABLES

MONTHLY_TABLES = ("shifts", "contacts", "snapshots")
"""Tables in which every month of a running centre has rows."""


def data_start(tables: Mapping[str, ir.Table]) -> pd.Timestamp:
    """Find the first month that the daily or monthly tables describe; without any, the month of the first exit.

    An extract of leavers that starts later than the roster would show earlier months with survivors only.
    """
    there = [name for name in MONTHLY_TABLES if name in tables] or ["exits"]
    starts = [tables[name][TABLES[name].happened].min().execute() for name in there]
    return max(pd.Timestamp(start) for start in starts)
