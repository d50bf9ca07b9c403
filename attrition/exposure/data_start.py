"""Find the day on which a centre's data begin; exits before it are not on record, so no earlier months are used."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from attrition.data.tables import MONTHLY_TABLES, TABLES


def data_start(tables: Mapping[str, ir.Table]) -> pd.Timestamp:
    """Return the latest of the first days of the supplied `MONTHLY_TABLES`; without any of these, of the first exit.

    Before that day agents who have left may be missing from a table, so that only those who stayed would be counted.
    """
    names = [name for name in MONTHLY_TABLES if name in tables] or ["exits"]
    starts = [tables[name][TABLES[name].happened].min().execute() for name in names]
    return max(pd.Timestamp(start) for start in starts)
