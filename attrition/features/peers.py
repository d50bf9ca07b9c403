"""Compare an agent with the others: same month, role, site and tenure band, the agent left out."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.exact import exact, inexact

ALIKE = ("job_role", "site", "tenure_band")
FEWEST = 5
"""With fewer others than this a comparison says nothing and is null."""


def against_others(table: ir.Table, columns: Sequence[str], *, alike: Sequence[str] = ALIKE) -> dict[str, ir.Value]:
    """Give, for each numeric column, an agent's value minus the mean of the others alike.

    Parameters
    ----------
    table : ibis.Table
        ``as_of``, the columns of `alike`, and `columns`.
    columns : sequence of str
        Numeric columns to compare.
    alike : sequence of str
        What the others share with the agent, besides the month.

    Returns
    -------
    dict of str to ibis value
        By column name; null where fewer than `FEWEST` others have a value.
    """
    return {name: table[name] - others_mean(table, name, alike=alike) for name in columns}


def others_mean(table: ir.Table, column: str, *, alike: Sequence[str] = ALIKE) -> ir.NumericValue:
    """Give the mean of a column among the others alike, the same whatever the order of rows."""
    window = ibis.window(group_by=["as_of", *alike])
    value = exact(table[column])
    others = value.count().over(window) - 1
    mean = inexact((value.sum().over(window) - value) / others.nullif(0))
    return ibis.ifelse(others >= FEWEST, mean, ibis.null("float64"))
