"""Totals of a large table per agent-month and window: one pass over it, shared by several families."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from attrition.exposure.past import Past, RowValue

Total = tuple[tuple[str, ...], tuple[int, ...], RowValue]
"""The optional columns a total needs, its windows in months, and the number to add up per row."""


def shared_totals(past: Past, table: str, totals: Mapping[str, Total]) -> ir.Table | None:
    """Add up a table for every agent-month, once per past; None where the site does not supply it.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<name>_<w>m`` for each of `totals` whose columns the site supplies.
    """
    if not past.has(table):
        return None
    available = {name: total for name, total in totals.items() if past.has(table, *total[0])}
    sums = {name: value for name, (_, _, value) in available.items()}
    windows = {name: months for name, (_, months, _) in available.items()}
    return past.cache.get_or_build(f"totals of {table}", lambda: past.totals(table, sums, windows=windows))
