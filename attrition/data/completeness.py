"""How much of each supplied column is filled: a column that is mostly empty brings features that are mostly unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

OURS = ("known_on", "superseded_on")


def filled_shares(tables: Mapping[str, ir.Table]) -> pd.DataFrame:
    """Measure the share of rows in which each column has a value.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables.

    Returns
    -------
    DataFrame
        ``table``, ``column``, ``filled_share`` (0 to 1); a table without rows is left out.
    """
    import pandas as pd

    content = [row for name, table in tables.items() for row in _shares(name, table)]
    return pd.DataFrame(content, columns=["table", "column", "filled_share"])


def _shares(name: str, table: ir.Table) -> list[tuple[str, str, float]]:
    columns = [column for column in table.columns if column not in OURS]
    counted = table.aggregate(rows=table.count(), **{column: table[column].count() for column in columns}).to_pandas()
    rows = int(counted["rows"].iloc[0])
    return [(name, column, float(counted[column].iloc[0]) / rows) for column in columns] if rows else []
