"""Totals of a large table per agent-month and window, computed in one pass and shared by several families."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from attrition.exposure.past import Past, RowValue

Total = tuple[tuple[str, ...], tuple[int, ...], RowValue]
"""The optional columns that a total needs, its windows in months, and a function of the table: the number per row."""


def shared_totals(past: Past, table: str, totals: Mapping[str, Total]) -> ir.Table | None:
    """Return the totals of a table for every agent-month; None where the site does not supply the table.

    They are kept in the cache of `past` under the name of the table, so `totals` must be the same in every call.

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
