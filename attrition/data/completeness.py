"""Measure how many values each supplied column has; a feature of a mostly empty column is mostly unknown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrition.data.engine import run_in_parallel
from attrition.data.rows.versions import newest

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

ADDED_COLUMNS = ("known_on", "superseded_on")
"""Columns that `attrition.data.centre` adds to every table; no site supplies them."""


def filled_shares(tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    """Return the share of rows in which each supplied column has a value; of several versions the newest counts.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables.

    Returns
    -------
    DataFrame
        ``table``, ``column``, ``filled_share`` (0 to 1); a table without rows is left out.
    """
    import pandas as pd

    tasks = [partial(_column_shares, name, table) for name, table in tables.items()]
    shares = run_in_parallel(next(iter(tables.values())).get_backend(), tasks) if tasks else []
    content = [row for rows in shares for row in rows]
    return pd.DataFrame(content, columns=["table", "column", "filled_share"])


def _column_shares(name: str, table: ir.Table) -> list[tuple[str, str, float]]:
    """Return (table, column, share) for each supplied column; an empty list for a table without rows."""
    table = newest(table) if "superseded_on" in table.columns else table
    columns = [column for column in table.columns if column not in ADDED_COLUMNS]
    counts = table.aggregate(rows=table.count(), **{column: table[column].count() for column in columns}).to_pandas()
    rows = int(counts["rows"].iloc[0])
    return [(name, column, float(counts[column].iloc[0]) / rows) for column in columns] if rows else []
