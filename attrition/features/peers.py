"""Leave-one-out means of peers: the other agents of the same month, role, site and tenure band."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point

PEER_GROUP = ("job_role", "site", "tenure_band")
MIN_OTHERS = 5
"""With fewer other agents than this the mean is null."""


def with_mean_of_others(table: ir.Table, columns: Sequence[str], *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Add the mean over the other agents of the group, independent of the order of rows.

    Parameters
    ----------
    table : ibis.Table
        ``as_of``, the columns of `group`, and `columns`; one row per agent-month.
    columns : sequence of str
        Numeric columns to average.
    group : sequence of str
        Columns that define the group besides the month; nulls form a group of their own.

    Returns
    -------
    ibis.Table
        `table` with ``<column>_others``; null where the agent, or fewer than `MIN_OTHERS` others, have a value.
    """
    groups = group_totals(table, columns, group=group)
    joined = join_group_totals(table, groups, group=group)
    return joined.select(*table.columns, **{f"{name}_others": mean_of_others(joined, name) for name in columns})


def group_totals(table: ir.Table, columns: Sequence[str], *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Add up each column and count its values per month and group, as a table much smaller than a window."""
    values = table.select("as_of", *group, **{name: to_fixed_point(table[name]) for name in columns})
    sums = {f"{name}_total": values[name].sum() for name in columns}
    counts = {f"{name}_values": values[name].count() for name in columns}
    return values.group_by("as_of", *group).aggregate(**sums, **counts)


def join_group_totals(table: ir.Table, groups: ir.Table, *, group: Sequence[str] = PEER_GROUP) -> ir.Table:
    """Join the totals of each row's group."""
    same = [table[name].identical_to(groups[name]) for name in ("as_of", *group)]
    return table.left_join(groups, same, rname="{name}_of_group")


def mean_of_others(joined: ir.Table, column: str) -> ir.NumericValue:
    """Compute the mean of the group without the agent."""
    others = joined[f"{column}_values"] - 1
    mean = from_fixed_point((joined[f"{column}_total"] - to_fixed_point(joined[column])) / others.nullif(0))
    return ibis.ifelse(others >= MIN_OTHERS, mean, ibis.null("float64"))
