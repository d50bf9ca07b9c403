"""Compare an agent with the others: same month, role, site and tenure band, the agent left out."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point

PEER_GROUP = ("job_role", "site", "tenure_band")
MIN_OTHERS = 5
"""With fewer others than this a comparison says nothing and is null."""


def with_mean_of_others(table: ir.Table, columns: Sequence[str], *, alike: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Lay the mean of the others alike beside each agent's own value, the same whatever the order of rows.

    Parameters
    ----------
    table : ibis.Table
        ``as_of``, the columns of `alike`, and `columns`; one row per agent-month.
    columns : sequence of str
        Numeric columns to compare.
    alike : sequence of str
        What the others share with the agent, besides the month; what is unknown of both is alike.

    Returns
    -------
    ibis.Table
        `table` with ``<column>_others``; null where the agent, or fewer than `MIN_OTHERS` others, have a value.
    """
    groups = group_totals(table, columns, alike=alike)
    joined = join_group_totals(table, groups, alike=alike)
    return joined.select(*table.columns, **{f"{name}_others": mean_of_others(joined, name) for name in columns})


def group_totals(table: ir.Table, columns: Sequence[str], *, alike: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Add up each column, and count its values, in every month and group; a group is a few rows, not a window."""
    values = table.select("as_of", *alike, **{name: to_fixed_point(table[name]) for name in columns})
    sums = {f"{name}_total": values[name].sum() for name in columns}
    counts = {f"{name}_known": values[name].count() for name in columns}
    return values.group_by("as_of", *alike).aggregate(**sums, **counts)


def join_group_totals(table: ir.Table, groups: ir.Table, *, alike: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Lay each row's group beside it."""
    same = [table[name].identical_to(groups[name]) for name in ("as_of", *alike)]
    return table.left_join(groups, same, rname="{name}_of_group")


def mean_of_others(joined: ir.Table, column: str) -> ir.NumericValue:
    """Take the agent out of the total of the group, and give the mean of the rest."""
    others = joined[f"{column}_known"] - 1
    mean = from_fixed_point((joined[f"{column}_total"] - to_fixed_point(joined[column])) / others.nullif(0))
    return ibis.ifelse(others >= MIN_OTHERS, mean, ibis.null("float64"))
