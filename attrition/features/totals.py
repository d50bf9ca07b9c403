"""Totals of a large table per agent-month and window, computed in one pass and shared by several families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir

from attrition.exposure.fixed_point import from_fixed_point
from attrition.exposure.past import Past, RowValue
from attrition.exposure.visibility import NEVER

Total = tuple[tuple[str, ...], tuple[int, ...], RowValue]
"""The optional columns that a total needs, its windows in months, and a function of the table: the number per row.

A total without windows is one of indicators alone.
"""


def shared_totals(past: Past, table: str, totals: Mapping[str, Total], *, by: Sequence[str] = ()) -> ir.Table | None:
    """Return the totals of a table for every agent-month; None where the site does not supply the table.

    They are kept in the cache of `past` under the name of the table, so `totals` must be the same in every call.

    Returns
    -------
    ibis.Table or None
        ``agent_id``, ``as_of`` and ``<name>_<w>m`` for each of `totals` whose columns the site supplies.
    """
    if not past.has(table):
        return None
    windows = {name: months for name, (_, months, _) in _supplied(past, table, totals).items() if months}
    return past.cache.get_or_build(
        f"totals of {table}", lambda: past.totals_of_months(_months_of(past, table, totals, by), windows)
    )


def totals_on_file(past: Past, table: str, totals: Mapping[str, Total], *, by: Sequence[str] = ()) -> ir.Table:
    """Return the totals of each agent and month from the rows that are on file today, not replaced by others.

    They come from the same pass over the table as those of `shared_totals`, with the same `totals` and `by`.

    Returns
    -------
    ibis.Table
        ``agent_id``, those columns of `by` that the site supplies, ``month`` (number) and `totals`.
    """
    monthly = _months_of(past, table, totals, by)
    rows = monthly.filter(monthly.replaced_month == NEVER)
    keys = [name for name in ("agent_id", *by) if name in rows.columns]
    sums = {name: from_fixed_point(rows[name].sum()) for name in _supplied(past, table, totals)}
    return rows.group_by(*keys, month=rows.happened_month).aggregate(**sums)


def _months_of(past: Past, table: str, totals: Mapping[str, Total], by: Sequence[str]) -> ir.Table:
    sums = {name: value for name, (_, _, value) in _supplied(past, table, totals).items()}
    return past.months_of(table, sums, by=[name for name in by if past.has(table, name)])


def _supplied(past: Past, table: str, totals: Mapping[str, Total]) -> dict[str, Total]:
    """Return the totals whose columns the site supplies."""
    return {name: total for name, total in totals.items() if past.has(table, *total[0])}
